package io.ouli.engine.recording;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * Off-heap buffers for frames: taken by the threads that build them, given back by the thread that writes them.
 *
 * <p>Buffers have 64 KiB, 128 KiB and so on. The pool keeps at most so many bytes that nobody uses; what is beyond is
 * freed when it comes back. Safe for use by several threads; wait-free but for allocation.
 */
public final class FramePool implements AutoCloseable {
    /** The size of the smallest buffer. */
    public static final int STEP_BYTES = 64 << 10;
    /** What the pool keeps unless told otherwise. */
    public static final long DEFAULT_RETAINED_BYTES = 16L << 20;

    private static final int CLASSES = 15;

    private final MpmcVarHandleArrayQueue<?>[] idle = new MpmcVarHandleArrayQueue<?>[CLASSES];
    private final long maxRetainedBytes;
    private final AtomicLong retainedBytes = new AtomicLong();
    private final AtomicLong lentBytes = new AtomicLong();
    private final AtomicLong lent = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();
    private volatile boolean closed;

    /** @param maxRetainedBytes how many bytes the pool keeps for later, at most. */
    public FramePool(final long maxRetainedBytes) {
        this.maxRetainedBytes = maxRetainedBytes;
        for (int i = 0; i < CLASSES; i++) {
            final long most = Math.min(1_024, maxRetainedBytes / bytes(i));
            idle[i] = most == 0 ? null : new MpmcVarHandleArrayQueue<Frame>((int) Math.max(2, most));
        }
    }

    private static long bytes(final int sizeClass) {
        return (long) STEP_BYTES << sizeClass;
    }

    /**
     * Takes a buffer.
     *
     * @param bytes that it must have, at most 1 GiB.
     */
    Frame acquire(final long bytes) {
        final int sizeClass = bytes <= STEP_BYTES ? 0 : Long.SIZE - Long.numberOfLeadingZeros((bytes - 1) / STEP_BYTES);
        if (sizeClass >= CLASSES || closed) {
            throw new IllegalStateException(closed ? "the pool is closed" : "no frame has " + bytes + " bytes");
        }
        final Frame pooled = idle[sizeClass] == null ? null : (Frame) idle[sizeClass].poll();
        final Frame frame;
        if (pooled != null) {
            hits.incrementAndGet();
            retainedBytes.addAndGet(-bytes(sizeClass));
            frame = pooled;
        } else {
            misses.incrementAndGet();
            final Arena arena = Arena.ofShared();
            frame = new Frame(this, arena, arena.allocate(bytes(sizeClass), 64), sizeClass);
        }
        lent.incrementAndGet();
        lentBytes.addAndGet(bytes(sizeClass));
        frame.lend();
        return frame;
    }

    void release(final Frame frame) {
        frame.takeBack();
        final long bytes = bytes(frame.sizeClass);
        lent.decrementAndGet();
        lentBytes.addAndGet(-bytes);
        if (closed || !retain(frame, bytes)) {
            frame.arena.close();
        } else if (closed) {
            drain(); // Closed while the frame went in: whoever closed may have looked before.
        }
    }

    @SuppressWarnings("unchecked")
    private boolean retain(final Frame frame, final long bytes) {
        final var queue = (MpmcVarHandleArrayQueue<Frame>) idle[frame.sizeClass];
        if (queue == null) {
            return false;
        }
        if (retainedBytes.addAndGet(bytes) <= maxRetainedBytes && queue.offer(frame)) {
            return true;
        }
        retainedBytes.addAndGet(-bytes);
        return false;
    }

    /** Returns how many times a kept buffer was taken. */
    public long hits() {
        return hits.get();
    }

    /** Returns how many times a buffer had to be allocated. */
    public long misses() {
        return misses.get();
    }

    /** Returns how many buffers are out; 0 when nothing is under way, or somebody leaks. */
    public long lent() {
        return lent.get();
    }

    /** Returns the bytes of the buffers that are out. */
    public long lentBytes() {
        return lentBytes.get();
    }

    /** Returns the bytes that are kept for later. */
    public long retainedBytes() {
        return retainedBytes.get();
    }

    private void drain() {
        for (int i = 0; i < CLASSES; i++) {
            Frame frame = idle[i] == null ? null : (Frame) idle[i].poll();
            while (frame != null) {
                retainedBytes.addAndGet(-bytes(i));
                frame.arena.close();
                frame = (Frame) idle[i].poll();
            }
        }
    }

    /** Frees what is kept; what is out is freed when it comes back. */
    @Override
    public void close() {
        closed = true;
        drain();
    }
}
