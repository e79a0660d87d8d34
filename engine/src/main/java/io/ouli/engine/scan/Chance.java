package io.ouli.engine.scan;

/** How much a text looks as if it was drawn by chance. */
final class Chance {
    private Chance() {
    }

    /** {@return Shannon's entropy of {@code text[from, to)}, in bits a character; of n characters at most log2 n} */
    static double bits(final byte[] text, final int from, final int to) {
        final int[] counts = new int[256];
        for (int i = from; i < to; i++) {
            counts[text[i] & 0xff]++;
        }
        final double length = to - from;
        double bits = 0;
        for (final int count : counts) {
            if (count > 0) {
                bits -= count / length * (Math.log(count / length) / Math.log(2));
            }
        }
        return bits;
    }

    /** {@return which of these a text has: 1 lower case letters, 2 upper case letters, 4 digits, 8 anything else} */
    static int kinds(final byte[] text, final int from, final int to) {
        int kinds = 0;
        for (int i = from; i < to; i++) {
            final byte c = text[i];
            kinds |= c >= 'a' && c <= 'z' ? 1 : c >= 'A' && c <= 'Z' ? 2 : c >= '0' && c <= '9' ? 4 : 8;
        }
        return kinds;
    }

    /** {@return whether letters and digits are mixed, as words and numbers are not} */
    static boolean mixed(final byte[] text, final int from, final int to) {
        final int kinds = kinds(text, from, to);
        return (kinds & 3) != 0 && (kinds & 4) != 0;
    }
}
