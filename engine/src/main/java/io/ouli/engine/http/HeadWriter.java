package io.ouli.engine.http;

import java.util.Arrays;

/** Builds a head in a byte array that grows and is used again. */
public final class HeadWriter {
    private static final byte[] HEX = CharClass.ascii("0123456789abcdef");

    private byte[] bytes;
    private int length;

    /** Creates a writer that has room for this many bytes before it grows. */
    public HeadWriter(final int capacity) {
        bytes = new byte[capacity];
    }

    /** Forgets what was written. */
    public HeadWriter reset() {
        length = 0;
        return this;
    }

    /** {@return the array that holds what was written; another one after it has grown} */
    public byte[] bytes() {
        return bytes;
    }

    /** {@return how many bytes were written} */
    public int length() {
        return length;
    }

    /** Writes one byte. */
    public HeadWriter octet(final int value) {
        ensure(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** Writes all of an array. */
    public HeadWriter write(final byte[] source) {
        return write(source, 0, source.length);
    }

    /** Writes a range. */
    public HeadWriter write(final byte[] source, final int from, final int end) {
        ensure(end - from);
        System.arraycopy(source, from, bytes, length, end - from);
        length += end - from;
        return this;
    }

    /** Writes ISO-8859-1 text; every char must be below 256, and none may end a line. */
    public HeadWriter text(final String text) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            assert c < 256 && c != '\r' && c != '\n';
            bytes[length++] = (byte) c;
        }
        return this;
    }

    /** Writes a non-negative number in decimal. */
    public HeadWriter decimal(final long value) {
        assert value >= 0;
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        ensure(digits);
        length += digits;
        long rest = value;
        for (int at = length - 1; at >= length - digits; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return this;
    }

    /** Writes a non-negative number in lower case hexadecimal, as chunk sizes are written. */
    public HeadWriter hex(final long value) {
        assert value >= 0;
        final int digits = Math.max(1, (67 - Long.numberOfLeadingZeros(value)) / 4);
        ensure(digits);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(int) (value >>> shift) & 15];
        }
        return this;
    }

    /** Writes CRLF. */
    public HeadWriter crlf() {
        return octet('\r').octet('\n');
    }

    /** Writes one field of another message: its name as it came, colon, space, value, CRLF. */
    public HeadWriter field(final Headers headers, final int index) {
        write(headers.bytes(), headers.nameStart(index), headers.nameEnd(index)).octet(':').octet(' ');
        return write(headers.bytes(), headers.valueStart(index), headers.valueEnd(index)).crlf();
    }

    private void ensure(final int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
