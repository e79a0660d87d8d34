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

    private JsonNumber() {
    }

    /** Returns the index behind the number that begins at {@code start}, or -1 if none does. */
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

    /** Writes the canonical spelling of the sound number {@code in[start..end)}. */
    static void write(final byte[] in, final int start, final int end, final ByteSink out) {
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
