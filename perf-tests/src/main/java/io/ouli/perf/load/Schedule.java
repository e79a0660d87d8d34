package io.ouli.perf.load;

/**
 * When each request is to be sent: arithmetic on the start, so that nothing the server does can move it.
 *
 * <p>Threads interleave: thread k of n plans the k-th, (n+k)-th, … request of the whole.
 */
final class Schedule {
    private final long startNanos;
    private final double intervalNanos;

    /**
     * Plans evenly spaced requests.
     *
     * @param startNanos    time of the first, on the clock of {@link System#nanoTime}.
     * @param ratePerSecond above 0.
     */
    Schedule(final long startNanos, final double ratePerSecond) {
        this.startNanos = startNanos;
        this.intervalNanos = 1e9 / ratePerSecond;
    }

    /** {@return the planned time of request {@code n}, counted from 0; exact to the nanosecond for years} */
    long plannedNanos(final long n) {
        return startNanos + (long) (n * intervalNanos);
    }

    /** {@return how many requests are planned before {@code nanos}} */
    long plannedBefore(final long nanos) {
        if (nanos <= startNanos) {
            return 0;
        }
        long count = (long) ((nanos - startNanos) / intervalNanos);
        while (plannedNanos(count) < nanos) {
            count++;
        }
        while (count > 0 && plannedNanos(count - 1) >= nanos) {
            count--;
        }
        return count;
    }
}
