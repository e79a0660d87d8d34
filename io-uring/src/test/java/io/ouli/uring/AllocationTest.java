package io.ouli.uring;

import com.sun.management.ThreadMXBean;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcFile;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Operations allocate nothing once they are compiled. */
class AllocationTest {
    private static final int TURNS = 5_000;
    private static final int MAX_ROUNDS = 40;
    /** Less than one byte a turn: what the measurement itself may allocate. */
    private static final long NOISE = TURNS - 1;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldAllocateNothingForSubmissionsAndCompletions() {
        try (Ring ring = TestRings.open()) {
            final CompletionHandler handler = (userData, result, flags) -> {
                assert userData == 7;
            };
            assertAllocatesNothing(() -> {
                for (int operation = 0; operation < 4; operation++) {
                    ring.operations().nop(7);
                }
                ring.submitAndWait(4, TestRings.SECONDS_60);
                ring.reap(handler, 64);
            });
        }
    }

    @Test
    void shouldAllocateNothingForFileOperations(@TempDir final Path folder) {
        final ErrnoCapture capture = new ErrnoCapture();
        final int fd = LibcFile.open(
                capture, folder.resolve("file").toString(), LibcHeader.O_RDWR | LibcHeader.O_CREAT, 0600);
        try (Ring ring = TestRings.open()) {
            final FileOperations files = new FileOperations(ring, 4, 1);
            final MemorySegment memory = Arena.ofAuto().allocate(64);
            final FileHandler done = (token, result) -> {
                assert result == 64;
            };
            final CompletionHandler handler = (userData, result, flags) -> files.onCompletion(userData, result);
            files.write(fd, memory, 0, 64, 0, done, 0);
            ring.submitAndWait(1, TestRings.SECONDS_60);
            ring.reap(handler, 1);
            assertAllocatesNothing(() -> {
                files.read(fd, memory, 0, 64, 0, done, 0);
                ring.submitAndWait(1, TestRings.SECONDS_60);
                ring.reap(handler, 64);
            });
        } finally {
            LibcFile.close(capture, fd);
        }
    }

    /** Repeats the turns until the compiler has removed what an interpreter allocates; then a round must be free. */
    private void assertAllocatesNothing(final Runnable turn) {
        final long thread = Thread.currentThread().threadId();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < MAX_ROUNDS && allocated > NOISE; round++) {
            final long before = threads.getThreadAllocatedBytes(thread);
            for (int count = 0; count < TURNS; count++) {
                turn.run();
            }
            allocated = threads.getThreadAllocatedBytes(thread) - before;
        }
        final long last = allocated;
        assertTrue(last <= NOISE, () -> last + " bytes in " + TURNS + " turns");
    }
}
