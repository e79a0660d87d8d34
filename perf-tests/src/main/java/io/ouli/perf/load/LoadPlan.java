package io.ouli.perf.load;

import io.ouli.engine.OuliException;
import io.ouli.engine.transport.TransportChoice;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What a run does.
 *
 * @param address       the server.
 * @param ratePerSecond requests planned a second, evenly spaced; 0 for a closed loop, which sends as fast as replies
 *                      come and therefore measures a ceiling, never a latency.
 * @param connections   connections kept open.
 * @param depth         requests under way on one connection at most; 1 is without pipelining.
 * @param threads       generator threads; rate and connections are divided among them.
 * @param warmupNanos   time before the measured part, at the same rate.
 * @param durationNanos time measured.
 * @param timeoutNanos  age at which a request counts as failed and its connection is closed.
 * @param spinNanos     a wait shorter than this is spun instead of slept, because a sleep ends late by about 50 µs.
 * @param transport     the client's own transport.
 */
public record LoadPlan(
        InetSocketAddress address,
        double ratePerSecond,
        int connections,
        int depth,
        int threads,
        long warmupNanos,
        long durationNanos,
        long timeoutNanos,
        long spinNanos,
        TransportChoice transport) {
    /** For {@link #spinNanos}: the generator never sleeps, so that its own wake-up stands in no latency. */
    public static final long SPIN_ALWAYS = Long.MAX_VALUE;

    private static final int MOST_CONNECTIONS = 65_536;
    private static final int MOST_DEPTH = 1_024;
    private static final double MOST_RATE = 100_000_000;

    /** Checks every value; an {@link OuliException} names the one that cannot be. */
    public LoadPlan {
        check("rate", ratePerSecond, 0, MOST_RATE);
        check("connections", connections, 1, MOST_CONNECTIONS);
        check("depth", depth, 1, MOST_DEPTH);
        check("threads", threads, 1, Math.min(connections, Runtime.getRuntime().availableProcessors() * 4));
        check("duration in nanoseconds", durationNanos, TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.DAYS.toNanos(1));
        check("warm-up in nanoseconds", warmupNanos, 0, TimeUnit.DAYS.toNanos(1));
        check("timeout in nanoseconds", timeoutNanos, TimeUnit.MILLISECONDS.toNanos(1), TimeUnit.HOURS.toNanos(1));
        check("spin in nanoseconds", spinNanos, 0, Long.MAX_VALUE);
    }

    /** {@return a plan with the usual values: depth 1, one thread, 10 s time-out, 100 µs of spinning} */
    public static LoadPlan of(
            final InetSocketAddress address,
            final double ratePerSecond,
            final int connections,
            final long warmupNanos,
            final long durationNanos) {
        return new LoadPlan(address, ratePerSecond, connections, 1, 1, warmupNanos, durationNanos,
                TimeUnit.SECONDS.toNanos(10), TimeUnit.MICROSECONDS.toNanos(100), TransportChoice.AUTO);
    }

    /** {@return whether the next request waits for a reply instead of its time} */
    public boolean closedLoop() {
        return ratePerSecond == 0;
    }

    /** {@return this plan with another rate} */
    public LoadPlan withRate(final double perSecond) {
        return new LoadPlan(address, perSecond, connections, depth, threads, warmupNanos, durationNanos, timeoutNanos,
                spinNanos, transport);
    }

    /** {@return this plan with another pipelining depth} */
    public LoadPlan withDepth(final int requests) {
        return new LoadPlan(address, ratePerSecond, connections, requests, threads, warmupNanos, durationNanos,
                timeoutNanos, spinNanos, transport);
    }

    /** {@return this plan with another limit of a request's age} */
    public LoadPlan withTimeout(final long nanos) {
        return new LoadPlan(address, ratePerSecond, connections, depth, threads, warmupNanos, durationNanos, nanos,
                spinNanos, transport);
    }

    /** {@return this plan with another client transport} */
    public LoadPlan withTransport(final TransportChoice choice) {
        return new LoadPlan(address, ratePerSecond, connections, depth, threads, warmupNanos, durationNanos,
                timeoutNanos, spinNanos, choice);
    }

    /** {@return this plan with other lengths of its two parts} */
    public LoadPlan withTimes(final long warmup, final long duration) {
        return new LoadPlan(address, ratePerSecond, connections, depth, threads, warmup, duration, timeoutNanos,
                spinNanos, transport);
    }

    /** {@return this plan with another limit of spinning; {@link #SPIN_ALWAYS} never sleeps} */
    public LoadPlan withSpin(final long nanos) {
        return new LoadPlan(address, ratePerSecond, connections, depth, threads, warmupNanos, durationNanos,
                timeoutNanos, nanos, transport);
    }

    /** {@return this plan against another server} */
    public LoadPlan withAddress(final InetSocketAddress server) {
        return new LoadPlan(server, ratePerSecond, connections, depth, threads, warmupNanos, durationNanos,
                timeoutNanos, spinNanos, transport);
    }

    /** {@return the share of one generator thread} */
    LoadPlan shareOf(final int thread) {
        final int mine = connections / threads + (thread < connections % threads ? 1 : 0);
        return new LoadPlan(address, ratePerSecond / threads, mine, depth, 1, warmupNanos, durationNanos, timeoutNanos,
                spinNanos, transport);
    }

    private static void check(final String name, final double value, final double least, final double most) {
        if (!(value >= least && value <= most)) {
            throw new OuliException(String.format(Locale.ROOT,
                    "%s cannot be %.0f; choose %.0f to %.0f", name, value, least, most));
        }
    }
}
