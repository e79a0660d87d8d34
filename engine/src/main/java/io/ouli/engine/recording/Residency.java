package io.ouli.engine.recording;

import io.ouli.engine.memory.FileCutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings recordings into memory, each from its first byte on, until a budget for all of them is used up; what is small
 * at once, the rest step by step on a thread of its own, after the first reply. So whoever sends a resident reply meets
 * no page fault, as long as the kernel does not need the memory for something else.
 */
public final class Residency implements AutoCloseable {
    /** The budget if nobody states one: 1 GiB. */
    public static final long DEFAULT_BUDGET_BYTES = 1L << 30;

    /** Up to here an open waits for it: less than 100 µs where the file is cached. */
    private static final long SMALL_BYTES = 1 << 20;
    private static final long STEP_BYTES = 8 << 20;
    private static final int STEP_BLOCKS = (1 << 20) / IndexLayout.BLOCK_BYTES;
    private static final long IDLE_SECONDS = 10;
    /**
     * So long the first reply has the processor and the kernel's lock of the address space for itself; then most have
     * had it. To start a thread takes as long as to open a recording, so somebody else does that too.
     */
    private static final long HEAD_START_MILLIS = 2;

    private final AtomicLong budget;
    /** Made for the first recording that is not small: loading its classes takes as long as opening a small one. */
    private ThreadPoolExecutor thread;
    private boolean closed;
    private final ScanThread scans = new ScanThread("ouli-scan");
    /** Scans may wait for repairs, which wait for nothing. */
    private final ScanThread repairs = new ScanThread("ouli-repair");

    /**
     * Makes one for all recordings of an engine.
     *
     * @param budgetBytes that all recordings together may take.
     */
    public Residency(final long budgetBytes) {
        budget = new AtomicLong(budgetBytes);
    }

    /**
     * Begins to bring a recording in.
     *
     * @return how much of the budget it was given, to be {@linkplain #giveBack given back}.
     */
    long admit(final Recording recording) {
        final long wanted = recording.dataBytes();
        final long left = budget.getAndUpdate(before -> Math.max(0, before - wanted));
        final long granted = Math.min(wanted, left);
        if (wanted <= SMALL_BYTES && granted == wanted) {
            populate(recording, 0, granted, true);
        } else {
            final ThreadPoolExecutor loader = thread();
            CompletableFuture.delayedExecutor(HEAD_START_MILLIS, TimeUnit.MILLISECONDS, loader)
                    .execute(() -> loadIndex(recording, 0, granted));
        }
        return granted;
    }

    private synchronized ThreadPoolExecutor thread() {
        if (thread == null) {
            thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("ouli-resident").factory(),
                    new ThreadPoolExecutor.DiscardPolicy());
            thread.allowCoreThreadTimeOut(true);
            if (closed) {
                thread.shutdown();
            }
        }
        return thread;
    }

    /**
     * Has something done that reads much of a recording, by a thread of its own.
     *
     * @param errand is begun by this, and over when the work is; if it runs already, nothing happens.
     */
    public void scan(final Errand errand, final Runnable work) {
        if (errand.begin()) {
            scans.run(errand, work);
        }
    }

    /** The same for what repairs an index. */
    void repair(final Errand errand, final Runnable work) {
        if (errand.begin()) {
            repairs.run(errand, work);
        }
    }

    void giveBack(final long granted) {
        budget.addAndGet(granted);
    }

    /** One step, then the next recording's turn: a large one does not keep the others waiting. */
    private void loadIndex(final Recording recording, final int firstBlock, final long granted) {
        if (!recording.tryRetain()) {
            return;
        }
        final boolean more;
        try {
            more = recording.loadIndex(firstBlock, STEP_BLOCKS);
        } finally {
            recording.release();
        }
        thread().execute(more ? () -> loadIndex(recording, firstBlock + STEP_BLOCKS, granted)
                : () -> populate(recording, 0, granted));
    }

    private void populate(final Recording recording, final long from, final long end) {
        if (!recording.tryRetain()) {
            return;
        }
        final long to = Math.min(end, from + STEP_BYTES);
        try {
            populate(recording, from, to, false);
        } finally {
            recording.release();
        }
        if (to < end) {
            thread().execute(() -> populate(recording, to, end));
        }
    }

    private static void populate(
            final Recording recording, final long from, final long to, final boolean byTouch) {
        try {
            recording.populate(from, to, byTouch);
        } catch (final FileCutException e) {
            // Not resident, then; whoever wants these bytes finds out again.
        }
    }

    /** Brings nothing more in. */
    @Override
    public synchronized void close() {
        closed = true;
        scans.close();
        repairs.close();
        if (thread != null) {
            thread.getQueue().clear();
            thread.shutdown();
        }
    }
}
