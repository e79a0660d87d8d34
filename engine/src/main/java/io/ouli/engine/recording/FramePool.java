package io.ouli.engine.recording;

import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * Off-heap buffers for frames: taken by the threads that build them, given back by the thread that writes them.
 *
 * <p>Buffers have 4 KiB, 8 KiB and so on, so that usual interactions stay in the cache on their way. The pool keeps at
 * most so many bytes that nobody uses; what is beyond is freed when it comes back. Safe for use by several threads;
 * wait-free but for allocation.
 */
public final class FramePool implements AutoCloseable {
    /** The size of the smallest buffer. */
    public static final int STEP_BYTES = 4 << 10;
    /** What the pool keeps unless told otherwise. */
    public static final long DEFAULT_RETAINED_BYTES = 16L << 20;

    private static final int CLASSES = 19;
    private static final int MAX_IDLE = 1_024;

    private final SizeClass[] classes = new SizeClass[CLASSES];
    private final long maxRetainedBytes;
    /** Bytes of all buffers, out or kept. While they are no more than may be kept, nobody has to count. */
    private final AtomicLong ownedBytes = new AtomicLong();
    private volatile boolean closed;

    /**
     * The buffers of one size.
     *
     * <p>The queue counts how often a buffer was put in and taken out, so that usual ways have no counter of their own.
     */
    private static final class SizeClass {
        private final long bytes;
        private final MpmcVarHandleArrayQueue<Frame> idle;
        private final AtomicLong misses = new AtomicLong();
        /** Buffers that came back and found no room. */
        private final AtomicLong refused = new AtomicLong();
        /** Buffers that were kept, and taken out to be freed. */
        private final AtomicLong dropped = new AtomicLong();

        private SizeClass(final long bytes, final long mostIdle) {
            this.bytes = bytes;
            idle = mostIdle == 0 ? null : new MpmcVarHandleArrayQueue<>((int) Math.max(2, mostIdle));
        }

        private Frame pollIdle() {
            return idle == null ? null : idle.poll();
        }

        private long hits() {
            // First: one that is dropped meanwhile only makes it more.
            final long before = dropped.get();
            return idle == null ? 0 : idle.currentConsumerIndex() - before;
        }

        private long lent() {
            // First: what is taken meanwhile only makes it more.
            final long before = refused.get() + (idle == null ? 0 : idle.currentProducerIndex());
            return hits() + misses.get() - before;
        }

        private long retainedBytes() {
            return idle == null ? 0 : idle.size() * bytes;
        }
    }

    /**
     * Makes an empty pool.
     *
     * @param maxRetainedBytes how many bytes the pool keeps for later, at most.
     */
    public FramePool(final long maxRetainedBytes) {
        this.maxRetainedBytes = maxRetainedBytes;
        for (int i = 0; i < CLASSES; i++) {
            final long bytes = (long) STEP_BYTES << i;
            classes[i] = new SizeClass(bytes, Math.min(MAX_IDLE, maxRetainedBytes / bytes));
        }
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
        final SizeClass from = classes[sizeClass];
        Frame frame = from.pollIdle();
        if (frame == null) {
            from.misses.incrementAndGet();
            ownedBytes.addAndGet(from.bytes);
            final Arena arena = Arena.ofShared();
            frame = new Frame(
                    this, arena, NativeLedger.note(Owner.FRAMES, arena.allocate(from.bytes, 64)), sizeClass);
        }
        frame.lend();
        return frame;
    }

    void release(final Frame frame) {
        frame.takeBack();
        final SizeClass to = classes[frame.sizeClass];
        if (closed || to.idle == null || !to.idle.offer(frame)) {
            to.refused.incrementAndGet();
            free(frame);
        } else if (closed) {
            drain(); // Closed while the frame went in: whoever closed may have looked before.
        } else if (ownedBytes.get() > maxRetainedBytes) {
            dropBeyondLimit(to);
        }
    }

    private void free(final Frame frame) {
        ownedBytes.addAndGet(-classes[frame.sizeClass].bytes);
        frame.arena.close();
    }

    /** More than may be kept is out or kept: if it is kept, one goes for the one that came. */
    private void dropBeyondLimit(final SizeClass from) {
        while (retainedBytes() > maxRetainedBytes && drop(from)) {
            // Others may have put in some as well.
        }
    }

    private boolean drop(final SizeClass from) {
        final Frame frame = from.pollIdle();
        if (frame == null) {
            return false;
        }
        from.dropped.incrementAndGet();
        free(frame);
        return true;
    }

    private long sum(final ToLongFunction<SizeClass> value) {
        return Arrays.stream(classes).mapToLong(value).sum();
    }

    /** {@return how many times a kept buffer was taken} */
    public long hits() {
        return sum(SizeClass::hits);
    }

    /** {@return how many times a buffer had to be allocated} */
    public long misses() {
        return sum(each -> each.misses.get());
    }

    /** {@return how many buffers are out; 0 when nothing is under way, or somebody leaks} */
    public long lent() {
        return sum(SizeClass::lent);
    }

    /** {@return the bytes of the buffers that are out} */
    public long lentBytes() {
        return sum(each -> each.lent() * each.bytes);
    }

    /** {@return the bytes of all buffers, out or kept} One look at one number: for who asks often. */
    public long ownedBytes() {
        return ownedBytes.get();
    }

    /** {@return the bytes that are kept for later} */
    public long retainedBytes() {
        long bytes = 0;
        // No stream: who gives a buffer back while many are out asks for this each time.
        for (final SizeClass each : classes) {
            bytes += each.retainedBytes();
        }
        return bytes;
    }

    private void drain() {
        for (final SizeClass each : classes) {
            while (drop(each)) {
                // Until none is left.
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
