package io.ouli.engine.http;

import java.nio.charset.StandardCharsets;

/**
 * Where the header fields of one message lie in its bytes; a flyweight that is filled again for each message.
 *
 * <p>Offsets are absolute indexes into {@link #bytes}. Values are without surrounding white space. Order and repetition
 * are those of the wire.
 */
public final class Headers {
    private byte[] bytes = {};
    private final int[] offsets;
    private int count;
    /** Which lengths the names have, a bit each; those above 62 share one. Most searches end here. */
    private long nameLengths;

    /** Creates a table for at most {@code capacity} fields. */
    public Headers(final int capacity) {
        offsets = new int[capacity * 4];
    }

    /** Forgets all fields and points at the bytes of another message. */
    public void wrap(final byte[] messageBytes) {
        bytes = messageBytes;
        count = 0;
        nameLengths = 0;
    }

    /** Points at a copy of the same message at the same indexes, such as a buffer that has grown. */
    void moveTo(final byte[] messageBytes) {
        bytes = messageBytes;
    }

    /**
     * Adds one field.
     *
     * @return false if the table is full, and nothing was added.
     */
    public boolean add(final int nameStart, final int nameEnd, final int valueStart, final int valueEnd) {
        final int at = count * 4;
        if (at == offsets.length) {
            return false;
        }
        offsets[at] = nameStart;
        offsets[at + 1] = nameEnd;
        offsets[at + 2] = valueStart;
        offsets[at + 3] = valueEnd;
        nameLengths |= lengthBit(nameEnd - nameStart);
        count++;
        return true;
    }

    /** {@return the bytes that the offsets index} */
    public byte[] bytes() {
        return bytes;
    }

    /** {@return how many fields there are} */
    public int count() {
        return count;
    }

    /** {@return where a field's name begins in {@link #bytes}} */
    public int nameStart(final int index) {
        return offsets[index * 4];
    }

    /** {@return the index after a field's name} */
    public int nameEnd(final int index) {
        return offsets[index * 4 + 1];
    }

    /** {@return where a field's value begins, white space before it left out} */
    public int valueStart(final int index) {
        return offsets[index * 4 + 2];
    }

    /** {@return the index after a field's value, white space behind it left out} */
    public int valueEnd(final int index) {
        return offsets[index * 4 + 3];
    }

    /** {@return whether field {@code index} has this name, which must be given in lower case ASCII} */
    public boolean nameIs(final int index, final byte[] lowerCaseName) {
        return CharClass.equalsIgnoreCase(bytes, nameStart(index), nameEnd(index), lowerCaseName);
    }

    /**
     * Finds a field by name.
     *
     * @param lowerCaseName in lower case ASCII.
     * @param from          the index to look from.
     * @return its index, or -1.
     */
    public int find(final byte[] lowerCaseName, final int from) {
        if ((nameLengths & lengthBit(lowerCaseName.length)) == 0) {
            return -1;
        }
        for (int i = from; i < count; i++) {
            if (nameIs(i, lowerCaseName)) {
                return i;
            }
        }
        return -1;
    }

    private static long lengthBit(final int length) {
        return 1L << Math.min(length, Long.SIZE - 1);
    }

    /** {@return the name as it came; allocates, for the control plane} */
    public String name(final int index) {
        return text(nameStart(index), nameEnd(index));
    }

    /** {@return the value as ISO-8859-1 text; allocates, for the control plane} */
    public String value(final int index) {
        return text(valueStart(index), valueEnd(index));
    }

    private String text(final int start, final int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
