package io.ouli.perf.load;

import io.ouli.perf.corpus.RenderedRequests;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;

/**
 * Sends planned requests over one thread's {@link LoadConnections}; one thread creates, drives and closes it.
 *
 * <p>Each turn sends every request that is due and finds a free connection, then polls. A request that finds none
 * keeps its planned time and goes first when one is free, so a server that stalls is charged for every request that
 * it kept waiting.
 */
final class LoadGenerator implements AutoCloseable {
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final LoadPlan plan;
    private final RenderedRequests requests;
    private final LoadProgress progress;
    private final LoadStats stats = new LoadStats();
    private final ReplyJudge judge;
    private final LoadConnections connections;
    private long issued;
    private long idleSpinNanos;

    LoadGenerator(final LoadPlan plan, final RenderedRequests requests, final LoadProgress progress) {
        this.plan = plan;
        this.requests = requests;
        this.progress = progress;
        judge = new ReplyJudge(requests, stats);
        connections = new LoadConnections(plan, requests, progress, stats, judge);
    }

    /**
     * Opens every connection.
     *
     * @throws LoadException if one cannot be.
     */
    void connect() {
        connections.connect();
    }

    /**
     * Runs warm-up, measured part and drain.
     *
     * @param startNanos when the first request is planned, on the clock of {@link System#nanoTime}.
     */
    LoadStats run(final long startNanos) {
        final long startMeasureNanos = startNanos + plan.warmupNanos();
        final long endMeasureNanos = startMeasureNanos + plan.durationNanos();
        judge.measure(startMeasureNanos, endMeasureNanos);
        final Schedule schedule = plan.closedLoop() ? null : new Schedule(startNanos, plan.ratePerSecond());
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        boolean measuring = false;
        long cpuNanos = 0;
        long starvedNanos = 0;
        long now = System.nanoTime();
        while (now < endMeasureNanos && !progress.stopping()) {
            if (!measuring && now >= startMeasureNanos) {
                measuring = true;
                cpuNanos = threads.getCurrentThreadCpuTime();
                starvedNanos = ThreadWait.nanos();
                idleSpinNanos = 0;
            }
            turn(schedule, now);
            now = System.nanoTime();
        }
        final long stoppedNanos = Math.min(now, endMeasureNanos);
        stats.wallNanos = Math.max(1, stoppedNanos - startMeasureNanos);
        stats.busyNanos = Math.max(0, threads.getCurrentThreadCpuTime() - cpuNanos - idleSpinNanos);
        stats.starvedNanos = Math.max(0, ThreadWait.nanos() - starvedNanos);
        judge.measure(startMeasureNanos, stoppedNanos);
        drain(schedule);
        return stats;
    }

    private void turn(final Schedule schedule, final long now) {
        final long issuedBefore = issued;
        connections.scan(now);
        issueDue(schedule, now);
        connections.flush();
        final long wait = waitNanos(schedule, now);
        if (wait > 0) {
            connections.poll(wait);
        } else if (connections.poll(0) == 0 && issued == issuedBefore) {
            idleSpinNanos += System.nanoTime() - now;
        }
    }

    private void issueDue(final Schedule schedule, final long now) {
        while (connections.anyReady()) {
            final long planned = schedule == null ? now : schedule.plannedNanos(issued);
            if (planned > now || planned >= judge.measureEndNanos()) {
                return;
            }
            final ClientConnection connection = connections.takeReady();
            if (schedule != null) {
                judge.late(connection, planned, now);
            }
            connections.send(connection, requests.nth(issued++), planned, now);
        }
    }

    private long waitNanos(final Schedule schedule, final long now) {
        long until = now + LONGEST_WAIT_NANOS;
        if (now < judge.measureEndNanos()) {
            until = Math.min(until, judge.measureEndNanos());
        }
        if (schedule != null && connections.anyReady()) {
            until = Math.min(until, schedule.plannedNanos(issued));
        }
        final long wait = until - now - plan.spinNanos();
        return wait > 0 ? wait : 0;
    }

    private void drain(final Schedule schedule) {
        connections.end();
        final long deadline = System.nanoTime() + plan.timeoutNanos();
        long now = System.nanoTime();
        if (schedule != null) {
            // The last ones that are due must not be lost because this loop woke a little after the end.
            issueDue(schedule, now);
        }
        while (connections.anyUnderWay() && now < deadline && !progress.stopping()) {
            connections.scan(now);
            connections.flush();
            connections.poll(Math.min(LONGEST_WAIT_NANOS, deadline - now));
            now = System.nanoTime();
        }
        connections.giveUp(now);
        if (schedule != null) {
            final long planned = schedule.plannedBefore(judge.measureEndNanos());
            stats.planned = planned - schedule.plannedBefore(judge.measureStartNanos());
            for (long n = issued; n < planned; n++) {
                judge.neverSent(schedule.plannedNanos(n), now);
            }
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
