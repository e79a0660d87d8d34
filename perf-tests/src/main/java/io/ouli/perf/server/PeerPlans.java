package io.ouli.perf.server;

import io.ouli.perf.load.LoadPlan;
import java.util.concurrent.TimeUnit;

/** What is asked of a server in each part of a {@link PeerSuite}. */
final class PeerPlans {
    /** Before a part: every connection is there and has been used, and what others did before is over. */
    static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    /** Before a slice: every connection is there and has been used, and the look at the machine is over. */
    private static final long SETTLE_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PeerSuite.Settings settings;

    PeerPlans(final PeerSuite.Settings settings) {
        this.settings = settings;
    }

    /** {@return one of the slices in which the ceiling is measured} */
    LoadPlan ceilingSlice(final RunningServer server) {
        return ceiling(server, settings.slices() == 1 ? SETTLE_NANOS : SETTLE_SLICE_NANOS,
                settings.ceilingNanos() / settings.slices());
    }

    /**
     * {@return as many requests as the server takes}
     *
     * @param settleNanos before what counts.
     */
    LoadPlan ceiling(final RunningServer server, final long settleNanos, final long durationNanos) {
        final LoadPlan plan = plan(server, 0, settleNanos, durationNanos).withDepth(settings.depth());
        // One request under way at a time: there is no throughput to find, only a latency.
        return settings.connections() == 1 && settings.depth() == 1 ? unslept(plan) : plan;
    }

    /** {@return the part with a fixed rate} */
    LoadPlan latency(final RunningServer server) {
        return latency(server, settings.latencyNanos());
    }

    /** {@return requests at the fixed rate} */
    LoadPlan latency(final RunningServer server, final long durationNanos) {
        return unslept(plan(server, settings.ratePerSecond(), SETTLE_NANOS, durationNanos));
    }

    private LoadPlan unslept(final LoadPlan plan) {
        return settings.spinning() ? plan.withSpin(LoadPlan.SPIN_ALWAYS) : plan;
    }

    private LoadPlan plan(
            final RunningServer server, final double ratePerSecond, final long settleNanos, final long durationNanos) {
        return LoadPlan.of(server.address(), ratePerSecond, settings.connections(), settleNanos, durationNanos)
                .withTransport(settings.transport());
    }
}
