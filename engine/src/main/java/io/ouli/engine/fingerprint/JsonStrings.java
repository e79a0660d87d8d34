package io.ouli.engine.fingerprint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Strings of JSON in one spelling: UTF-8 literals, escapes only for what must be escaped.
 *
 * <p>{@code "} and {@code \} are escaped by a backslash, control characters as {@code \b \t \n \f \r} or
 * <code>&#92;u001f</code>, lone surrogates as <code>&#92;ud83d</code>; everything else stands as itself.
 */
final class JsonStrings {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final String SHORT_ESCAPES = "btn\0fr";
    private static final byte[] HEX = MediaType.ascii("0123456789abcdef");

    private JsonStrings() {
    }

    /**
     * Writes the content of a string without its quotes.
     *
     * @param start the index behind the opening quote.
     * @return the index behind the closing quote, or -1 if the string is not sound.
     */
    static int write(final byte[] in, final int start, final int end, final ByteSink out) {
        int run = start;
        int at = start;
        while (true) {
            at = skipPlain(in, at, end);
            if (at == end) {
                return -1;
            }
            final byte b = in[at];
            if (b < 0) {
                at = Utf8.skip(in, at, end);
                if (at < 0) {
                    return -1;
                }
                continue;
            }
            out.put(in, run, at - run);
            if (b == '"') {
                return at + 1;
            }
            if (b != '\\') {
                return -1;
            }
            at = escape(in, at, end, out);
            if (at < 0) {
                return -1;
            }
            run = at;
        }
    }

    /**
     * Skips ASCII that stands for itself, eight bytes at a step: a byte of {@code found} has its high bit set where the
     * word holds a quote, a backslash, a control character or a byte above ASCII. A false alarm costs only time.
     */
    private static int skipPlain(final byte[] in, final int start, final int end) {
        int at = start;
        while (end - at >= Long.BYTES) {
            final long word = (long) LONGS.get(in, at);
            final long quote = word ^ ONES * '"';
            final long backslash = word ^ ONES * '\\';
            final long found = (quote - ONES | backslash - ONES | word - ONES * 0x20 | word) & HIGHS;
            if (found != 0) {
                break;
            }
            at += Long.BYTES;
        }
        while (at < end && in[at] >= 0x20 && in[at] != '"' && in[at] != '\\') {
            at++;
        }
        return at;
    }

    private static int escape(final byte[] in, final int start, final int end, final ByteSink out) {
        if (start + 1 == end) {
            return -1;
        }
        switch (in[start + 1]) {
            case '/' -> out.put('/');
            case '"', '\\', 'b', 'f', 'n', 'r', 't' -> out.put(in, start, 2);
            case 'u' -> {
                return unicode(in, start, end, out);
            }
            default -> {
                return -1;
            }
        }
        return start + 2;
    }

    private static int unicode(final byte[] in, final int start, final int end, final ByteSink out) {
        final int unit = hex4(in, start + 2, end);
        if (unit < 0) {
            return -1;
        }
        if (Character.isHighSurrogate((char) unit)
                && start + 7 < end && in[start + 6] == '\\' && in[start + 7] == 'u') {
            final int low = hex4(in, start + 8, end);
            if (low >= 0 && Character.isLowSurrogate((char) low)) {
                Utf8.put(Character.toCodePoint((char) unit, (char) low), out);
                return start + 12;
            }
        }
        putUnit(unit, out);
        return start + 6;
    }

    private static void putUnit(final int unit, final ByteSink out) {
        if (unit == '"' || unit == '\\') {
            out.put('\\');
            out.put(unit);
        } else if (unit >= '\b' && unit <= '\r' && unit != 0x0b) {
            out.put('\\');
            out.put(SHORT_ESCAPES.charAt(unit - '\b'));
        } else if (unit < 0x20 || Character.isSurrogate((char) unit)) {
            out.put('\\');
            out.put('u');
            for (int shift = 12; shift >= 0; shift -= 4) {
                out.put(HEX[unit >>> shift & 0xf]);
            }
        } else {
            Utf8.put(unit, out);
        }
    }

    private static int hex4(final byte[] in, final int start, final int end) {
        if (end - start < 4) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < start + 4; i++) {
            final int digit = Percent.hexValue(in[i]);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
