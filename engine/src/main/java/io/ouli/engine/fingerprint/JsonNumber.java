package io.ouli.engine.fingerprint;

/**
 * Numbers of JSON by their exact decimal value, of any length, never through a double.
 *
 * <p>The canonical spelling is significant digits without leading or trailing zeros, then the power of ten unless it is
 * zero: {@code 1.50} is {@code 15e-1}, {@code 1200} is {@code 12e2}, {@code 0.0} and {@code -0} are {@code 0}.
 */
final class JsonNumber {
    /** Exponents up to this many digits are computed as a long; longer ones digit by digit. */
    private static final int LONG_DIGITS = 17;
    /** A sign, seven digits, a point, and a word behind it: what may be read at once of a number as most are. */
    private static final int PLAIN_BYTES = 1 + 7 + 1 + Words.BYTES;

    private JsonNumber() {
    }

    /** {@return the index behind the number that begins at {@code start}, or -1 if none does} */
    static int end(final byte[] in, final int start, final int end) {
        int at = start;
        if (at < end && in[at] == '-') {
            at++;
        }
        if (at < end && in[at] == '0') {
            at++;
        } else {
            final int digits = at;
            at = skipDigits(in, at, end);
            if (at == digits) {
                return -1;
            }
        }
        if (at < end && in[at] == '.') {
            final int digits = at + 1;
            at = skipDigits(in, digits, end);
            if (at == digits) {
                return -1;
            }
        }
        if (at < end && (in[at] | 0x20) == 'e') {
            at++;
            if (at < end && (in[at] == '+' || in[at] == '-')) {
                at++;
            }
            final int digits = at;
            at = skipDigits(in, at, end);
            if (at == digits) {
                return -1;
            }
        }
        return at;
    }

    private static int skipDigits(final byte[] in, final int start, final int end) {
        int at = start;
        while (at < end && in[at] >= '0' && in[at] <= '9') {
            at++;
        }
        return at;
    }

    /**
     * Writes the number that begins at {@code start} in its canonical spelling.
     *
     * @return the index behind it, or -1 if none does.
     */
    static int write(final byte[] in, final int start, final int end, final ByteSink out) {
        final int plain = end - start >= PLAIN_BYTES ? writePlain(in, start, out) : start;
        if (plain > start) {
            return plain;
        }
        final int at = end(in, start, end);
        if (at >= 0) {
            spell(in, start, at, out);
        }
        return at;
    }

    /**
     * Writes a number as most are: at most seven digits, perhaps a point and at most seven more, none of them to be
     * left out. Whole words are copied, of which only the digits stay.
     *
     * @return the index behind it, or {@code start} if the number is none of these.
     */
    private static int writePlain(final byte[] in, final int start, final ByteSink out) {
        out.ensure(2 * PLAIN_BYTES);
        final byte[] to = out.array;
        int length = out.length;
        int at = start;
        if (in[at] == '-') {
            to[length++] = '-';
            at++;
        }
        final long word = Words.get(in, at);
        final int digits = countDigits(word);
        Words.put(to, length, word);
        length += digits;
        final byte first = in[at];
        at += digits;
        if (digits == 0 || digits == Words.BYTES || first == '0') {
            return start;
        }
        byte last = in[at - 1];
        byte next = in[at];
        if (next == '.') {
            final long fraction = Words.get(in, at + 1);
            final int places = countDigits(fraction);
            if (places == 0 || places == Words.BYTES) {
                return start;
            }
            Words.put(to, length, fraction);
            length += places;
            to[length++] = 'e';
            to[length++] = '-';
            to[length++] = (byte) ('0' + places);
            at += 1 + places;
            last = in[at - 1];
            next = in[at];
        }
        if (last == '0' || (next | 0x20) == 'e' || next == '.') {
            return start;
        }
        out.length = length;
        return at;
    }

    /** {@return how many of a word's first bytes are digits} */
    static int countDigits(final long word) {
        return Long.numberOfTrailingZeros(others(word ^ Words.ONES * '0')) >>> 3;
    }

