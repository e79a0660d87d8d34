package io.ouli.perf.load;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ScheduleProperties {
    @Property
    void shouldPlanEvenlyWithoutDrift(
            @ForAll @DoubleRange(min = 0.5, max = 5_000_000) final double rate,
            @ForAll @LongRange(min = 0, max = 1_000_000_000L) final long n,
            @ForAll final long start) {
        final Schedule schedule = new Schedule(start / 4, rate);
        final double wanted = n * 1e9 / rate;
        final long planned = schedule.plannedNanos(n) - start / 4;
        assertEquals(wanted, planned, 1 + wanted * 1e-12);
        final long gap = schedule.plannedNanos(n + 1) - schedule.plannedNanos(n);
        assertEquals(1e9 / rate, gap, 1 + wanted * 1e-12);
    }

    @Property
    void shouldCountWhatIsPlannedBeforeATime(
            @ForAll @DoubleRange(min = 0.5, max = 5_000_000) final double rate,
            @ForAll @LongRange(min = -1_000, max = 10_000_000_000L) final long offset) {
        final long start = 1_234_567;
        final Schedule schedule = new Schedule(start, rate);
        final long count = schedule.plannedBefore(start + offset);
        assertTrue(schedule.plannedNanos(count) >= start + offset);
        assertTrue(count == 0 || schedule.plannedNanos(count - 1) < start + offset);
    }
}
