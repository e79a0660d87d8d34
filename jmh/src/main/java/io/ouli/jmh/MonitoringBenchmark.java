package io.ouli.jmh;

import io.ouli.engine.Profile;
import io.ouli.engine.events.Events;
import io.ouli.engine.events.RequestEvent;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.metrics.LatencyRecorder;
import org.HdrHistogram.SynchronizedHistogram;
import org.openjdk.jmh.annotations.Benchmark;

/** What watching costs a request: counting, timing, events and sections that nobody has asked for. */
public class MonitoringBenchmark extends OuliBenchmark {
    private final Counters counters = new Counters();
    private final LatencyRecorder latency = new LatencyRecorder();
    private final SynchronizedHistogram locked = new SynchronizedHistogram(1, LatencyRecorder.MOST_NANOS, 2);
    private long nanos;

    private long next() {
        nanos = nanos + 1_001 & 0xfffff;
        return nanos;
    }

    /** One counter. */
    @Benchmark
    public void count() {
        counters.increment(Counter.REQUESTS);
    }

    /** One time, given. */
    @Benchmark
    public void time() {
        latency.record(next());
    }

    /** One time as a replay takes it: two looks at the clock. */
    @Benchmark
    public void timeWithClock() {
        final long began = System.nanoTime();
        latency.record(System.nanoTime() - began);
    }

    /** The baseline: a histogram behind a lock. */
    @Benchmark
    public void timeLocked() {
        locked.recordValue(next());
    }

    /** A flight recorder's event while no recording runs. */
    @Benchmark
    public boolean eventOff() {
        final RequestEvent event = Events.on() ? RequestEvent.begun() : null;
        return event != null;
    }

    /** A section while no recording runs. */
    @Benchmark
    public long sectionOff() {
        try (Profile.Section section = Profile.section("benchmark")) {
            return section == null ? 0 : next();
        }
    }
}
