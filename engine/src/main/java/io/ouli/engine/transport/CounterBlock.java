package io.ouli.engine.transport;

import io.ouli.engine.metrics.CounterCells;

/**
 * The counters of one transport: written by its owner thread alone, read by any thread. For implementations of
 * {@link Transport}; everybody else reads {@link TransportCounters}.
 */
public class CounterBlock implements TransportCounters {
    /** Names of the counters; the order is that of the block. */
    public enum Counter {
        /** See {@link TransportCounters#accepted}. */
        ACCEPTED,
        /** See {@link TransportCounters#refused}. */
        REFUSED,
        /** See {@link TransportCounters#acceptFailures}. */
        ACCEPT_FAILURES,
        /** See {@link TransportCounters#receivedBytes}. */
        RECEIVED_BYTES,
        /** See {@link TransportCounters#sentBytes}. */
        SENT_BYTES,
        /** See {@link TransportCounters#enterCalls}. */
        ENTER_CALLS,
        /** See {@link TransportCounters#shortSends}. */
        SHORT_SENDS,
        /** See {@link TransportCounters#bufferExhaustions}. */
        BUFFER_EXHAUSTIONS,
        /** See {@link TransportCounters#rearmed}. */
        REARMED,
        /** See {@link TransportCounters#submissionQueueFull}. */
        SUBMISSION_QUEUE_FULL,
        /** See {@link TransportCounters#completionQueueOverflows}. */
        COMPLETION_QUEUE_OVERFLOWS
    }

    private final CounterCells cells = new CounterCells(Counter.values().length);

    /** Makes a block in which every counter is 0. */
    public CounterBlock() {
    }

    /** Adds to one counter; owner thread only. */
    public void add(final Counter counter, final long amount) {
        cells.add(counter.ordinal(), amount);
    }

    /** Adds one to a counter; owner thread only. */
    public void increment(final Counter counter) {
        add(counter, 1);
    }

    private long read(final Counter counter) {
        return cells.get(counter.ordinal());
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
