package io.ouli.engine.recording;

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
    private boolean lent;

    Frame(final FramePool pool, final Arena arena, final MemorySegment memory, final int sizeClass) {
        this.pool = pool;
        this.arena = arena;
        this.memory = memory;
        this.sizeClass = sizeClass;
        view = memory.asByteBuffer();
    }

    /** Returns the memory that holds the frame, from its first byte. */
    public MemorySegment segment() {
        return memory;
    }

    /** Returns the frame's length in bytes. */
    public int length() {
        return length;
    }

    /** Returns the interaction's place in the session's order of arrival. */
    public int sequence() {
        return memory.get(Le.INT, FrameHeader.SEQUENCE);
    }

    /** Gives the buffer back; nobody may touch the frame any more. */
    public void release() {
        pool.release(this);
    }

    void finished(final int frameLength) {
        length = frameLength;
    }

    void lend() {
        length = 0;
        lent = true;
    }

    void takeBack() {
        if (!lent) {
            throw new IllegalStateException("a frame was released twice");
        }
        lent = false;
    }
}
