package io.ouli.proxy.config;

import java.util.Collection;
import java.util.Locale;

/** Finds the known name that somebody most likely meant. */
public final class NearestName {
    private NearestName() {
    }

    /** {@return the known name with the fewest edits to {@code name}, or null when none is near} */
    public static String of(final String name, final Collection<String> known) {
        final String wanted = normal(name);
        String nearest = null;
        // More than a third of the letters wrong is another word.
        int fewest = Math.max(1, wanted.length() / 3) + 1;
        for (final String candidate : known) {
            final int edits = edits(wanted, normal(candidate));
            if (edits < fewest) {
                fewest = edits;
                nearest = candidate;
            }
        }
        return nearest;
    }

    private static String normal(final String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** {@return the edit distance in which a swap of neighbours counts as one edit} */
    static int edits(final String left, final String right) {
        final int[][] table = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            table[i][0] = i;
        }
        for (int j = 0; j <= right.length(); j++) {
            table[0][j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            for (int j = 1; j <= right.length(); j++) {
                final int change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                int best = Math.min(table[i - 1][j - 1] + change, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
                if (i > 1 && j > 1 && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1)) {
                    best = Math.min(best, table[i - 2][j - 2] + 1);
                }
                table[i][j] = best;
            }
        }
        return table[left.length()][right.length()];
    }
}
