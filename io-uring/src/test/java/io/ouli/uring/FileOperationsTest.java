package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcFile;
import io.ouli.ffm.NativeMemory;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FileOperationsTest {
    private static final int OP = 9;
    private static final int LENGTH = 100_000;

    private final ErrnoCapture capture = new ErrnoCapture();
    private final Arena arena = Arena.ofAuto();
    private final List<String> outcomes = new ArrayList<>();
    private final FileHandler handler = (token, result) -> outcomes.add(token + ":" + result);

    @TempDir
    private Path folder;
    private Ring ring;
    private FileOperations files;
    private Path path;
    private int fd;

    @BeforeEach
    void open() {
        ring = TestRings.open();
        files = new FileOperations(ring, 4, OP);
        path = folder.resolve("file");
        fd = LibcFile.open(capture, path.toString(), LibcHeader.O_RDWR | LibcHeader.O_CREAT, 0600);
        assertTrue(fd >= 0);
    }

    @AfterEach
    void close() {
        if (ring != null) {
            ring.close();
            LibcFile.close(capture, fd);
        }
    }

    @Test
    void shouldWriteSyncAndReadBack() throws Exception {
        final byte[] content = random(LENGTH);
        final MemorySegment source = arena.allocate(LENGTH).copyFrom(MemorySegment.ofArray(content));
        assertTrue(files.write(fd, source, 0, LENGTH, 7, handler, 1));
        run(1, result -> result);
        assertTrue(files.sync(fd, true, handler, 2));
        assertTrue(files.sync(fd, false, handler, 3));
        run(2, result -> result);
        final MemorySegment target = arena.allocate(LENGTH);
        assertTrue(files.read(fd, target, 0, LENGTH, 7, handler, 4));
        run(1, result -> result);
        assertEquals("1:100000", outcomes.getFirst());
        assertEquals(List.of("2:0", "3:0"), outcomes.subList(1, 3).stream().sorted().toList());
        assertEquals("4:100000", outcomes.getLast());
        assertArrayEquals(content, target.toArray(JAVA_BYTE));
        assertEquals(LENGTH + 7, Files.size(path));
        assertEquals(0, files.inFlight());
    }

    /** Tells the table that the kernel did less than it did, so that the rest is asked for again. */
    @Test
    void shouldCarryOnShortReadsAndWrites() throws Exception {
        final byte[] content = random(LENGTH);
        final MemorySegment source = arena.allocate(LENGTH).copyFrom(MemorySegment.ofArray(content));
        final Random random = new Random(42);
        final IntUnaryOperator shortened = result -> result > 1 ? 1 + random.nextInt(result) : result;
        files.write(fd, source, 0, LENGTH, 0, handler, 1);
        run(1, shortened);
        assertArrayEquals(content, Files.readAllBytes(path));
        final MemorySegment target = arena.allocate(LENGTH);
        files.read(fd, target, 0, LENGTH, 0, handler, 2);
        run(1, shortened);
        assertArrayEquals(content, target.toArray(JAVA_BYTE));
        assertEquals(List.of("1:100000", "2:100000"), outcomes);
        assertTrue(ring.counters().submitted() > 4);
    }

    @Test
    void shouldEndAReadAtTheEndOfTheFile() throws Exception {
        Files.write(path, new byte[10]);
        files.read(fd, arena.allocate(64), 4, 60, 3, handler, 1);
        run(1, result -> result);
        files.read(fd, arena.allocate(64), 0, 64, 10, handler, 2);
        run(1, result -> result);
        assertEquals(List.of("1:7", "2:0"), outcomes);
    }

    @Test
    void shouldTryAgainAfterInterruptionAndRefusal() throws Exception {
        Files.write(path, new byte[] {1, 2, 3});
        final int[] faults = {-LibcHeader.EINTR, -LibcHeader.EAGAIN};
        final int[] next = {0};
        final MemorySegment target = arena.allocate(3);
        files.read(fd, target, 0, 3, 0, handler, 1);
        run(1, result -> next[0] < faults.length ? faults[next[0]++] : result);
        assertEquals(List.of("1:3"), outcomes);
        assertArrayEquals(new byte[] {1, 2, 3}, target.toArray(JAVA_BYTE));
    }

    @Test
    void shouldGiveUpWhatGetsNowhere() {
        final MemorySegment memory = arena.allocate(8);
        files.read(fd, memory, 0, 8, 0, handler, 1);
        run(1, result -> -LibcHeader.EAGAIN);
        files.write(fd, memory, 0, 8, 0, handler, 2);
        run(1, result -> 0);
        assertEquals(List.of("1:" + -LibcHeader.EAGAIN, "2:" + -LibcHeader.EIO), outcomes);
        assertEquals(2L * (FileOperations.MAX_RETRIES + 1), ring.counters().submitted());
    }

    @Test
    void shouldHandOverTheKernelsError() {
        files.read(-1, arena.allocate(8), 0, 8, 0, handler, 1);
        run(1, result -> result);
        assertEquals(List.of("1:" + -LibcHeader.EBADF), outcomes);
    }

    /** RFC-008's reader took any completion for its own and freed a buffer that the kernel was still to fill. */
    @Test
    void shouldHandABufferBackOnlyWhenItsOwnCompletionHasCome() throws Exception {
        Files.write(path, new byte[] {5});
        final int counter = LibcFile.eventfd(capture, 0, LibcHeader.EFD_CLOEXEC);
        final MemorySegment slow = arena.allocate(8);
        final MemorySegment quick = arena.allocate(1);
        // -1 is the counter's own position: its read stays pending until somebody counts.
        files.read(counter, slow, 0, 8, -1, handler, 1);
        files.read(fd, quick, 0, 1, 0, handler, 2);
        run(1, result -> result);
        assertEquals(List.of("2:1"), outcomes);
        assertEquals(1, files.inFlight());
        final MemorySegment one = arena.allocateFrom(JAVA_LONG, 77L);
        LibcFile.writeBlocking(capture, counter, one, 8);
        run(1, result -> result);
        assertEquals(List.of("2:1", "1:8"), outcomes);
        assertEquals(77, slow.get(JAVA_BYTE, 0));
        LibcFile.close(capture, counter);
    }

    @Test
    void shouldRefuseMoreThanTheTableHoldsAndReuseItsSlots() {
        final MemorySegment memory = arena.allocate(8);
        for (int round = 0; round < 10; round++) {
            for (int token = 0; token < 4; token++) {
                assertFalse(files.isFull());
                assertTrue(files.write(fd, memory, 0, 8, 8L * token, handler, token));
            }
            assertTrue(files.isFull());
            assertFalse(files.read(fd, memory, 0, 8, 0, handler, 9));
            run(4, result -> result);
        }
        assertEquals(40, outcomes.size());
    }

    @Test
    void shouldStartTheNextOperationFromAHandler() {
        final MemorySegment memory = arena.allocate(8);
        final FileHandler chain = new FileHandler() {
            @Override
            public void onFileCompletion(final long token, final long result) {
                handler.onFileCompletion(token, result);
                if (token < 10) {
                    assertTrue(files.write(fd, memory, 0, 8, 8 * token, this, token + 1));
                }
            }
        };
        files.write(fd, memory, 0, 8, 0, chain, 0);
        run(11, result -> result);
        assertEquals("10:8", outcomes.getLast());
    }

    @Test
    void shouldDropACompletionOfAnEarlierOperation() {
        final MemorySegment memory = arena.allocate(8);
        files.write(fd, memory, 0, 8, 0, handler, 1);
        run(1, result -> result);
        files.write(fd, memory, 0, 8, 0, handler, 2);
        files.onCompletion(UserData.pack(0, OP, 0), 8);
        assertEquals(List.of("1:8"), outcomes);
        run(1, result -> result);
        assertEquals(List.of("1:8", "2:8"), outcomes);
    }

    @Test
    void shouldCheckRangesBeforeTakingASlot() {
        final MemorySegment memory = arena.allocate(8);
        assertThrows(IndexOutOfBoundsException.class, () -> files.read(fd, memory, 1, 8, 0, handler, 1));
        final MemorySegment heap = MemorySegment.ofArray(new byte[8]);
        assertThrows(IllegalArgumentException.class, () -> files.read(fd, heap, 0, 8, 0, handler, 1));
        assertEquals(0, files.inFlight());
    }

    @Test
    void shouldReadAndWriteThroughRegisteredBuffers() throws Exception {
        try (NativeMemory pinned = NativeMemory.anonymous(capture, 8_192)) {
            final MemorySegment buffer = pinned.segment();
            ring.registerBuffers(List.of(arena.allocate(64), buffer));
            buffer.setString(100, "pinned");
            assertTrue(files.writeFixed(fd, buffer, 1, 100, 6, 0, handler, 1));
            run(1, result -> result);
            assertTrue(files.readFixed(fd, buffer, 1, 4_096, 6, 0, handler, 2));
            run(1, result -> result > 3 ? 3 : result);
            assertEquals("pinned", buffer.getString(4_096));
            assertEquals(List.of("1:6", "2:6"), outcomes);
            assertEquals("pinned", Files.readString(path));
            assertEquals(0, ring.unregisterBuffers());
            files.readFixed(fd, buffer, 1, 0, 6, 0, handler, 3);
            run(1, result -> result);
            assertEquals("3:" + -LibcHeader.EFAULT, outcomes.getLast());
        }
    }

    @Test
    void shouldWriteThenSyncInOneChain() {
        final MemorySegment memory = arena.allocateFrom("chained");
        final Operations operations = ring.operations();
        operations.reserve(3);
        operations.fallocate(fd, 0, 0, 4_096, 1);
        operations.linkNext();
        operations.write(fd, memory, 0, 7, 0, 2);
        operations.linkNext();
        operations.fsync(fd, true, 3);
        final List<TestRings.Completion> completions = TestRings.await(ring, 3);
        assertEquals(List.of(1L, 2L, 3L), completions.stream().map(TestRings.Completion::userData).toList());
        assertEquals(List.of(0, 7, 0), completions.stream().map(TestRings.Completion::result).toList());
        assertEquals(4_096, LibcFile.size(capture, fd));
        assertEquals(0, ring.limitHelperThreads(1, 1));
    }

    /** Runs the ring until so many handlers were called, with results changed on their way. */
    private void run(final int count, final IntUnaryOperator fault) {
        final int goal = outcomes.size() + count;
        final long deadline = System.nanoTime() + TestRings.SECONDS_60;
        while (outcomes.size() < goal) {
            assertTrue(System.nanoTime() < deadline, () -> "only " + outcomes);
            ring.submitAndWait(1, TimeUnit.SECONDS.toNanos(1));
            ring.reap(
                    (userData, result, flags) -> {
                        assertTrue(files.owns(userData));
                        files.onCompletion(userData, fault.applyAsInt(result));
                    },
                    1);
        }
    }

    private static byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
