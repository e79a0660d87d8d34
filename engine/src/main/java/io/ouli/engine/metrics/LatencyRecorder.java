package io.ouli.engine.metrics;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Times that one thread records, without lock or allocation, and any thread reads: HdrHistogram's recorder for a single
 * writer, and the sum of what was read from it.
 *
 * <p>What was recorded is exact to 1 %; a longer time than {@link #MOST_NANOS} counts as that.
 */
public final class LatencyRecorder {
    /** The longest time that is told from longer ones: a minute. */
    public static final long MOST_NANOS = 60_000_000_000L;
    private static final long LEAST_NANOS = 1;
    /** Three digits would take 200 KiB a recorder, twice. */
    private static final int DIGITS = 2;

    private final SingleWriterRecorder recorder;
    private final Histogram total = new Histogram(LEAST_NANOS, MOST_NANOS, DIGITS);
    private Histogram interval;

    /** Creates one without times. */
    public LatencyRecorder() {
        recorder = new SingleWriterRecorder(LEAST_NANOS, MOST_NANOS, DIGITS);
    }

    /** {@return an empty histogram that takes every time of a recorder} */
    static Histogram empty() {
        return new Histogram(LEAST_NANOS, MOST_NANOS, DIGITS);
    }

    /** Records one time; the owner thread only. */
    public void record(final long nanos) {
        record(nanos, 1);
    }

    /** Records that several things took the same time; the owner thread only. */
    public void record(final long nanos, final long count) {
        if (Metrics.ON) {
            recorder.recordValueWithCount(Math.clamp(nanos, LEAST_NANOS, MOST_NANOS), count);
        }
    }

    /** Adds everything recorded so far to a histogram; from any thread. */
    public synchronized void addTo(final Histogram sum) {
        interval = recorder.getIntervalHistogram(interval);
        total.add(interval);
        sum.add(total);
    }

    /** {@return how much memory the histograms take, in the heap} */
    public long footprintBytes() {
        return 4L * total.getEstimatedFootprintInBytes();
    }
}
