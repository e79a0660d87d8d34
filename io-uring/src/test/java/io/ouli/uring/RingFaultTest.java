package io.ouli.uring;

import io.ouli.ffm.generated.LibcHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The faults of {@code io_uring_enter} that a kernel does not make on demand; needs no io_uring. */
class RingFaultTest {
    private static final int EINTR = LibcHeader.EINTR;
    private static final int EAGAIN = LibcHeader.EAGAIN;
    private static final int EBUSY = LibcHeader.EBUSY;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FakeKernel kernel = new FakeKernel(4, 8);
    private final Ring ring = kernel.ring();
    private final List<Long> seen = new ArrayList<>();

    @Test
    void shouldEnterAgainAfterASignal() {
        ring.operations().nop(1);
        kernel.faults.addAll(List.of(-EINTR, -EINTR));
        assertEquals(1, ring.submitAndWait(1, -1));
        assertEquals(2, ring.counters().interrupted());
        assertEquals(List.of("submit 1 wait 1 get", "submit 1 wait 1 get", "submit 1 wait 1 get"), kernel.calls);
    }

    @Test
    void shouldNotWaitBeyondTheTimeOutWhenSignalsKeepComing() {
        kernel.faults.addAll(Collections.nCopies(1_000_000, -EINTR));
        final long before = System.nanoTime();
        assertEquals(0, ring.submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(5)));
        final long elapsed = System.nanoTime() - before;
        assertTrue(elapsed >= TimeUnit.MILLISECONDS.toNanos(5));
        assertTrue(ring.counters().interrupted() > 0);
        assertFalse(kernel.faults.isEmpty());
    }

    @Test
    void shouldReturnOnTimeOut() {
        kernel.faults.add(-LibcHeader.ETIME);
        assertEquals(0, ring.submitAndWait(3, SECOND));
        assertEquals(List.of("submit 0 wait 3 get timed"), kernel.calls);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 16})
    void shouldMakeRoomAndTryAgainWhenRefused(final int errno) {
        ring.operations().nop(1);
        ring.operations().nop(2);
        ring.submitAndWait(0, 0);
        ring.operations().nop(3);
        kernel.calls.clear();
        kernel.faults.add(-errno);
        assertEquals(3, ring.submitAndWait(1, SECOND));
        // What was there is set aside, so that the second try need not wait.
        assertEquals(List.of("submit 1 wait 1 get timed", "submit 0 get", "submit 1 get"), kernel.calls);
        assertEquals(1, ring.counters().refused());
        reap();
        assertEquals(List.of(1L, 2L, 3L), seen);
    }

    @Test
    void shouldCarryOnWhatWasTakenInPart() {
        kernel.maxTaken = 1;
        for (int operation = 0; operation < 4; operation++) {
            ring.operations().nop(operation);
        }
        assertEquals(4, ring.submitAndWait(4, SECOND));
        reap();
        assertEquals(List.of(0L, 1L, 2L, 3L), seen);
        assertEquals(4, ring.counters().submitted());
        assertEquals(4, ring.counters().enterCalls());
    }

    @Test
    void shouldFlushAFullQueueThroughFaults() {
        for (int operation = 0; operation < 4; operation++) {
            ring.operations().nop(operation);
        }
        kernel.faults.addAll(List.of(-EINTR, -EBUSY, 0, -EAGAIN));
        kernel.maxTaken = 3;
        ring.operations().nop(4);
        assertEquals(1, ring.counters().submissionQueueFull());
        ring.submitAndWait(5, SECOND);
        reap();
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L), seen);
    }

    @Test
    void shouldGiveUpWhenRefusedForGood() {
        kernel.faults.addAll(Collections.nCopies(10_000, -EAGAIN));
        ring.operations().nop(1);
        final RingException refused = assertThrows(RingException.class, () -> ring.submitAndWait(1, SECOND));
        assertEquals(EAGAIN, refused.errno());
        assertTrue(refused.getMessage().contains("1000 times in a row: EAGAIN (11)"), refused.getMessage());
    }

    @Test
    void shouldNameAnErrnoThatTryingAgainCannotMend() {
        kernel.faults.add(-LibcHeader.EEXIST);
        final RingException refused = assertThrows(RingException.class, () -> ring.submitAndWait(1, SECOND));
        assertEquals(LibcHeader.EEXIST, refused.errno());
        assertEquals("io_uring_enter failed: EEXIST (17)", refused.getMessage());
    }

    @Test
    void shouldLoseNothingOnOverflowAndCountIt() {
        final List<Long> expected = LongStream.range(0, 40).boxed().toList();
        for (final long userData : expected) {
            ring.operations().nop(userData);
        }
        while (seen.size() < 40) {
            ring.submitAndWait(1, SECOND);
            reap();
        }
        assertEquals(expected, seen);
        assertTrue(ring.counters().completionQueueOverflows() > 0);
    }

    @Test
    void shouldGiveUpDrainingInTimeWhenTheKernelDoesNotLetGo() {
        kernel.completing = false;
        ring.operations().nop(1);
        assertFalse(ring.close((userData, result, flags) -> { }, TimeUnit.MILLISECONDS.toNanos(20)));
        assertTrue(kernel.tornDown);
    }

    @Test
    void shouldCloseWhenEnteringFails() {
        ring.operations().nop(1);
        kernel.faults.add(-LibcHeader.EBADF);
        assertFalse(ring.close((userData, result, flags) -> { }, SECOND));
        assertTrue(kernel.tornDown);
    }

    @Test
    void shouldHandTheLastCompletionsToTheHandlerOfClose() {
        ring.operations().nop(5);
        ring.operations().nop(6);
        assertTrue(ring.close((userData, result, flags) -> seen.add(userData), SECOND));
        assertEquals(List.of(5L, 6L), seen);
    }

    @Test
    void shouldNotHandOverLinkedOperationsApart() {
        ring.operations().nop(1);
        ring.operations().nop(2);
        ring.operations().nop(3);
        ring.operations().reserve(2);
        assertEquals(List.of("submit 3"), kernel.calls);
        ring.operations().nop(4);
        ring.operations().linkNext();
        ring.operations().nop(5);
        ring.submitAndWait(2, SECOND);
        assertEquals(List.of("submit 3", "submit 2 wait 2 get timed"), kernel.calls);
        assertThrows(IllegalArgumentException.class, () -> ring.operations().reserve(5));
    }

    @Test
    void shouldNameTheRemedyWhenMemoryCannotBeLocked() {
        assertThrows(UnsupportedOperationException.class, () -> ring.registerBuffers(List.of()));
        assertThrows(UnsupportedOperationException.class, () -> ring.openBufferRing(0, 8, 64));
    }

    private void reap() {
        ring.reap((userData, result, flags) -> seen.add(userData), 100);
    }
}
