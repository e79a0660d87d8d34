package io.ouli.engine.http;

import java.nio.charset.StandardCharsets;

/** Which bytes may stand where in an HTTP/1.1 message; one table of 256 bit sets. */
final class CharClass {
    /** {@code tchar}: methods and field names. */
    static final int TOKEN = 1;
    /** What a field value may hold: HTAB, SP, VCHAR and obs-text. */
    static final int FIELD = 2;
    /**
     * What a request target may hold: VCHAR but for {@code " # < >}. Wider than RFC 3986 by the characters that
     * browsers leave bare in a query ({@code \ ^ ` { | }}), none of which can move a message's boundary.
     */
    static final int TARGET = 4;
    /** What the host of an authority may hold: unreserved, sub-delims, percent and the brackets of an IP literal. */
    static final int HOST = 8;
    /** SP and HTAB. */
    static final int BLANK = 16;
    /** 0 to 9. */
    static final int DIGIT = 32;

    private static final byte[] TABLE = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            final boolean letterOrDigit = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            final boolean visible = c > ' ' && c < 0x7F;
            int bits = 0;
            bits |= letterOrDigit || isOneOf(c, "!#$%&'*+-.^_`|~") ? TOKEN : 0;
            bits |= visible || c == ' ' || c == '\t' || c >= 0x80 ? FIELD : 0;
            bits |= visible && !isOneOf(c, "\"#<>") ? TARGET : 0;
            bits |= letterOrDigit || isOneOf(c, "-._~!$&'()*+,;=%[]") ? HOST : 0;
            bits |= c == ' ' || c == '\t' ? BLANK : 0;
            bits |= c >= '0' && c <= '9' ? DIGIT : 0;
            TABLE[c] = (byte) bits;
        }
    }

    private CharClass() {
    }

    /** {@return whether a byte is in a class} */
    static boolean is(final byte value, final int charClass) {
        return (TABLE[value & 0xFF] & charClass) != 0;
    }

    /** {@return the index of the first byte from {@code from} on that is not in a class, or {@code end}} */
    static int skip(final byte[] bytes, final int from, final int end, final int charClass) {
        int at = from;
        while (at < end && (TABLE[bytes[at] & 0xFF] & charClass) != 0) {
            at++;
        }
        return at;
    }

    /** Like {@link #skip} of {@link #FIELD}, eight bytes at a time while none of them is a control character. */
    static int skipField(final byte[] bytes, final int from, final int end) {
        int at = from;
        while (at <= end - Long.BYTES) {
            final long word = ByteWords.at(bytes, at);
            if ((ByteWords.below(word, ' ') | ByteWords.zeros(word ^ 0x7F * ByteWords.ONES)) != 0) {
                break;
            }
            at += Long.BYTES;
        }
        return skip(bytes, at, end, FIELD);
    }

    /** {@return whether a range is this lower case ASCII word in any case} */
    static boolean equalsIgnoreCase(final byte[] bytes, final int from, final int end, final byte[] lowerCaseWord) {
        if (end - from != lowerCaseWord.length) {
            return false;
        }
        for (int i = 0; i < lowerCaseWord.length; i++) {
            if (toLower(bytes[from + i]) != lowerCaseWord[i]) {
                return false;
            }
        }
        return true;
    }

    /** {@return an ASCII letter in lower case, every other byte as it is} */
    static byte toLower(final byte value) {
        return value >= 'A' && value <= 'Z' ? (byte) (value | 0x20) : value;
    }

    /** {@return the value of a hexadecimal digit, or -1} */
    static int hexDigit(final byte value) {
        if (value >= '0' && value <= '9') {
            return value - '0';
        }
        final int lower = value | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** {@return the bytes of an ASCII word} */
    static byte[] ascii(final String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isOneOf(final int c, final String chars) {
        return chars.indexOf(c) >= 0;
    }
}
