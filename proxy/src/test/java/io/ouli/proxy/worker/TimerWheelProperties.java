package io.ouli.proxy.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;

class TimerWheelProperties {
    private static final class Watched extends Timed {
        private long deadline = NEVER;
        private long expiredAt = NEVER;
        private long now;

        @Override
        protected void onTimeout() {
            expiredAt = now;
        }
    }

    /** A wheel beside the obvious model: each timer has one deadline, and expires in the first turn after it. */
    @Property(tries = 300)
    void shouldDoAsTheObviousModelDoes(@ForAll final long seed) {
        final Random random = new Random(seed);
        final TimerWheel wheel = new TimerWheel(0);
        final List<Watched> timers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            timers.add(new Watched());
        }
        long now = 0;
        for (int step = 0; step < 500; step++) {
            final Watched timer = timers.get(random.nextInt(timers.size()));
            switch (random.nextInt(8)) {
                case 0 -> {
                    wheel.disarm(timer);
                    timer.deadline = Timed.NEVER;
                }
                case 1 -> {
                    wheel.remove(timer);
                    timer.deadline = Timed.NEVER;
                }
                default -> {
                    timer.deadline = now + random.nextLong(1, 200_000) * 1_000_000;
                    wheel.arm(timer, timer.deadline);
                }
            }
            now += random.nextLong(random.nextInt(20) == 0 ? 300_000_000_000L : 2_000_000_000L);
            for (final Watched each : timers) {
                each.now = now;
                each.expiredAt = Timed.NEVER;
            }
            wheel.advance(now);
            for (final Watched each : timers) {
                final boolean expired = each.expiredAt != Timed.NEVER;
                final boolean surelyDue = each.deadline != Timed.NEVER && each.deadline + TimerWheel.TICK_NANOS <= now;
                final boolean perhapsDue = each.deadline != Timed.NEVER && each.deadline <= now;
                assertEquals(expired, expired ? perhapsDue : surelyDue);
                if (expired) {
                    each.deadline = Timed.NEVER;
                }
            }
        }
    }
}
