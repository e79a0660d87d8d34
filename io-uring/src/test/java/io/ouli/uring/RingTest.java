package io.ouli.uring;

import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.TestRings.Completion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RingTest {
    @ParameterizedTest
    @MethodSource("io.ouli.uring.TestRings#variants")
    void shouldCompleteMoreOperationsThanTheQueuesHold(final RingOptions options) {
        try (Ring ring = TestRings.open(options)) {
            final List<Long> expected = new ArrayList<>();
            final List<Long> seen = new ArrayList<>();
            for (long turn = 0; turn < 100; turn++) {
                for (int operation = 0; operation < 5; operation++) {
                    expected.add(turn * 5 + operation);
                    ring.operations().nop(turn * 5 + operation);
                }
                assertEquals(5, ring.inFlight());
                assertEquals(5, ring.submitAndWait(5, TestRings.SECONDS_60));
                assertEquals(5, ring.reap((userData, result, flags) -> seen.add(userData), 64));
            }
            assertEquals(expected, seen);
            assertEquals(0, ring.inFlight());
            assertEquals(500, ring.counters().submitted());
            assertEquals(500, ring.counters().completed());
            assertEquals(100, ring.counters().enterCalls());
            assertEquals(0, ring.counters().submissionQueueFull());
        }
    }

    @Test
    void shouldSayHowItWasSetUp() {
        final RingOptions options = RingOptions.DEFAULT.withEntries(8, 64);
        try (Ring ring = TestRings.open(options.without(RingFeature.LIBURING))) {
            assertTrue(ring.describe().startsWith("set up by system calls with "), ring.describe());
            assertTrue(ring.describe().contains("not used: LIBURING") || !IoUring.features()
                    .isSupported(RingFeature.LIBURING), ring.describe());
            assertEquals(8, ring.submissionEntries());
            assertEquals(64, ring.completionEntries());
        }
        try (Ring ring = TestRings.open(options)) {
            final boolean liburing = IoUring.features().isEnabled(RingFeature.LIBURING);
            assertTrue(
                    ring.describe().startsWith("set up by " + (liburing ? "liburing 2." : "system calls")),
                    ring.describe());
        }
    }

    @Test
    void shouldReturnWhenNothingCompletesInTime() {
        try (Ring ring = TestRings.open()) {
            final long before = System.nanoTime();
            assertEquals(0, ring.submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(20)));
            assertTrue(System.nanoTime() - before >= TimeUnit.MILLISECONDS.toNanos(20));
            assertEquals(0, ring.submitAndWait(1, 0));
            assertEquals(0, ring.reap((userData, result, flags) -> { }, 10));
        }
    }

    @Test
    void shouldCompleteAtAGivenTimeAndNotBefore() {
        try (Ring ring = TestRings.open(); Arena arena = Arena.ofConfined()) {
            final long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
            final MemorySegment time = arena.allocateFrom(
                    ValueLayout.JAVA_LONG, due / 1_000_000_000, due % 1_000_000_000);
            ring.operations().timeoutAt(time, 5);
            ring.submitAndWait(0, 0);
            time.fill((byte) 0);
            final Completion completion = TestRings.awaitOne(ring);
            assertTrue(System.nanoTime() >= due, "it came early");
            assertEquals(5, completion.userData());
            assertEquals(-LibcHeader.ETIME, completion.result());
            assertEquals(0, ring.inFlight());
        }
    }

    @Test
    void shouldTakeNoMoreThanTheLimitAndKeepTheRest() {
        try (Ring ring = TestRings.open()) {
            for (int operation = 0; operation < 6; operation++) {
                ring.operations().nop(operation);
            }
            assertEquals(6, ring.submitAndWait(6, TestRings.SECONDS_60));
            final List<Long> seen = new ArrayList<>();
            assertEquals(2, ring.reap((userData, result, flags) -> seen.add(userData), 2));
            assertEquals(List.of(0L, 1L), seen);
            assertEquals(4, ring.submitAndWait(1, -1));
            assertEquals(4, ring.reap((userData, result, flags) -> seen.add(userData), 100));
            assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), seen);
        }
    }

    @Test
    void shouldFlushAFullSubmissionQueueAndCountIt() {
        try (Ring ring = TestRings.open(RingOptions.DEFAULT.withEntries(4, 64))) {
            for (int operation = 0; operation < 11; operation++) {
                ring.operations().nop(operation);
            }
            assertEquals(2, ring.counters().submissionQueueFull());
            assertEquals(8, ring.counters().submitted());
            final List<Completion> completions = TestRings.await(ring, 11);
            for (int operation = 0; operation < 11; operation++) {
                assertEquals(operation, completions.get(operation).userData());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.ouli.uring.TestRings#variants")
    void shouldLoseNothingWhenTheCompletionQueueOverflows(final RingOptions options) {
        try (Ring ring = TestRings.open(options.withEntries(4, 4))) {
            for (int operation = 0; operation < 40; operation++) {
                ring.operations().nop(operation);
            }
            final List<Completion> completions = TestRings.await(ring, 40);
            for (int operation = 0; operation < 40; operation++) {
                assertEquals(operation, completions.get(operation).userData());
            }
            assertTrue(ring.counters().completionQueueOverflows() > 0);
            assertEquals(0, ring.inFlight());
        }
    }

    @Test
    void shouldDeliverInOrderWhenAHandlerFillsTheQueues() {
        try (Ring ring = TestRings.open(RingOptions.DEFAULT.withEntries(2, 4))) {
            final List<Long> seen = new ArrayList<>();
            ring.operations().nop(0);
            ring.operations().nop(1);
            final CompletionHandler handler = (userData, result, flags) -> {
                seen.add(userData);
                if (userData < 20) {
                    ring.operations().nop(2 * userData + 2);
                    ring.operations().nop(2 * userData + 3);
                }
            };
            while (seen.size() < 42) {
                ring.submitAndWait(1, TestRings.SECONDS_60);
                ring.reap(handler, 5);
            }
            for (int index = 0; index < 42; index++) {
                assertEquals(index, seen.get(index));
            }
        }
    }

    @Test
    void shouldKeepTheRestWhenAHandlerThrows() {
        try (Ring ring = TestRings.open()) {
            ring.operations().nop(1);
            ring.operations().nop(2);
            ring.submitAndWait(2, TestRings.SECONDS_60);
            final CompletionHandler failing = (userData, result, flags) -> {
                throw new IllegalStateException("handler");
            };
            assertThrows(IllegalStateException.class, () -> ring.reap(failing, 10));
            assertEquals(2, TestRings.awaitOne(ring).userData());
            assertEquals(0, ring.inFlight());
        }
    }

    @Test
    void shouldBelongToTheThreadThatEnablesIt() throws Exception {
        TestRings.assumeIoUring();
        final Ring ring = Ring.open(RingOptions.DEFAULT.withEntries(8, 64));
        final AtomicReference<Object> outcome = new AtomicReference<>();
        final Thread worker = new Thread(() -> {
            try (ring) {
                ring.enable();
                ring.operations().nop(7);
                outcome.set(TestRings.awaitOne(ring).userData());
            } catch (final Throwable failure) {
                outcome.set(failure);
            }
        });
        worker.start();
        worker.join();
        assertEquals(7L, outcome.get());
    }

    @Test
    void shouldRefuseAnotherThread() throws Exception {
        try (Ring ring = TestRings.open()) {
            final AtomicReference<Throwable> outcome = new AtomicReference<>();
            final Thread stranger = new Thread(() -> {
                try {
                    ring.submitAndWait(0, 0);
                } catch (final Throwable failure) {
                    outcome.set(failure);
                }
            });
            stranger.start();
            stranger.join();
            assertTrue(outcome.get().getMessage().contains("owned by"), outcome.get()::toString);
            final Thread closer = new Thread(() -> {
                try {
                    ring.close((userData, result, flags) -> { }, 0);
                } catch (final Throwable failure) {
                    outcome.set(failure);
                }
            });
            closer.start();
            closer.join();
            assertTrue(outcome.get().getMessage().endsWith("which must close it"), outcome.get()::toString);
            assertThrows(IllegalStateException.class, ring::enable);
        }
    }

    @Test
    void shouldBeClosedByAnotherThreadOnceItsOwnerHasEnded() throws Exception {
        TestRings.assumeIoUring();
        final Ring ring = Ring.open(RingOptions.DEFAULT.withEntries(8, 64));
        final Thread worker = new Thread(() -> ring.enable().operations().nop(1));
        worker.start();
        worker.join();
        assertFalse(ring.close((userData, result, flags) -> { }, TestRings.SECONDS_60));
    }

    @Test
    void shouldBeClosedOnceAndForAll() {
        final Ring ring = TestRings.open();
        ring.operations().nop(1);
        assertTrue(ring.close((userData, result, flags) -> { }, TestRings.SECONDS_60));
        ring.close();
        assertTrue(ring.close((userData, result, flags) -> { }, 0));
        assertThrows(IllegalStateException.class, () -> ring.submitAndWait(0, 0));
        assertThrows(IllegalStateException.class, () -> ring.operations().nop(1));
        assertThrows(IllegalStateException.class, () -> ring.reap((userData, result, flags) -> { }, 1));
    }

    @Test
    void shouldCloseWithoutEverBeingEnabled() {
        TestRings.assumeIoUring();
        final Ring ring = Ring.open();
        assertTrue(ring.close((userData, result, flags) -> { }, 0));
        assertFalse(ring.describe().isEmpty());
    }
}
