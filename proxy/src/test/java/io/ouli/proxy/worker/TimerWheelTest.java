package io.ouli.proxy.worker;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TimerWheelTest {
    private static final long START = 1_000_000_000L;
    private static final long TICK = TimerWheel.TICK_NANOS;

    private final TimerWheel wheel = new TimerWheel(START);
    private final List<String> expired = new ArrayList<>();

    private final class Named extends Timed {
        private final String name;
        private Runnable then = () -> { };

        Named(final String name) {
            this.name = name;
        }

        @Override
        protected void onTimeout() {
            expired.add(name);
            then.run();
        }
    }

    private void advanceTo(final long nanosFromStart) {
        wheel.advance(START + nanosFromStart);
    }

    @Test
    void shouldNeverExpireEarlyAndAtMostTwoTicksLate() {
        for (long nanos = 1; nanos < 3 * TICK; nanos += TICK / 4) {
            final TimerWheel fresh = new TimerWheel(START);
            final Named timer = new Named("a");
            expired.clear();
            fresh.arm(timer, START + nanos);
            fresh.advance(START + nanos - 1);
            assertEquals(List.of(), expired);
            fresh.advance(START + nanos + 2 * TICK);
            assertEquals(List.of("a"), expired);
            assertFalse(fresh.armed(timer));
        }
    }

    @Test
    void shouldFollowADeadlineThatMovesEitherWay() {
        final Named timer = new Named("a");
        wheel.arm(timer, START + 10 * TICK);
        wheel.arm(timer, START + 20 * TICK);
        advanceTo(19 * TICK);
        assertEquals(List.of(), expired);
        wheel.arm(timer, START + 30 * TICK);
        wheel.arm(timer, START + 21 * TICK);
        advanceTo(21 * TICK);
        assertEquals(List.of("a"), expired);
        advanceTo(100 * TICK);
        assertEquals(List.of("a"), expired);
    }

    @Test
    void shouldHoldDeadlinesBeyondItsSlots() {
        final Named timer = new Named("a");
        wheel.arm(timer, START + 5_000 * TICK);
        for (int tick = 0; tick < 5_000; tick += 7) {
            advanceTo(tick * TICK);
            assertEquals(List.of(), expired);
        }
        advanceTo(5_000 * TICK);
        assertEquals(List.of("a"), expired);
    }

    @Test
    void shouldNotExpireWhatIsDisarmedOrRemoved() {
        final Named disarmed = new Named("disarmed");
        final Named removed = new Named("removed");
        wheel.arm(disarmed, START + TICK);
        wheel.arm(removed, START + TICK);
        wheel.disarm(disarmed);
        wheel.remove(removed);
        advanceTo(10 * TICK);
        assertEquals(List.of(), expired);
        wheel.arm(disarmed, START + 11 * TICK);
        advanceTo(12 * TICK);
        assertEquals(List.of("disarmed"), expired);
    }

    @Test
    void shouldLetWhatExpiresChangeEveryOtherTimer() {
        final Named first = new Named("first");
        final Named second = new Named("second");
        final Named third = new Named("third");
        first.then = () -> {
            wheel.remove(second);
            wheel.arm(first, START + 5 * TICK);
            wheel.arm(third, START + 5 * TICK);
        };
        wheel.arm(first, START + TICK);
        wheel.arm(second, START + TICK);
        wheel.arm(third, START + TICK);
        advanceTo(2 * TICK);
        assertEquals(List.of("first"), expired);
        first.then = () -> { };
        advanceTo(5 * TICK);
        assertEquals(List.of("first", "first", "third"), expired.stream().sorted().toList());
    }

    @Test
    void shouldSurviveALongStop() {
        final Named soon = new Named("soon");
        final Named late = new Named("late");
        wheel.arm(soon, START + TICK);
        wheel.arm(late, START + 90_000 * TICK);
        advanceTo(80_000 * TICK);
        assertEquals(List.of("soon"), expired);
        advanceTo(90_001 * TICK);
        assertEquals(List.of("soon", "late"), expired);
    }

    @Test
    void shouldWaitLongOnlyWhenNothingIsArmed() {
        assertEquals(77, wheel.nanosToNextTick(START, 77));
        wheel.arm(new Named("a"), START + 10 * TICK);
        final long wait = wheel.nanosToNextTick(START + 1, 77);
        assertTrue(wait > 0 && wait <= TICK, "" + wait);
    }
}
