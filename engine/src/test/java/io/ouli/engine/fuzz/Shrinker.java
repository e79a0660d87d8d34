package io.ouli.engine.fuzz;

import java.util.Arrays;
import java.util.function.Predicate;

/** Makes an input that shows a fault as small as it can within a number of tries: cuts pieces out, then bytes plain. */
final class Shrinker {
    private final Predicate<byte[]> shows;
    private int triesLeft;
    private byte[] smallest;

    private Shrinker(final Predicate<byte[]> shows, final byte[] input, final int tries) {
        this.shows = shows;
        smallest = input;
        triesLeft = tries;
    }

    /**
     * Returns the smallest input found.
     *
     * @param shows whether an input still shows the fault.
     */
    static byte[] shrink(final byte[] input, final Predicate<byte[]> shows, final int tries) {
        final Shrinker shrinker = new Shrinker(shows, input, tries);
        shrinker.cut();
        shrinker.plain();
        return shrinker.smallest;
    }

    /** Takes out pieces of half the length, a quarter, and so on; again as long as something goes. */
    private void cut() {
        boolean changed = true;
        while (changed && triesLeft > 0) {
            changed = false;
            for (int piece = Math.max(1, smallest.length / 2); piece >= 1; piece /= 2) {
                for (int at = 0; at + piece <= smallest.length && triesLeft > 0;) {
                    final byte[] shorter = Arrays.copyOf(smallest, smallest.length - piece);
                    System.arraycopy(smallest, at + piece, shorter, at, smallest.length - at - piece);
                    if (accept(shorter)) {
                        changed = true;
                    } else {
                        at += piece;
                    }
                }
            }
        }
    }

    /** Makes bytes a zero or an {@code a} where the fault stays, for the eye. */
    private void plain() {
        for (int at = 0; at < smallest.length; at++) {
            for (final byte simple : new byte[] {0, 'a'}) {
                if (smallest[at] != simple && smallest[at] != 0) {
                    final byte[] other = smallest.clone();
                    other[at] = simple;
                    accept(other);
                }
            }
        }
    }

    private boolean accept(final byte[] candidate) {
        final boolean fine = triesLeft-- > 0 && shows.test(candidate);
        if (fine) {
            smallest = candidate;
        }
        return fine;
    }
}
