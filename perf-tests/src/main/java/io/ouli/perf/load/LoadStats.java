package io.ouli.perf.load;

import org.HdrHistogram.Histogram;

/**
 * What one generator thread saw in the measured part of its run; read after the thread has ended.
 *
 * <p>Requests belong to the measured part by their planned time.
 */
public final class LoadStats {
    private static final long LEAST_NANOS = 64;
    private static final long MOST_NANOS = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    /** Latency from the planned send time, in nanoseconds; what was never answered stands in it as a lower bound. */
    final Histogram latency = histogram();
    /** Time from the real send to the reply: what a closed-loop tester would have shown. */
    final Histogram service = histogram();
    /** The same of replies that came in the measured part to requests planned before it: a rate that is not held. */
    final Histogram carriedService = histogram();
    /** How late sends were although a connection was free: the generator's own fault. */
    final Histogram lag = histogram();
    long planned;
    long verified;
    long unverified;
    long carriedVerified;
    long carriedUnverified;
    long wrongStatus;
    long wrongBody;
    long timeouts;
    long connectionErrors;
    long unanswered;
    long neverSent;
    long reconnects;
    /** Attempts to connect again that failed: the server is gone, or refuses. */
    long refused;
    long repliesInTime;
    long receivedBytes;
    long busyNanos;
    long starvedNanos;
    long wallNanos;
    String firstProblem = "";
    String transport = "";

    /** {@return an empty histogram of nanoseconds, 64 ns to one hour, three digits} */
    public static Histogram histogram() {
        return new Histogram(LEAST_NANOS, MOST_NANOS, DIGITS);
    }

    static void record(final Histogram histogram, final long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, MOST_NANOS));
    }

    /** Adds what another thread saw during the same time. */
    void add(final LoadStats other) {
        latency.add(other.latency);
        service.add(other.service);
        carriedService.add(other.carriedService);
        lag.add(other.lag);
        planned += other.planned;
        verified += other.verified;
        unverified += other.unverified;
        carriedVerified += other.carriedVerified;
        carriedUnverified += other.carriedUnverified;
        wrongStatus += other.wrongStatus;
        wrongBody += other.wrongBody;
        timeouts += other.timeouts;
        connectionErrors += other.connectionErrors;
        unanswered += other.unanswered;
        neverSent += other.neverSent;
        reconnects += other.reconnects;
        refused += other.refused;
        repliesInTime += other.repliesInTime;
        receivedBytes += other.receivedBytes;
        busyNanos += other.busyNanos;
        starvedNanos += other.starvedNanos;
        wallNanos += other.wallNanos;
        firstProblem = firstProblem.isEmpty() ? other.firstProblem : firstProblem;
        transport = other.transport;
    }

    void problem(final String text) {
        if (firstProblem.isEmpty()) {
            firstProblem = text;
        }
    }
}
