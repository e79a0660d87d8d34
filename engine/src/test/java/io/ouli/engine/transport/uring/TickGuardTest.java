package io.ouli.engine.transport.uring;

import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.IoUring;
import io.ouli.uring.Ring;
import io.ouli.uring.RingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class TickGuardTest {
    private static final long USER_DATA = 77;
    /** So long that a machine under load makes its waits within two of them. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LEAD_NANOS = 10_000;
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(10);

    private Ring ring;

    @BeforeEach
    void open() {
        assumeTrue(IoUring.isAvailable(), IoUring::describe);
        ring = Ring.open(RingOptions.DEFAULT).enable();
    }

    @AfterEach
    void close() {
        if (ring != null) {
            ring.close();
        }
    }

    @Test
    void shouldSetOneTimerThatComesJustBeforeATick() {
        final TickGuard guard = new TickGuard(ring.operations(), USER_DATA, TICK_NANOS);
        wait(guard, 7);
        assertFalse(ring.hasPrepared(), "seven waits are not many");
        wait(guard, 1);
        assertEquals(1, ring.inFlight());
        final long armedNanos = System.nanoTime();
        wait(guard, 100);
        assertEquals(1, ring.inFlight(), "one timer is enough");

        final List<Integer> results = new ArrayList<>();
        assertEquals(1, ring.submitAndWait(1, LONG_NANOS));
        final long now = System.nanoTime();
        ring.reap((userData, result, flags) -> {
            assertEquals(USER_DATA, userData);
            results.add(result);
        }, 10);
        assertEquals(List.of(-LibcHeader.ETIME), results);
        final long due = (armedNanos + LEAD_NANOS) / TICK_NANOS * TICK_NANOS + TICK_NANOS - LEAD_NANOS;
        // The one before when a tick came between the timer and the look at the clock behind it.
        assertTrue(now >= due || due - armedNanos > TICK_NANOS - TimeUnit.MILLISECONDS.toNanos(50),
                () -> "came " + (due - now) + " ns early");
    }

    @Test
    void shouldSetTheNextTimerOnlyWhenTheLastHasCome() {
        final TickGuard guard = new TickGuard(ring.operations(), USER_DATA, TICK_NANOS);
        wait(guard, 8);
        assertEquals(1, ring.inFlight());
        guard.onCompletion();
        wait(guard, 7);
        assertEquals(1, ring.inFlight(), "waits count from the timer before");
        wait(guard, 1);
        assertEquals(2, ring.inFlight());
    }

    @Test
    void shouldSetNoneWhereWaitsAreRare() {
        final TickGuard guard = new TickGuard(ring.operations(), USER_DATA, 1);
        wait(guard, 1_000);
        assertEquals(0, ring.inFlight());
    }

    @Test
    void shouldSetNoneWhereTheLengthOfATickIsUnknown() {
        final TickGuard guard = new TickGuard(ring.operations(), USER_DATA, -22);
        wait(guard, 1_000);
        assertEquals(0, ring.inFlight());
    }

    @Test
    void shouldLeaveNothingInTheKernelWhenTheRingIsClosed() {
        final TickGuard guard = new TickGuard(ring.operations(), USER_DATA, TimeUnit.HOURS.toNanos(1));
        wait(guard, 8);
        ring.submitAndWait(0, 0);
        assertEquals(1, ring.inFlight());
        assertTrue(ring.close((userData, result, flags) -> { }, LONG_NANOS), "the timer was not cancelled");
    }

    private static void wait(final TickGuard guard, final int times) {
        for (int i = 0; i < times; i++) {
            guard.beforeWait();
        }
    }
}
