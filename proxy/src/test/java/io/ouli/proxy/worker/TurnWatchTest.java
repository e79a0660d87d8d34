package io.ouli.proxy.worker;

import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Counters;
import io.ouli.proxy.worker.TurnWatch.Event;
import io.ouli.proxy.worker.TurnWatch.Phase;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class TurnWatchTest {
    private static final long MICRO = 1_000;

    private final Counters counters = new Counters();
    private long now = 7_000_000_000L;
    private final TurnWatch watch = new TurnWatch("w", counters, () -> now);

    private void turn(final long eventMicros, final long timerMicros, final long taskMicros) {
        watch.begin(now);
        watch.count(Event.RECEIVED);
        watch.count(Event.RECEIVED);
        watch.count(Event.SENT);
        now += eventMicros * MICRO;
        watch.ended(Phase.EVENTS);
        now += timerMicros * MICRO;
        watch.ended(Phase.TIMERS);
        now += taskMicros * MICRO;
        watch.ended(Phase.TASKS);
        watch.end();
    }

    @Test
    void shouldCountTurnsOverTheLimitOnly() {
        turn(1_000, 0, 0);
        assertEquals(0, counters.get(Counter.STALLS));
        assertEquals(0, counters.get(Counter.LONGEST_TURN_NANOS));
        turn(400, 300, 301);
        turn(1_500, 0, 0);
        turn(1_200, 0, 0);
        assertEquals(3, counters.get(Counter.STALLS));
        assertEquals(3_701 * MICRO, counters.get(Counter.STALLED_NANOS));
        assertEquals(1_500 * MICRO, counters.get(Counter.LONGEST_TURN_NANOS));
    }

    @Test
    void shouldNameTheLongestByWhatItDid() {
        turn(1_100, 0, 0);
        watch.begin(now);
        watch.count(Event.ACCEPTED);
        watch.note("session a was opened");
        now += 12_340 * MICRO;
        watch.ended(Phase.EVENTS);
        now += 600 * MICRO;
        watch.ended(Phase.TASKS);
        watch.end();
        turn(2_000, 0, 0);
        assertEquals("w: 3 turns took over 1.0 ms; the longest, 12.9 ms: 12.3 ms in events (1 accepted)"
                + " 0.6 ms in tasks; session a was opened", watch.report());
    }

    @Test
    void shouldForgetWhatItHasReported() {
        turn(3_000, 0, 0);
        now += TurnWatch.REPORT_NANOS;
        turn(10, 0, 0);
        turn(0, 1_001, 0);
        assertEquals("w: 1 turn took over 1.0 ms; the longest, 1.0 ms: 1.0 ms in timers", watch.report());
        assertEquals(2, counters.get(Counter.STALLS));
    }
}
