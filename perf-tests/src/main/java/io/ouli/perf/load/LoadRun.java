package io.ouli.perf.load;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.RenderedRequests;
import io.ouli.proxy.facts.CpuTimes;
import io.ouli.proxy.facts.ProcessUsage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Runs one load plan: starts the generator threads at one moment and watches server and machine from outside. */
public final class LoadRun {
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** How long before the measured part server and machine are looked at, if the part before it is twice as long. */
    private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private final LoadPlan plan;
    private final Corpus corpus;
    private final ProcessHandle server;
    private final List<LoadProgress> progresses = new ArrayList<>();
    private final CountDownLatch connected;
    private final CompletableFuture<Long> start = new CompletableFuture<>();

    /**
     * Prepares a run.
     *
     * @param plan   what to do.
     * @param corpus what to send and to expect.
     * @param server the server's process, whose use is measured with that of its children; null if not known.
     */
    public LoadRun(final LoadPlan plan, final Corpus corpus, final ProcessHandle server) {
        this.plan = plan;
        this.corpus = corpus;
        this.server = server;
        connected = new CountDownLatch(plan.threads());
        for (int i = 0; i < plan.threads(); i++) {
            progresses.add(new LoadProgress());
        }
    }

    /** Ends the run early; may be called from any thread. */
    public void stop() {
        progresses.forEach(LoadProgress::stop);
    }

    /**
     * Runs the plan to its end.
     *
     * @throws LoadException if the server cannot be reached.
     */
    public LoadOutcome execute() throws InterruptedException {
        try (RenderedRequests requests = RenderedRequests.of(corpus, hostOf(plan.address()))) {
            final List<FutureTask<LoadStats>> tasks = new ArrayList<>();
            for (int i = 0; i < plan.threads(); i++) {
                final int thread = i;
                final FutureTask<LoadStats> task = new FutureTask<>(() -> generate(thread, requests));
                tasks.add(task);
                Thread.ofPlatform().name("ouli-load-" + i).start(task);
            }
            connected.await();
            final long startNanos = System.nanoTime() + LEAD_NANOS;
            start.complete(startNanos);
            final Watch watch = watch(startNanos);
            final LoadStats stats = join(tasks);
            return new LoadOutcome(plan, stats, watch.use, watch.stealPercent, watch.othersPercent);
        }
    }

    private LoadStats generate(final int thread, final RenderedRequests requests) throws Exception {
        boolean counted = false;
        try (LoadGenerator generator =
                new LoadGenerator(plan.shareOf(thread), requests, progresses.get(thread))) {
            generator.connect();
            connected.countDown();
            counted = true;
            final long shift = plan.closedLoop() ? 0 : (long) (thread * 1e9 / plan.ratePerSecond());
            return generator.run(start.get() + shift);
        } finally {
            if (!counted) {
                // The others must not run without this one.
                stop();
                connected.countDown();
            }
        }
    }

    /**
     * Samples server and machine around the measured part. A look at every process takes 13 to 30 ms, perhaps on the
     * generator's core, and compilers and the collector may have work after it: all of that is over when the measured
     * part begins.
     */
    private Watch watch(final long startNanos) throws InterruptedException {
        sleepUntil(startNanos + plan.warmupNanos() - Math.min(SAMPLE_NANOS, plan.warmupNanos() / 2));
        final CpuTimes timesBefore = CpuTimes.read();
        final long oursBefore = oursNanos();
        final ProcessUsage before = server == null ? null : ProcessUsage.ofTree(server);
        final SchedulerTime time = server == null ? null : new SchedulerTime(server);
        final long repliesBefore = replies();
        sleepUntil(startNanos + plan.warmupNanos() + plan.durationNanos());
        final Watch watch = new Watch();
        if (server != null) {
            // Memory is looked at when the time was read: that takes milliseconds, in which the server goes on.
            time.end();
            final long replies = Math.max(1, replies() - repliesBefore);
            final ProcessUsage after = ProcessUsage.ofTree(server);
            final long ticks = after.cpuNanos() - before.cpuNanos();
            final long nanos = time.allNanos() > 0 ? time.allNanos() : ticks;
            final double userShare = ticks == 0 ? 0 : (double) (after.userNanos() - before.userNanos()) / ticks;
            watch.use = new LoadOutcome.ServerUse(
                    replies, nanos, (long) (userShare * nanos), time.compilerNanos(), after.rssBytes());
        }
        final CpuTimes times = CpuTimes.read();
        watch.stealPercent = times.stealPercentSince(timesBefore);
        watch.othersPercent = times.othersPercentSince(timesBefore, oursNanos() - oursBefore);
        return watch;
    }

    /** {@return what client and server have used so far; a server that this process started counts with it} */
    private long oursNanos() {
        final ProcessHandle self = ProcessHandle.current();
        final long mine = ProcessUsage.ofTree(self).cpuNanos();
        return server == null || server.equals(self) || self.descendants().anyMatch(server::equals)
                ? mine
                : mine + ProcessUsage.ofTree(server).cpuNanos();
    }

    private void sleepUntil(final long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        while (left > 0 && progresses.stream().noneMatch(LoadProgress::stopping)) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            left = nanos - System.nanoTime();
        }
    }

    private long replies() {
        return progresses.stream().mapToLong(LoadProgress::replies).sum();
    }

    private static LoadStats join(final List<FutureTask<LoadStats>> tasks) throws InterruptedException {
        final LoadStats all = new LoadStats();
        Throwable fault = null;
        for (final FutureTask<LoadStats> task : tasks) {
            try {
                all.add(task.get());
            } catch (final ExecutionException e) {
                fault = fault == null ? e.getCause() : fault;
            }
        }
        if (fault instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (fault != null) {
            throw new LoadException("the run failed: " + fault, fault);
        }
        return all;
    }

    private static String hostOf(final InetSocketAddress address) {
        final String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + address.getPort();
    }

    /** What was seen from outside. */
    private static final class Watch {
        private LoadOutcome.ServerUse use;
        private double stealPercent;
        private double othersPercent;
    }
}
