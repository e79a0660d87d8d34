package io.ouli.engine;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.recording.FramePool;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * What the workers hand to the writer's thread. Waking a thread costs about what serving a request does, so under load
 * the writer is left to look again by itself: it is woken when it sleeps for long, and once in {@link #WAKE_EVERY}
 * otherwise, before too much gathers.
 */
final class WriterQueue {
    private static final Logger LOGGER = new LazyLogger(WriterQueue.class);

    /** What may wait for the disk; a worker that finds it full waits, so that nothing is lost. */
    static final int CAPACITY = 16 << 10;

    /** A worker that waits so long for the disk says so. */
    private static final long TOLD_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int WAKE_EVERY = 64;
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long FULL_WAIT_NANOS = 100_000;

    private final MpscVarHandleArrayQueue<Object> queue = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final boolean eager;
    private final FramePool frames;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile Thread consumer;
    /** Whether the writer sleeps until it is woken. */
    private volatile boolean asleep;
    private boolean busy;

    /**
     * Makes an empty one.
     *
     * @param eager  true to wake the writer for everything: somebody waits for it.
     * @param frames which what is handed over has its memory from.
     */
    WriterQueue(final boolean eager, final FramePool frames) {
        this.eager = eager;
        this.frames = frames;
    }

    /**
     * Hands something over; from any thread. It waits while there is too much before it, so that neither memory nor
     * anything that was recorded is lost to a disk that is slower than the clients.
     *
     * @param number counts what this thread handed over before.
     */
    void put(final Object item, final long number) {
        // What waits is not all that has frames: without anything in the queue, nobody would end the waiting.
        if (frames.ownedBytes() > Limits.MAX_UNWRITTEN_BYTES && !queue.isEmpty() || !queue.offer(item)) {
            putLater(item);
        }
        if (eager || asleep || number % WAKE_EVERY == 0) {
            wake();
        }
    }

    private void putLater(final Object item) {
        final long began = System.nanoTime();
        while (frames.ownedBytes() > Limits.MAX_UNWRITTEN_BYTES && !queue.isEmpty() || !queue.offer(item)) {
            wake();
            LockSupport.parkNanos(FULL_WAIT_NANOS);
        }
        if (System.nanoTime() - began > TOLD_NANOS && !told.getAndSet(true)) {
            LOGGER.log(Level.WARNING, "the disk takes what is recorded more slowly than it comes, so clients wait for"
                    + " it; nothing is lost. This is said once");
        }
    }

    /** Hands something over that is not to wait for more than its place; from any thread. */
    void putUrgently(final Object item) {
        while (!queue.offer(item)) {
            wake();
            LockSupport.parkNanos(FULL_WAIT_NANOS);
        }
        wake();
    }

    private void wake() {
        LockSupport.unpark(consumer);
    }

    /** Takes the next thing; null if there is none. The writer's thread. */
    Object poll() {
        final Object item = queue.poll();
        busy |= item != null;
        return item;
    }

    /** Waits until there may be something to take; it may return earlier. The writer's thread. */
    void await(final long mostNanos) {
        consumer = Thread.currentThread();
        if (busy && !eager) {
            busy = false;
            LockSupport.parkNanos(this, Math.min(LINGER_NANOS, mostNanos));
            return;
        }
        asleep = true;
        // Looked at again after it was said: whoever came between did not see it.
        if (queue.isEmpty()) {
            LockSupport.parkNanos(this, mostNanos);
        }
        asleep = false;
    }
}
