package io.ouli.redact;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * SHA-256 of up to {@link #MAX_MESSAGES} messages that are there at the same time. For one thread; allocates nothing.
 *
 * <p>{@link #add} each, {@link #digest} all, then {@link #copyTo} for each; the next {@code add} begins anew.
 */
public interface BatchDigest {
    /** Bytes of a digest. */
    int BYTES = 32;
    /** Bytes that the digest takes at a time. */
    int BLOCK = 64;
    /** How the padding ends. */
    ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    /** The most messages at a time. */
    int MAX_MESSAGES = 16;
    /** The longest message: with its padding it is 64 blocks of 64 bytes. Longer ones are no worse off alone. */
    int MAX_BYTES = 64 * 64 - 9;

    /**
     * Adds the padding of SHA-256 to a length: a bit, zeros, and the length at the end of a block.
     *
     * @param length of the message.
     * @return the message's length with its padding, a multiple of {@link #BLOCK}.
     */
    static int paddedLength(final int length) {
        return (length + Long.BYTES) / BLOCK * BLOCK + BLOCK;
    }

    /**
     * Writes the padding of a message that is then copied to its place: of that, the last bytes may be written over.
     * Always as many bytes, so nobody has to find out where zeros begin.
     *
     * @param bytes  holds the message.
     * @param offset where it begins.
     * @param length of the message.
     */
    static void pad(final MemorySegment bytes, final long offset, final int length) {
        final long end = offset + paddedLength(length);
        for (long at = Math.max(offset, end - BLOCK - Long.BYTES); at < end; at += Long.BYTES) {
            bytes.set(LONG, at, 0L);
        }
        bytes.set(ValueLayout.JAVA_BYTE, offset + length, (byte) 0x80);
        bytes.set(LONG, end - Long.BYTES, (long) length * Byte.SIZE);
    }

    /**
     * {@return how long the last blocks of a message are that do not stand in it whole: what is behind its last whole
     * block, with the padding}
     */
    static int lastLength(final int length) {
        return paddedLength(length) - wholeLength(length);
    }

    /** {@return the length of a message's whole blocks} */
    static int wholeLength(final int length) {
        return length & -BLOCK;
    }

    /**
     * Writes what is behind a message's last whole block, with the padding, to another place.
     *
     * @param bytes      holds the message.
     * @param offset     where it begins.
     * @param length     of the message.
     * @param lastOffset where {@link #lastLength} bytes are written.
     */
    static void padElsewhere(final MemorySegment bytes, final long offset, final int length, final long lastOffset) {
        final long end = lastOffset + lastLength(length);
        for (long at = lastOffset; at < end; at += Long.BYTES) {
            bytes.set(LONG, at, 0L);
        }
        final int whole = wholeLength(length);
        for (int i = whole; i < length; i++) {
            bytes.set(
                    ValueLayout.JAVA_BYTE, lastOffset + i - whole, bytes.get(ValueLayout.JAVA_BYTE, offset + i));
        }
        bytes.set(ValueLayout.JAVA_BYTE, lastOffset + length - whole, (byte) 0x80);
        bytes.set(LONG, end - Long.BYTES, (long) length * Byte.SIZE);
    }

    /**
     * Takes a message, which must stand until {@link #digest} with its {@linkplain #pad padding}: it is digested from
     * where it stands.
     *
     * @param length without the padding; at most {@link #MAX_BYTES}.
     * @return its number, from 0.
     */
    default int add(final MemorySegment bytes, final long offset, final int length) {
        return add(bytes, offset, length, offset + wholeLength(length));
    }

    /**
     * Takes a message whose whole blocks stand at {@code offset}, and the rest with the padding
     * {@linkplain #padElsewhere elsewhere}.
     *
     * @param lastOffset where the rest stands in the same memory.
     * @return its number, from 0.
     */
    int add(MemorySegment bytes, long offset, int length, long lastOffset);

    /** Digests the messages that were taken. */
    void digest();

    /** Copies the digest of a message, {@link #BYTES} long. */
    void copyTo(int number, MemorySegment target, long offset);
}
