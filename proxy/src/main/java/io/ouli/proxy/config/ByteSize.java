package io.ouli.proxy.config;

import java.util.Locale;

/** A number of bytes as people write it: {@code 1048576}, {@code 64k}, {@code 512m}, {@code 2g}, {@code 1t}. */
public final class ByteSize {
    private static final String UNITS = "kmgt";

    private ByteSize() {
    }

    /**
     * Reads one; units are powers of 1,024.
     *
     * @throws IllegalArgumentException that says what it must be, to be put behind the name of who asks.
     */
    public static long parse(final String text) {
        final String lower = text.toLowerCase(Locale.ROOT);
        final int unit = lower.isEmpty() ? -1 : UNITS.indexOf(lower.charAt(lower.length() - 1));
        final String digits = unit < 0 ? lower : lower.substring(0, lower.length() - 1);
        final int shift = 10 * (unit + 1);
        try {
            final long number = digits.matches("[0-9]+") ? Long.parseLong(digits) : -1;
            if (number >= 0 && number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        } catch (final NumberFormatException ignored) {
            // More digits than a long has: told below.
        }
        throw new IllegalArgumentException("must be a size such as 0, 512m or 2g, not '" + text + "'");
    }
}
