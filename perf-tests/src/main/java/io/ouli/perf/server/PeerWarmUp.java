package io.ouli.perf.server;

import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import java.util.concurrent.TimeUnit;

/**
 * Warms a server in three runs with pauses between them, as the rounds go: a virtual machine that has never seen a
 * connection end, a wait, or a kept connection gone compiles its whole loop again when it sees the first, and that
 * would be in the first round. On a core that others use too, the compiler is not done by then; what it takes is no
 * request's, so it gets some runs more.
 */
final class PeerWarmUp {
    /** Longer than a proxy keeps most unused connections, as others' turns are. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_200);
    /** For each of its seconds, a warm-up may get one run more. */
    private static final long MORE_WARM_UPS_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A compiler that takes less of a server's time than this is done. */
    private static final double MOST_COMPILING = 0.02;

    private final PeerPlans plans;
    private final long warmupNanos;

    PeerWarmUp(final PeerPlans plans, final long warmupNanos) {
        this.plans = plans;
        this.warmupNanos = warmupNanos;
    }

    /**
     * Warms a server that runs.
     *
     * @return false if its compiler still works; it is not told in less than a second.
     */
    boolean warm(final RunningServer server) throws InterruptedException {
        final LoadPlan half = plans.ceiling(server, warmupNanos / 2, PeerPlans.SETTLE_NANOS);
        new LoadRun(half, server.corpus(), null).execute();
        pause(server);
        new LoadRun(plans.latency(server, PeerPlans.SETTLE_NANOS), server.corpus(), null).execute();
        pause(server);
        LoadOutcome last = new LoadRun(half, server.corpus(), server.process()).execute();
        final LoadPlan shorter = plans.ceiling(server, PeerPlans.SETTLE_NANOS, 2 * PeerPlans.SETTLE_NANOS);
        final long most = warmupNanos / MORE_WARM_UPS_NANOS;
        for (long more = 0; more < most && compiles(last); more++) {
            pause(server);
            last = new LoadRun(shorter, server.corpus(), server.process()).execute();
        }
        return most == 0 || !compiles(last);
    }

    private void pause(final RunningServer server) throws InterruptedException {
        if (warmupNanos > PAUSE_NANOS) {
            server.freeze();
            TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
            server.thaw();
        }
    }

    private static boolean compiles(final LoadOutcome outcome) {
        return outcome.server().compilerNanos() > MOST_COMPILING * outcome.server().cpuNanos();
    }
}
