package io.ouli.engine.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Undoes one level of percent, JSON and HTML escapes, all three in one pass.
 *
 * <pre>
 * %2F   \/ \" \\ \b \f \n \r \t \u002f \x2f   &amp;amp; &amp;lt; &amp;gt; &amp;quot; &amp;apos; &amp;#47; &amp;#x2F;
 * </pre>
 *
 * <p>Undoing them together is right whatever their order was, if each encoder treated the same characters alike: none
 * of the three makes something of another one's escape that could not be undone at the next level. A text never gets
 * longer by it.
 */
final class Escapes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    /** {@code $ % &} and the apostrophe are 0x24 to 0x27: two of the four are wanted. */
    private static final int LIKE_COUNT = 4;
    private static final String[] NAMES = {"amp;", "lt;", "gt;", "quot;", "apos;"};
    private static final byte[] NAMED = {'&', '<', '>', '"', '\''};
    private static final int RAW_BYTE = 1 << 30;
    private static final int VALUE = RAW_BYTE - 1;

    private Escapes() {
    }

    /** {@return whether an escape may begin with this byte} */
    static boolean introduces(final byte value) {
        return value == '%' || value == '\\' || value == '&';
    }

    /** {@return the index of the next byte that may begin an escape, or {@code to}; 32 or eight bytes at a time} */
    static int next(final byte[] text, final int from, final int to) {
        int i = from;
        while (i <= to - 4 * Long.BYTES && ((like(text, i) | like(text, i + 8) | like(text, i + 16)
                | like(text, i + 24)) & HIGHS) == 0) {
            i += 4 * Long.BYTES;
        }
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            final long word = (long) LONG.get(text, i);
            final long hits = zeros(word ^ '%' * ONES) | zeros(word ^ '\\' * ONES) | zeros(word ^ '&' * ONES);
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        while (i < to && !introduces(text[i])) {
            i++;
        }
        return i;
    }

    /** Sets a high bit if one of eight bytes may begin an escape, or is {@code $} or an apostrophe; ignore others. */
    private static long like(final byte[] text, final int at) {
        final long word = (long) LONG.get(text, at);
        final long fromDollar = word ^ '$' * ONES;
        final long fromBackslash = word ^ '\\' * ONES;
        return fromDollar - LIKE_COUNT * ONES & ~fromDollar | fromBackslash - ONES & ~fromBackslash;
    }

    /** {@return the index of the next backslash, or {@code to}} */
    static int nextBackslash(final byte[] text, final int from, final int to) {
        int i = from;
        while (i <= to - 4 * Long.BYTES && (backslashes(text, i) | backslashes(text, i + 8) | backslashes(text, i + 16)
                | backslashes(text, i + 24)) == 0) {
            i += 4 * Long.BYTES;
        }
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            final long hits = backslashes(text, i);
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        while (i < to && text[i] != '\\') {
            i++;
        }
        return i;
    }

    private static long backslashes(final byte[] text, final int at) {
        return zeros((long) LONG.get(text, at) ^ '\\' * ONES);
    }

    /**
     * Sets the high bit of each zero byte; of bytes above one perhaps too, so that only the lowest is to be trusted.
     */
    private static long zeros(final long word) {
        return word - ONES & ~word & HIGHS;
    }

    /**
     * Reads the escape at an index.
     *
     * @return its length in the upper half, what it stands for in the lower; 0 if it is none.
     */
    static long unit(final byte[] text, final int at, final int to) {
        switch (text[at]) {
            case '%':
                final int value = at + 3 <= to ? hex(text, at + 1, at + 3) : -1;
                return value < 0 ? 0 : 3L << 32 | RAW_BYTE | value;
            case '\\':
                return at + 2 <= to ? backslash(text, at, to) : 0;
            case '&':
                return ampersand(text, at, to);
            default:
                return 0;
        }
    }

    static int length(final long unit) {
        return (int) (unit >>> 32);
    }

    /** {@return how many bytes {@link #write} writes for a unit} */
    static int decodedLength(final long unit) {
        final int value = (int) unit & VALUE;
        if (((int) unit & RAW_BYTE) != 0 || value < 0x80) {
            return 1;
        }
        return value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
    }

    /** {@return the byte that a unit stands for, or -1 if it stands for more than one} */
    static int singleByte(final long unit) {
        final int value = (int) unit & VALUE;
        return ((int) unit & RAW_BYTE) != 0 || value < 0x80 ? value : -1;
    }

    private static long backslash(final byte[] text, final int at, final int to) {
        final byte kind = text[at + 1];
        switch (kind) {
            case '"', '\\', '/', '\'':
                return 2L << 32 | kind;
            case 'b':
                return 2L << 32 | '\b';
            case 'f':
                return 2L << 32 | '\f';
            case 'n':
                return 2L << 32 | '\n';
            case 'r':
                return 2L << 32 | '\r';
            case 't':
                return 2L << 32 | '\t';
            case 'x':
                final int value = at + 4 <= to ? hex(text, at + 2, at + 4) : -1;
                return value < 0 ? 0 : 4L << 32 | value;
            case 'u':
                return unicode(text, at, to);
            default:
                return 0;
        }
    }

    private static long unicode(final byte[] text, final int at, final int to) {
        final int first = at + 6 <= to ? hex(text, at + 2, at + 6) : -1;
        if (first < 0) {
            return 0;
        }
        if (!Character.isSurrogate((char) first)) {
            return 6L << 32 | first;
        }
        if (at + 12 <= to && text[at + 6] == '\\' && text[at + 7] == 'u') {
            final int second = hex(text, at + 8, at + 12);
            if (second >= 0 && Character.isSurrogatePair((char) first, (char) second)) {
                return 12L << 32 | Character.toCodePoint((char) first, (char) second);
            }
        }
        return 0;
    }

    private static long ampersand(final byte[] text, final int at, final int to) {
        if (at + 3 < to && text[at + 1] == '#') {
            return numeric(text, at, to);
        }
        for (int i = 0; i < NAMES.length; i++) {
            final String name = NAMES[i];
            if (at + 1 + name.length() <= to && matches(text, at + 1, name)) {
                return (1L + name.length()) << 32 | NAMED[i];
            }
        }
        return 0;
    }

    private static boolean matches(final byte[] text, final int at, final String name) {
        for (int i = 0; i < name.length(); i++) {
            if (text[at + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static long numeric(final byte[] text, final int at, final int to) {
        final boolean hexadecimal = (text[at + 2] | 0x20) == 'x';
        int i = at + (hexadecimal ? 3 : 2);
        final int digits = i;
        int value = 0;
        while (i < to && i - digits < 7) {
            final int digit = Character.digit(text[i], hexadecimal ? 16 : 10);
            if (digit < 0) {
                break;
            }
            value = value * (hexadecimal ? 16 : 10) + digit;
            i++;
        }
        final boolean whole = i > digits && i < to && text[i] == ';';
        final boolean character = Character.isValidCodePoint(value) && (value >>> 11) != 0x1b;
        return whole && character ? (long) (i + 1 - at) << 32 | value : 0;
    }

    private static int hex(final byte[] text, final int from, final int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            final int digit = Character.digit(text[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /**
     * Writes what a unit stands for.
     *
     * @return the index after it.
     */
    static int write(final long unit, final byte[] out, final int at) {
        final int value = (int) unit & VALUE;
        if (((int) unit & RAW_BYTE) != 0 || value < 0x80) {
            out[at] = (byte) value;
            return at + 1;
        }
        int next = at;
        if (value < 0x800) {
            out[next++] = (byte) (0xc0 | value >> 6);
        } else {
            if (value < 0x10000) {
                out[next++] = (byte) (0xe0 | value >> 12);
            } else {
                out[next++] = (byte) (0xf0 | value >> 18);
                out[next++] = (byte) (0x80 | value >> 12 & 0x3f);
            }
            out[next++] = (byte) (0x80 | value >> 6 & 0x3f);
        }
        out[next++] = (byte) (0x80 | value & 0x3f);
        return next;
    }

    /**
     * Writes another ASCII character in place of one, escaped as that one was and as long, where that can be; else
     * unescaped. The same character stays as it is written.
     *
     * @param at     where the one begins in {@code text}.
     * @param length how many bytes it takes there.
     * @return the index after what was written.
     */
    static int rewrite(final byte[] text, final int at, final int length, final byte character, final byte[] out,
            final int into) {
        if (length > 1 && singleByte(unit(text, at, at + length)) == character) {
            System.arraycopy(text, at, out, into, length);
            return into + length;
        }
        final boolean backslash = text[at] == '\\';
        if (length == 1 || backslash && length == 2 || text[at] == '&' && length == 4) {
            out[into] = character;
            return into + 1;
        }
        System.arraycopy(text, at, out, into, length);
        final boolean decimal = text[at] == '&' && (text[at + 2] | 0x20) != 'x';
        final int radix = decimal ? 10 : 16;
        final int last = into + length - (text[at] == '&' ? 2 : 1);
        // Where digits may begin: after %, after backslash and u or x, after &# or &#x.
        final int first = into + (text[at] == '%' ? 1 : backslash || decimal ? 2 : 3);
        if (text[at] == '&') {
            out[into + 1] = '#';
        }
        int rest = character;
        for (int i = last; i >= first; i--) {
            out[i] = (byte) Character.toUpperCase(Character.forDigit(rest % radix, radix));
            rest /= radix;
        }
        return into + length;
    }

    /**
     * Undoes the escapes of {@code text[from, to)}.
     *
     * @param out has room for as many bytes.
     * @return how many it got.
     */
    static int decode(final byte[] text, final int from, final int to, final byte[] out) {
        int written = 0;
        int i = from;
        while (i < to) {
            final byte value = text[i];
            final long unit = introduces(value) ? unit(text, i, to) : 0;
            if (unit == 0) {
                out[written++] = value;
                i++;
            } else {
                written = write(unit, out, written);
                i += length(unit);
            }
        }
        return written;
    }
}
