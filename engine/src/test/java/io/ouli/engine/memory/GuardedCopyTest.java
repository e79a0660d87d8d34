package io.ouli.engine.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Each case is compiled before the file is cut: only then does the virtual machine throw late. */
class GuardedCopyTest {
    private static final int SIZE = 64 << 10;
    private static final int WARM_UPS = 30_000;

    @TempDir
    private Path folder;

    /** One way of reading. */
    private interface Way {
        void read(MemorySegment mapped);
    }

    /** Reads until it is compiled, cuts the file, and counts how each read ended. */
    private int[] outcomes(final Way way) throws IOException {
        final Path file = folder.resolve("file");
        Files.write(file, new byte[SIZE]);
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, SIZE, arena);
            final int[] outcomes = new int[2];
            for (int i = 0; i < WARM_UPS; i++) {
                once(way, mapped, outcomes);
            }
            assertArrayEquals(new int[] {WARM_UPS, 0}, outcomes);
            channel.truncate(SIZE / 4);
            for (int i = 0; i < 1_000; i++) {
                once(way, mapped, outcomes);
            }
            return outcomes;
        }
    }

    private static void once(final Way way, final MemorySegment mapped, final int[] outcomes) {
        try {
            way.read(mapped);
            outcomes[0]++;
        } catch (final FileCutException e) {
            outcomes[1]++;
        }
    }

    @Test
    void shouldThrowItsOwnErrorWhereTheFaultIs() throws IOException {
        for (final int length : new int[] {1, 8, 48, 64, 1_000, 4_096}) {
            final byte[] array = new byte[length];
            assertArrayEquals(new int[] {WARM_UPS, 1_000},
                    outcomes(mapped -> GuardedCopy.copy(mapped, SIZE / 2, array, 0, length)));
            final MemorySegment target = Arena.ofAuto().allocate(length);
            assertArrayEquals(new int[] {WARM_UPS, 1_000},
                    outcomes(mapped -> GuardedCopy.copy(mapped, SIZE / 2, target, 0, length)));
        }
        assertArrayEquals(new int[] {WARM_UPS, 1_000}, outcomes(mapped -> GuardedCopy.touch(mapped, SIZE - 1)));
    }

    @Test
    void shouldGoOnReadingWhatIsLeft() throws IOException {
        final byte[] array = new byte[100];
        assertArrayEquals(new int[] {WARM_UPS + 1_000, 0},
                outcomes(mapped -> GuardedCopy.copy(mapped, 0, array, 0, array.length)));
    }

    @Test
    void shouldCopyTheBytes() {
        final byte[] source = {1, 2, 3, 4};
        final byte[] target = new byte[3];
        GuardedCopy.copy(MemorySegment.ofArray(source), 1, target, 0, 3);
        assertArrayEquals(new byte[] {2, 3, 4}, target);
        final byte[] other = new byte[4];
        GuardedCopy.copy(MemorySegment.ofArray(source), 2, MemorySegment.ofArray(other), 1, 2);
        assertArrayEquals(new byte[] {0, 3, 4, 0}, other);
    }

    @Test
    void shouldGiveZeroedMemoryOfAnySize() {
        for (final long bytes : new long[] {1, 4_096, OffHeap.HUGE_BYTES, OffHeap.HUGE_BYTES + 1, 5_000_000}) {
            try (OffHeap memory = new OffHeap()) {
                final MemorySegment piece = memory.allocate(bytes);
                assertEquals(bytes, piece.byteSize());
                assertEquals(0, piece.address() % 4_096);
                for (long at = 0; at < bytes; at += 1_021) {
                    assertEquals(0, piece.get(ValueLayout.JAVA_BYTE, at));
                }
                piece.fill((byte) 1);
            }
        }
    }

    /** A piece beside a large one is mapped too; asking for huge pages changes no byte. */
    @Test
    void shouldKeepWhatWasWrittenBeforeHugePagesWereAskedFor() {
        try (OffHeap memory = new OffHeap()) {
            final MemorySegment large = memory.allocateHugeLater(3 * OffHeap.HUGE_BYTES);
            final MemorySegment beside = memory.allocate(OffHeap.MAPPED_BYTES + 1);
            large.set(ValueLayout.JAVA_LONG, 8, 42);
            large.set(ValueLayout.JAVA_LONG, large.byteSize() - 8, 43);
            memory.askForHugePages();
            assertEquals(42, large.get(ValueLayout.JAVA_LONG, 8));
            assertEquals(43, large.get(ValueLayout.JAVA_LONG, large.byteSize() - 8));
            assertEquals(0, large.get(ValueLayout.JAVA_LONG, OffHeap.HUGE_BYTES));
            assertEquals(-1, beside.mismatch(MemorySegment.ofArray(new byte[(int) beside.byteSize()])));
        }
    }
}
