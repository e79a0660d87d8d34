package io.ouli.engine.redaction;

import io.ouli.engine.http.Headers;
import java.util.Arrays;

/** Writes a head anew, field by field, into a buffer that is used again. */
final class HeadBuilder {
    private static final byte[] CONTENT_LENGTH = Ascii.bytes("content-length");
    private static final byte[] CONTENT_ENCODING = Ascii.bytes("content-encoding");
    /** Fields that decide where a message ends: a secret that happens to be a length must not move it. */
    private static final byte[][] FRAMING = {
        CONTENT_LENGTH, Ascii.bytes("transfer-encoding"), Ascii.bytes("connection"), Ascii.bytes("expect"),
    };

    private byte[] bytes = new byte[1_024];
    private int length;

    void clear() {
        length = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void append(final byte[] from, final int start, final int end) {
        final int count = end - start;
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length << 1));
        }
        System.arraycopy(from, start, bytes, length, count);
        length += count;
    }

    void append(final char character) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length << 1);
        }
        bytes[length++] = (byte) character;
    }

    void appendLineEnd() {
        append('\r');
        append('\n');
    }

    void appendDecimal(final int value) {
        final byte[] digits = Ascii.bytes(Integer.toString(value));
        append(digits, 0, digits.length);
    }

    static boolean isFraming(final Headers headers, final int field) {
        for (final byte[] name : FRAMING) {
            if (headers.nameIs(field, name)) {
                return true;
            }
        }
        return false;
    }

    static boolean isContentLength(final Headers headers, final int field) {
        return headers.nameIs(field, CONTENT_LENGTH);
    }

    static boolean isContentEncoding(final Headers headers, final int field) {
        return headers.nameIs(field, CONTENT_ENCODING);
    }

    /** {@return the Content-Encoding, its fields joined, or null} */
    static String contentEncoding(final Headers headers) {
        String all = null;
        for (int i = headers.find(CONTENT_ENCODING, 0); i >= 0; i = headers.find(CONTENT_ENCODING, i + 1)) {
            all = all == null ? headers.value(i) : all + "," + headers.value(i);
        }
        return all;
    }
}
