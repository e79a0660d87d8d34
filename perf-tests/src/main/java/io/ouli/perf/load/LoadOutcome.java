package io.ouli.perf.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * One run's figures, and what has to be said before anybody reads them.
 *
 * @param plan         what was done.
 * @param stats        what the client saw.
 * @param server       what the server's processes used meanwhile, or null when they are not known.
 * @param stealPercent  processor time that other virtual machines took meanwhile, 0 to 100.
 * @param othersPercent processor time that other processes here took meanwhile, 0 to 100; a server whose process is
 *                      not known is one of them.
 */
public record LoadOutcome(
        LoadPlan plan, LoadStats stats, ServerUse server, double stealPercent, double othersPercent) {
    /** More steal than this and a run says nothing about the server. */
    static final double STEAL_LIMIT_PERCENT = 5;
    /** Less than this and a step of the kernel's clock is more than 5 %. */
    static final long LEAST_SERVER_NANOS = 200_000_000L;
    /** A generator that waits more than this for a core delays what it measures. */
    static final double STARVED_LIMIT_PERCENT = 5;
    /** Of both cores of a small machine, this much is a fifth of one. */
    static final double OTHERS_LIMIT_PERCENT = 10;
    /** A generator busier than this is the bottleneck itself. */
    static final double BUSY_LIMIT_PERCENT = 90;
    private static final double RATE_HELD = 0.99;

    /**
     * What the server's processes used for the replies of the measured part.
     *
     * @param requests      that were answered meanwhile.
     * @param cpuNanos      processor time, user and kernel.
     * @param userNanos     the user part of it: its share in the kernel's steps of 10 ms.
     * @param compilerNanos what compilers of a virtual machine used of it.
     * @param rssBytes      resident memory at the end.
     */
    public record ServerUse(long requests, long cpuNanos, long userNanos, long compilerNanos, long rssBytes) {
        /** {@return processor time a request, user and kernel} */
        public double cpuMicrosPerRequest() {
            return cpuNanos / 1e3 / requests;
        }

        /** {@return the user part of {@link #cpuMicrosPerRequest}} */
        public double userMicrosPerRequest() {
            return userNanos / 1e3 / requests;
        }

        /** {@return the compilers' part of {@link #cpuMicrosPerRequest}} */
        public double compilerMicrosPerRequest() {
            return compilerNanos / 1e3 / requests;
        }

        /** {@return what both used, with the latter's memory} */
        public ServerUse plus(final ServerUse later) {
            return new ServerUse(requests + later.requests, cpuNanos + later.cpuNanos, userNanos + later.userNanos,
                    compilerNanos + later.compilerNanos, later.rssBytes);
        }
    }

    /** {@return replies a second inside the measured part} */
    public double achievedPerSecond() {
        return stats.repliesInTime * 1e9 / wallNanos();
    }

    /** {@return the latency histogram, nanoseconds from the planned send time} */
    public Histogram latency() {
        return stats.latency;
    }

    /**
     * {@return replies that were compared with what was expected, and were right}
     *
     * <p>Where a rate is so far from being held that requests of the warm-up are still being answered, theirs count.
     */
    public long verified() {
        return stats.verified + (isBehind() ? stats.carriedVerified : 0);
    }

    /** {@return replies of which nothing was expected} */
    public long unverified() {
        return stats.unverified + (isBehind() ? stats.carriedUnverified : 0);
    }

    private boolean isBehind() {
        return stats.neverSent > 0;
    }

    /** {@return the time from the real send to the reply, of the replies that count} */
    private Histogram service() {
        if (!isBehind()) {
            return stats.service;
        }
        final Histogram all = stats.service.copy();
        all.add(stats.carriedService);
        return all;
    }

    /** {@return the generator's transport, in one line} */
    public String transport() {
        return stats.transport;
    }

    /** {@return requests that got no reply, or a wrong one; what waited for a server that was gone is among them} */
    public long failures() {
        return stats.wrongStatus + stats.wrongBody + stats.timeouts + stats.connectionErrors + stats.unanswered
                + (stats.refused > 0 ? stats.neverSent : 0);
    }

    /** {@return whether the planned rate was sent and answered} */
    public boolean rateHeld() {
        return plan.closedLoop() || stats.neverSent == 0 && achievedPerSecond() >= RATE_HELD * plan.ratePerSecond();
    }

    /** {@return how much of its thread's time the generator was at work, 0 to 100} */
    public double busyPercent() {
        return Math.min(100, 100.0 * stats.busyNanos / stats.wallNanos);
    }

    /** {@return how much of its thread's time the generator was ready to work but had no core, 0 to 100} */
    public double starvedPercent() {
        return Math.min(100, 100.0 * stats.starvedNanos / stats.wallNanos);
    }

    /** {@return whether the figures are the generator's limit rather than the server's} */
    public boolean clientBound() {
        final double lag = stats.lag.getValueAtPercentile(99);
        return busyPercent() > BUSY_LIMIT_PERCENT
                || !plan.closedLoop() && lag > Math.max(250_000, 0.25 * stats.latency.getValueAtPercentile(99));
    }

    /** {@return the figures by name, each with its unit in the name} */
    public Map<String, Double> metrics() {
        final Map<String, Double> metrics = new LinkedHashMap<>();
        if (!plan.closedLoop()) {
            metrics.put("offeredPerSecond", plan.ratePerSecond());
        }
        metrics.put("achievedPerSecond", achievedPerSecond());
        metrics.put("p50Micros", micros(stats.latency, 50));
        metrics.put("p90Micros", micros(stats.latency, 90));
        metrics.put("p99Micros", micros(stats.latency, 99));
        metrics.put("p999Micros", micros(stats.latency, 99.9));
        metrics.put("maxMicros", stats.latency.getMaxValue() / 1e3);
        final Histogram service = service();
        metrics.put("serviceP50Micros", micros(service, 50));
        metrics.put("serviceP99Micros", micros(service, 99));
        if (server != null) {
            metrics.put("cpuMicrosPerRequest", server.cpuMicrosPerRequest());
            metrics.put("userMicrosPerRequest", server.userMicrosPerRequest());
            metrics.put("compilerMicrosPerRequest", server.compilerMicrosPerRequest());
            metrics.put("rssMib", server.rssBytes() / 1048576.0);
        }
        metrics.put("failures", (double) failures());
        metrics.put("neverSent", (double) stats.neverSent);
        metrics.put("clientBusyPercent", busyPercent());
        metrics.put("clientStarvedPercent", starvedPercent());
        metrics.put("clientLagP99Micros", micros(stats.lag, 99));
        metrics.put("stealPercent", stealPercent);
        metrics.put("othersPercent", othersPercent);
        return metrics;
    }

    /** {@return what must be said before the figures, the gravest first; empty when there is nothing} */
    public List<String> warnings() {
        final List<String> warnings = new ArrayList<>();
        if (stats.wrongStatus + stats.wrongBody > 0) {
            warnings.add(text("%,d replies were wrong (%,d by status, %,d by body); first: %s",
                    stats.wrongStatus + stats.wrongBody, stats.wrongStatus, stats.wrongBody, stats.firstProblem));
        }
        if (stats.timeouts + stats.connectionErrors + stats.unanswered > 0) {
            warnings.add(text("%,d requests failed (%,d timed out, %,d lost with their connection, %,d unanswered)"
                    + "; first: %s", stats.timeouts + stats.connectionErrors + stats.unanswered, stats.timeouts,
                    stats.connectionErrors, stats.unanswered, stats.firstProblem));
        }
        if (stats.refused > 0) {
            warnings.add(text("the server was gone: %,d attempts to connect to it again failed", stats.refused));
        }
        if (!rateHeld()) {
            warnings.add(text("the rate was not held: %,.0f/s offered, %,.0f/s achieved",
                    plan.ratePerSecond(), achievedPerSecond())
                    + (stats.neverSent == 0 ? "" : text(", %,d requests never sent; they stand in the latencies with"
                    + " the time they waited", stats.neverSent)));
        }
        if (clientBound()) {
            warnings.add(busyPercent() > BUSY_LIMIT_PERCENT
                    ? text("the generator was the bottleneck: %.0f %% busy, sends late by %,.0f µs at p99; "
                            + "compare CPU per request, or use more threads", busyPercent(), micros(stats.lag, 99))
                    : text("the generator was the bottleneck: it sent late by %,.0f µs at p99, though %.0f %% busy "
                            + "only: it was not woken in time; give it a core of its own", micros(stats.lag, 99),
                            busyPercent()));
        }
        if (starvedPercent() > STARVED_LIMIT_PERCENT) {
            warnings.add(text("the generator itself waited %.0f %% of the time for a core (limit %.0f %%); "
                    + "give it one of its own", starvedPercent(), STARVED_LIMIT_PERCENT));
        }
        if (stealPercent > STEAL_LIMIT_PERCENT) {
            warnings.add(text("the machine was too noisy: %.1f %% of its time was stolen by others (limit %.0f %%)",
                    stealPercent, STEAL_LIMIT_PERCENT));
        }
        if (server != null && server.cpuNanos() < LEAST_SERVER_NANOS) {
            warnings.add(text("the server used %d ms only, too little for the kernel's clock of 10 ms: its CPU per "
                    + "request is a guess; run longer", server.cpuNanos() / 1_000_000));
        }
        if (server != null && othersPercent > OTHERS_LIMIT_PERCENT) {
            warnings.add(text("the machine was not quiet: %.1f %% of its time went to other processes (limit %.0f %%)",
                    othersPercent, OTHERS_LIMIT_PERCENT));
        }
        return warnings;
    }

    private long wallNanos() {
        // Threads ran side by side; each counted the whole time.
        return Math.max(1, stats.wallNanos / plan.threads());
    }

    private static double micros(final Histogram histogram, final double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }

    private static String text(final String format, final Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
