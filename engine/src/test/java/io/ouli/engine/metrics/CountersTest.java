package io.ouli.engine.metrics;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class CountersTest {
    @Test
    void shouldCountEachApart() {
        final Counters counters = new Counters();
        for (final Counter counter : Counter.values()) {
            counters.add(counter, counter.ordinal());
            counters.increment(counter);
        }
        for (final Counter counter : Counter.values()) {
            assertEquals(counter.ordinal() + 1L, counters.get(counter));
        }
    }

    @Test
    void shouldBeReadFromAnotherThreadWhileItGrows() throws InterruptedException {
        final Counters counters = new Counters();
        final Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 100_000; i++) {
                counters.increment(Counter.HITS);
            }
        });
        long last = 0;
        while (writer.isAlive()) {
            final long now = counters.get(Counter.HITS);
            if (now < last) {
                throw new AssertionError(now + " after " + last);
            }
            last = now;
        }
        writer.join();
        assertEquals(100_000, counters.get(Counter.HITS));
    }

    @Test
    void shouldNameEachMetricOnce() {
        final Set<String> names = new HashSet<>();
        for (final Counter counter : Counter.values()) {
            names.add(counter.metricName() + " " + counter.reason());
        }
        assertEquals(Counter.values().length, names.size());
    }
}
