package io.ouli.engine.transport;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counters of one transport: written by its owner thread alone, so that adding needs no locked instruction, and
 * read by any thread. For implementations of {@link Transport}; everybody else reads {@link TransportCounters}.
 */
public class CounterBlock implements TransportCounters {
    /** Names of the counters; the order is that of the block. */
    public enum Counter {
        ACCEPTED, REFUSED, ACCEPT_FAILURES, RECEIVED_BYTES, SENT_BYTES, ENTER_CALLS, SHORT_SENDS, BUFFER_EXHAUSTIONS,
        REARMED, SUBMISSION_QUEUE_FULL, COMPLETION_QUEUE_OVERFLOWS
    }

    private static final int COUNT = Counter.values().length;

    private final AtomicLongArray values = new AtomicLongArray(COUNT);

    /** Adds to one counter; owner thread only. */
    public void add(final Counter counter, final long amount) {
        final int at = counter.ordinal();
        values.setOpaque(at, values.getPlain(at) + amount);
    }

    /** Adds one to a counter; owner thread only. */
    public void increment(final Counter counter) {
        add(counter, 1);
    }

    private long read(final Counter counter) {
        return values.getOpaque(counter.ordinal());
    }

    @Override
    public long accepted() {
        return read(Counter.ACCEPTED);
    }

    @Override
    public long refused() {
        return read(Counter.REFUSED);
    }

    @Override
    public long acceptFailures() {
        return read(Counter.ACCEPT_FAILURES);
    }

    @Override
    public long receivedBytes() {
        return read(Counter.RECEIVED_BYTES);
    }

    @Override
    public long sentBytes() {
        return read(Counter.SENT_BYTES);
    }

    @Override
    public long enterCalls() {
        return read(Counter.ENTER_CALLS);
    }

    @Override
    public long shortSends() {
        return read(Counter.SHORT_SENDS);
    }

    @Override
    public long bufferExhaustions() {
        return read(Counter.BUFFER_EXHAUSTIONS);
    }

    @Override
    public long rearmed() {
        return read(Counter.REARMED);
    }

    @Override
    public long submissionQueueFull() {
        return read(Counter.SUBMISSION_QUEUE_FULL);
    }

    @Override
    public long completionQueueOverflows() {
        return read(Counter.COMPLETION_QUEUE_OVERFLOWS);
    }
}
