package io.ouli.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * What the workers hand to the writer's thread. Waking a thread costs about what serving a request does, so under load
 * the writer is left to look again by itself: it is woken when it sleeps for long, and once in {@link #WAKE_EVERY}
 * otherwise, before too much gathers.
 */
final class WriterQueue {
    /** What may wait for the disk; a worker that finds it full waits, so that nothing is lost. */
    static final int CAPACITY = 16 << 10;

    private static final int WAKE_EVERY = 64;
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long FULL_WAIT_NANOS = 100_000;

    private final MpscVarHandleArrayQueue<Object> queue = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final boolean eager;
    private volatile Thread consumer;
    /** Whether the writer sleeps until it is woken. */
    private volatile boolean asleep;
    private boolean busy;

    /** @param eager true to wake the writer for everything: somebody waits for it. */
    WriterQueue(final boolean eager) {
        this.eager = eager;
    }

    /**
     * Hands something over; from any thread.
     *
     * @param number counts what this thread handed over before.
     */
    void put(final Object item, final long number) {
        offer(item);
        if (eager || asleep || number % WAKE_EVERY == 0) {
            wake();
        }
    }

    /** Hands something over that is not to wait; from any thread. */
    void putUrgently(final Object item) {
        offer(item);
        wake();
    }

    private void offer(final Object item) {
        while (!queue.offer(item)) {
            wake();
            LockSupport.parkNanos(FULL_WAIT_NANOS);
        }
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
