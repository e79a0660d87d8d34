package io.ouli.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** What a ring counts, off-heap; each value only grows, is written by the owner, and may be read from any thread. */
public final class RingCounters {
    private static final VarHandle COUNT = ValueLayout.JAVA_LONG.varHandle();

    private static final int ENTER_CALLS = 0;
    private static final int SUBMITTED = 1;
    private static final int COMPLETED = 2;
    private static final int SUBMISSION_QUEUE_FULL = 3;
    private static final int COMPLETION_QUEUE_OVERFLOWS = 4;
    private static final int INTERRUPTED = 5;
    private static final int REFUSED = 6;
    private static final int LENGTH = 7;
    /** Two cache lines at both ends, so that no two rings share a line or a prefetched pair. */
    private static final long PADDING_BYTES = 128;

    private final MemorySegment counts =
            Arena.ofAuto().allocate(PADDING_BYTES * 2 + LENGTH * Long.BYTES, PADDING_BYTES);

    RingCounters() {
    }

    /** Calls of {@code io_uring_enter}. */
    public long enterCalls() {
        return read(ENTER_CALLS);
    }

    /** Submissions that the kernel took. */
    public long submitted() {
        return read(SUBMITTED);
    }

    /** Completions that were delivered. */
    public long completed() {
        return read(COMPLETED);
    }

    /** Times that the submission queue was full and had to be flushed before its turn. */
    public long submissionQueueFull() {
        return read(SUBMISSION_QUEUE_FULL);
    }

    /** Turns that found completions waiting in the kernel because the completion queue was full. */
    public long completionQueueOverflows() {
        return read(COMPLETION_QUEUE_OVERFLOWS);
    }

    /** Enters that a signal cut short (EINTR) and that were made again. */
    public long interrupted() {
        return read(INTERRUPTED);
    }

    /** Enters that the kernel refused for the moment (EAGAIN, EBUSY) and that were made again. */
    public long refused() {
        return read(REFUSED);
    }

    void onEnter() {
        add(ENTER_CALLS, 1);
    }

    void onSubmitted(final int count) {
        add(SUBMITTED, count);
    }

    void onCompleted(final int count) {
        add(COMPLETED, count);
    }

    void onSubmissionQueueFull() {
        add(SUBMISSION_QUEUE_FULL, 1);
    }

    void onCompletionQueueOverflow() {
        add(COMPLETION_QUEUE_OVERFLOWS, 1);
    }

    void onInterrupted() {
        add(INTERRUPTED, 1);
    }

    void onRefused() {
        add(REFUSED, 1);
    }

    private long read(final int index) {
        return (long) COUNT.getOpaque(counts, offset(index));
    }

    /** One thread writes, so a plain read and an opaque write do; no locked instruction. */
    private void add(final int index, final int amount) {
        final long offset = offset(index);
        COUNT.setOpaque(counts, offset, (long) COUNT.get(counts, offset) + amount);
    }

    private static long offset(final int index) {
        return PADDING_BYTES + (long) index * Long.BYTES;
    }
}
