package io.ouli.engine.metrics;

import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** Sums up what threads time, now and then, without making them wait; each monitor has intervals of its own. */
public final class PerformanceMonitor {
    private final Latencies latencies;
    private final LongSupplier clock;
    private final long startNanos;
    private Histogram before;
    private long beforeNanos;

    /**
     * Begins an interval.
     *
     * @param latencies  that are summed up.
     * @param startNanos the {@link System#nanoTime} from which the total counts.
     */
    public PerformanceMonitor(final Latencies latencies, final long startNanos) {
        this(latencies, startNanos, System::nanoTime);
    }

    PerformanceMonitor(final Latencies latencies, final long startNanos, final LongSupplier clock) {
        this.latencies = latencies;
        this.startNanos = startNanos;
        this.clock = clock;
        before = latencies.sum();
        beforeNanos = clock.getAsLong();
    }

    /** Ends the interval, begins the next, and tells about both that one and all time. From any thread. */
    public synchronized PerformanceReport report() {
        final Histogram total = latencies.sum();
        final long now = clock.getAsLong();
        final Histogram interval = total.copy();
        interval.subtract(before);
        final PerformanceReport report = new PerformanceReport(
                Latency.of(interval, now - beforeNanos), Latency.of(total, now - startNanos), MemoryUse.now());
        before = total;
        beforeNanos = now;
        return report;
    }

    /** Tells about all time, and leaves the interval alone. From any thread. */
    public Latency total() {
        return Latency.of(latencies.sum(), clock.getAsLong() - startNanos);
    }
}