    /**
     * {@return a word with the high bit set of each byte that is above 9: up to 9, 0x76 gives at most 0x7f} A carry
     * disturbs only what lies above a byte of 0x8a or more.
     */
    static long others(final long value) {
        return (value + Words.ONES * 0x76 | value) & Words.HIGHS;
    }

    /**
     * {@return how many of a word's first {@code count} bytes, which is not 0, are zero and stand behind all others}
     */
    static int trailingZeros(final long word, final int count) {
        return Long.numberOfLeadingZeros(word << Long.SIZE - count * Byte.SIZE) >>> 3;
    }

    /** Writes the canonical spelling of the sound number {@code in[start..end)}. */
    private static void spell(final byte[] in, final int start, final int end, final ByteSink out) {
        out.ensure(2 * (end - start) + 24);
        final int integer = in[start] == '-' ? start + 1 : start;
        final int integerEnd = skipDigits(in, integer, end);
        if (integerEnd == end && in[end - 1] != '0') {
            out.put(in, start, end - start);
            return;
        }
        int fraction = integerEnd;
        int fractionEnd = integerEnd;
        if (integerEnd < end && in[integerEnd] == '.') {
            fraction = integerEnd + 1;
            fractionEnd = skipDigits(in, fraction, end);
        }
        final int begin = out.length;
        if (integer > start) {
            out.put('-');
        }
        final int digits = out.length;
        putSignificant(in, integer, integerEnd, digits, out);
        putSignificant(in, fraction, fractionEnd, digits, out);
        if (out.length == digits) {
            out.length = begin;
            out.put('0');
            return;
        }
        int zeros = 0;
        while (out.array[out.length - 1] == '0') {
            out.length--;
            zeros++;
        }
        putExponent(in, fractionEnd, end, zeros - (fractionEnd - fraction), out);
    }

    /** Copies digits, without zeros as long as no other digit stands behind {@code digits}. */
    private static void putSignificant(
            final byte[] in, final int start, final int end, final int digits, final ByteSink out) {
        int from = start;
        if (out.length == digits) {
            while (from < end && in[from] == '0') {
                from++;
            }
        }
        out.put(in, from, end - from);
    }

    /** Writes {@code e} and the sum of the exponent {@code in[start..end)}, which may be empty, and {@code shift}. */
    private static void putExponent(
            final byte[] in, final int start, final int end, final int shift, final ByteSink out) {
        int at = start;
        boolean negative = false;
        if (at < end) {
            at++;
            negative = in[at] == '-';
            if (negative || in[at] == '+') {
                at++;
            }
            while (at < end && in[at] == '0') {
                at++;
            }
        }
        if (end - at > LONG_DIGITS) {
            out.put('e');
            if (negative) {
                out.put('-');
            }
            putSum(in, at, end, negative ? -shift : shift, out);
            return;
        }
        long exponent = 0;
        for (; at < end; at++) {
            exponent = exponent * 10 + in[at] - '0';
        }
        exponent = (negative ? -exponent : exponent) + shift;
        if (exponent != 0) {
            out.put('e');
            if (exponent < 0) {
                out.put('-');
            }
            putLong(Math.abs(exponent), out);
        }
    }

    private static void putLong(final long value, final ByteSink out) {
        int count = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            count++;
        }
        out.length += count;
        long rest = value;
        for (int at = out.length - 1; count > 0; count--) {
            out.array[at--] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Writes a number of more than {@link #LONG_DIGITS} digits plus a shift, which is too small to change its sign. */
    private static void putSum(final byte[] in, final int start, final int end, final int shift, final ByteSink out) {
        final int begin = out.length;
        out.put('0');
        out.put(in, start, end - start);
        long carry = shift;
        for (int at = out.length - 1; at >= begin && carry != 0; at--) {
            final long sum = out.array[at] - '0' + carry;
            out.array[at] = (byte) ('0' + Math.floorMod(sum, 10));
            carry = Math.floorDiv(sum, 10);
        }
        assert carry == 0;
        int zeros = 0;
        while (out.array[begin + zeros] == '0') {
            zeros++;
        }
        out.length -= zeros;
        System.arraycopy(out.array, begin + zeros, out.array, begin, out.length - begin);
    }
}
