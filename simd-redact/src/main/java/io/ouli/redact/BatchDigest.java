package io.ouli.redact;

import java.lang.foreign.MemorySegment;

/**
 * SHA-256 of up to {@link #MOST} messages that are there at the same time. For one thread; allocates nothing.
 *
 * <p>{@link #add} each, {@link #digest} all, then {@link #copyTo} for each; the next {@code add} begins anew.
 */
public interface BatchDigest {
    /** Bytes of a digest. */
    int BYTES = 32;
    /** The most messages at a time. */
    int MOST = 16;
    /** The longest message: with its padding it is 64 blocks of 64 bytes. Longer ones are no worse off alone. */
    int MAX_BYTES = 64 * 64 - 9;

    /**
     * Takes a message; it is copied.
     *
     * @param length at most {@link #MAX_BYTES}.
     * @return its number, from 0.
     */
    int add(MemorySegment bytes, long offset, int length);

    /** Digests the messages that were taken. */
    void digest();

    /** Copies the digest of a message, {@link #BYTES} long. */
    void copyTo(int number, MemorySegment target, long offset);
}
