package io.ouli.engine.metrics;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PerformanceMonitorTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong clock = new AtomicLong();
    private final Latencies latencies = new Latencies();

    private static void assertNear(final long expected, final long actual) {
        assertTrue(Math.abs(actual - expected) <= expected / 100, actual + " is not near " + expected);
    }

    @Test
    void shouldTellOfTheIntervalAndOfAllTime() {
        final LatencyRecorder one = latencies.newRecorder();
        final LatencyRecorder other = latencies.newRecorder();
        final PerformanceMonitor monitor = new PerformanceMonitor(latencies, 0, clock::get);
        for (int micros = 1; micros <= 1_000; micros++) {
            (micros % 2 == 0 ? one : other).record(micros * 1_000L);
        }
        clock.set(2 * SECOND);
        final PerformanceReport first = monitor.report();
        assertEquals(1_000, first.interval().count());
        assertEquals(500.0, first.interval().perSecond());
        assertNear(500_000, first.interval().p50Nanos());
        assertNear(990_000, first.interval().p99Nanos());
        assertNear(999_000, first.interval().p999Nanos());
        assertNear(1_000_000, first.interval().maxNanos());
        assertNear(500_500_000L, first.interval().totalNanos());
        assertEquals(first.interval(), first.total());

        one.record(2_000_000, 500);
        clock.set(3 * SECOND);
        final PerformanceReport second = monitor.report();
        assertEquals(500, second.interval().count());
        assertEquals(SECOND, second.interval().overNanos());
        assertNear(2_000_000, second.interval().p50Nanos());
        assertEquals(1_500, second.total().count());
        assertNear(750_000, second.total().p50Nanos());
        assertNear(2_000_000, second.total().maxNanos());
        assertEquals(new Latency(0, 0, 0, 0, 0, 0, 0, 0), monitor.report().interval());
    }

    @Test
    void shouldKeepTheTimesOfThreadsThatAreGone() {
        final PerformanceMonitor monitor = new PerformanceMonitor(latencies, 0, clock::get);
        final LatencyRecorder gone = latencies.newRecorder();
        gone.record(5_000, 3);
        latencies.retire(gone);
        latencies.retire(gone);
        latencies.newRecorder().record(5_000);
        assertEquals(4, monitor.report().interval().count());
        assertEquals(4, monitor.total().count());
    }

    @Test
    void shouldHoldWhatIsBeyondItsRange() {
        final LatencyRecorder recorder = latencies.newRecorder();
        recorder.record(-5);
        recorder.record(Long.MAX_VALUE);
        final Latency total = new PerformanceMonitor(latencies, 0, clock::get).total();
        assertEquals(2, total.count());
        assertNear(LatencyRecorder.MOST_NANOS, total.maxNanos());
    }

    @Test
    void shouldLoseNothingWhileSomebodyLooks() throws InterruptedException {
        final int count = 200_000;
        final LatencyRecorder recorder = latencies.newRecorder();
        final PerformanceMonitor monitor = new PerformanceMonitor(latencies, 0, clock::get);
        final Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < count; i++) {
                recorder.record(i % 1_000 + 1);
            }
        });
        long seen = 0;
        do {
            seen += monitor.report().interval().count();
        } while (writer.isAlive());
        writer.join();
        seen += monitor.report().interval().count();
        assertEquals(count, seen);
        assertEquals(count, monitor.total().count());
    }

    @Test
    void shouldTellOfMemory() {
        final MemoryUse memory = MemoryUse.now();
        assertTrue(memory.heapBytes() > 0);
        assertTrue(memory.mappedBytes() >= 0);
        assertTrue(memory.residentBytes() == -1 || memory.residentBytes() > memory.heapBytes() / 100);
    }
}
