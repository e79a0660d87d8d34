package io.ouli.engine.metrics;

import org.HdrHistogram.Histogram;

/**
 * How long requests took, and how many there were.
 *
 * @param count      of requests.
 * @param perSecond  of requests, over the time that is summed up.
 * @param overNanos  the time that is summed up.
 * @param p50Nanos   half of them took at most so long; 0 without a request, as all that follow.
 * @param p99Nanos   99 % took at most so long.
 * @param p999Nanos  99.9 % took at most so long.
 * @param maxNanos   the longest.
 * @param totalNanos of all together.
 */
public record Latency(
        long count,
        double perSecond,
        long overNanos,
        long p50Nanos,
        long p99Nanos,
        long p999Nanos,
        long maxNanos,
        long totalNanos) {
    static Latency of(final Histogram histogram, final long overNanos) {
        final long count = histogram.getTotalCount();
        if (count == 0) {
            return new Latency(0, 0, overNanos, 0, 0, 0, 0, 0);
        }
        return new Latency(
                count,
                count * 1e9 / Math.max(1, overNanos),
                overNanos,
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue(),
                Math.round(histogram.getMean() * count));
    }
}
