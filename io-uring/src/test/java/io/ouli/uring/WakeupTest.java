package io.ouli.uring;

import io.ouli.uring.TestRings.Completion;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WakeupTest {
    @ParameterizedTest
    @MethodSource("io.ouli.uring.TestRings#variants")
    void shouldEndTheWaitOfTheOwner(final RingOptions options) throws Exception {
        try (Ring ring = TestRings.open(options); Wakeup wakeup = new Wakeup(ring, 42)) {
            wakeup.arm();
            for (int round = 0; round < 20; round++) {
                final Thread other = new Thread(wakeup::signal);
                other.start();
                assertEquals(1, ring.submitAndWait(1, TestRings.SECONDS_60));
                final Completion woken = TestRings.awaitOne(ring);
                assertEquals(42, woken.userData());
                assertEquals(8, woken.result());
                wakeup.onCompletion(woken.result());
                other.join();
            }
        }
    }

    @Test
    void shouldMakeTheNextWaitReturnAndBeOneHoweverManyCalled() {
        try (Ring ring = TestRings.open(); Wakeup wakeup = new Wakeup(ring, 42)) {
            wakeup.arm();
            ring.submitAndWait(0, 0);
            wakeup.signal();
            wakeup.signal();
            wakeup.signal();
            wakeup.onCompletion(TestRings.awaitOne(ring).result());
            assertEquals(0, ring.submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(10)));
            wakeup.signal();
            assertEquals(8, TestRings.awaitOne(ring).result());
        }
    }

    @Test
    void shouldIgnoreSignalsAfterClose() {
        try (Ring ring = TestRings.open()) {
            final Wakeup wakeup = new Wakeup(ring, 42);
            wakeup.arm();
            assertTrue(ring.close((userData, result, flags) -> wakeup.onCompletion(result), TestRings.SECONDS_60));
            wakeup.close();
            wakeup.close();
            wakeup.signal();
        }
    }
}
