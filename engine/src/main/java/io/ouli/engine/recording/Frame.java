package io.ouli.engine.recording;

import io.ouli.redact.BatchDigest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * One interaction's frame, in a pooled off-heap buffer: built by one thread, written by another, given back once.
 *
 * <p>Handing it from one thread to the other must be a safe publication, such as a queue's.
 */
public final class Frame {
    final Arena arena;
    final MemorySegment memory;
    final ByteBuffer view;
    final int sizeClass;
    private final FramePool pool;
    private int length;
    /** Bytes of the message of which the key is the digest; 0 if the key is known. */
    private int keyMessageLength;
    private long keyMessageOffset;
    private long keyMessageLastOffset;
    private boolean lent;

    Frame(final FramePool pool, final Arena arena, final MemorySegment memory, final int sizeClass) {
        this.pool = pool;
        this.arena = arena;
        this.memory = memory;
        this.sizeClass = sizeClass;
        view = memory.asByteBuffer();
    }

    /** {@return the memory that holds the frame, from its first byte} */
    public MemorySegment segment() {
        return memory;
    }

    /** {@return the frame's length in bytes} */
    public int length() {
        return length;
    }

    /** {@return the interaction's place in the session's order of arrival} */
    public int sequence() {
        return memory.get(Le.INT, FrameHeader.SEQUENCE);
    }

    /** Gives the buffer back; nobody may touch the frame any more. */
    public void release() {
        pool.release(this);
    }

    /** {@return whether its key is still to be found, by {@link FrameKeys}} */
    boolean lacksKey() {
        return keyMessageLength > 0;
    }

    int keyMessageLength() {
        return keyMessageLength;
    }

    /** {@return where the message begins} */
    long keyMessageOffset() {
        return keyMessageOffset;
    }

    /** {@return where the message goes on, with its padding, behind its last whole block} */
    long keyMessageLastOffset() {
        return keyMessageLastOffset;
    }

    /** {@return how many bytes the frame itself may have} */
    long room() {
        return lacksKey() ? keyMessageOffset : memory.byteSize();
    }

    /** The key is still to be found: of so many bytes, which stand padded at the buffer's end. */
    void keyIsDigestOf(final int messageLength) {
        keyMessageLength = messageLength;
        keyMessageOffset = memory.byteSize() - BatchDigest.paddedLength(messageLength);
        keyMessageLastOffset = keyMessageOffset + BatchDigest.wholeLength(messageLength);
    }

    /** The key is still to be found: of the finished frame's request, whose padding stands at the buffer's end. */
    void keyIsDigestOfRequest(final int messageLength) {
        keyMessageLength = messageLength;
        keyMessageOffset = FrameHeader.BYTES;
        keyMessageLastOffset = memory.byteSize() - BatchDigest.lastLength(messageLength);
    }

    void keyIsKnown() {
        keyMessageLength = 0;
    }

    void finished(final int frameLength) {
        length = frameLength;
    }

    void lend() {
        length = 0;
        keyMessageLength = 0;
        lent = true;
    }

    /** @throws IllegalStateException if it was given back: its memory may be another frame's by now. */
    void requireLent() {
        if (!lent) {
            throw new IllegalStateException("the frame was released already; append it before");
        }
    }

    void takeBack() {
        if (!lent) {
            throw new IllegalStateException("a frame was released twice");
        }
        lent = false;
    }
}
