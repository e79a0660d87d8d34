package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.CounterBlock;
import io.ouli.uring.RingCounters;

/** The transport's own counters, and the ring's. */
final class UringCounters extends CounterBlock {
    private final RingCounters ring;

    UringCounters(final RingCounters ring) {
        this.ring = ring;
    }

    @Override
    public long enterCalls() {
        return ring.enterCalls();
    }

    @Override
    public long submissionQueueFull() {
        return ring.submissionQueueFull();
    }

    @Override
    public long completionQueueOverflows() {
        return ring.completionQueueOverflows();
    }
}
