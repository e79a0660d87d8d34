package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NativeMemoryTest {
    /** So much that nobody else maps all of it again by chance. */
    private static final long COLLECTED_LENGTH = 256L << 20;

    private final ErrnoCapture capture = new ErrnoCapture();

    @Test
    void shouldMapAnonymousMemoryZeroedAndWritable() {
        try (NativeMemory memory = NativeMemory.anonymous(capture, 3 * 4_096)) {
            final MemorySegment segment = memory.segment();
            assertEquals(0, segment.address() % LibcMemory.pageSize(capture));
            assertEquals(3 * 4_096, memory.length());
            assertEquals(0, segment.get(JAVA_LONG, 4_096));
            segment.set(JAVA_LONG, 3 * 4_096 - 8, 42);
            assertEquals(42, segment.get(JAVA_LONG, 3 * 4_096 - 8));
            assertThrows(IndexOutOfBoundsException.class, () -> segment.get(JAVA_BYTE, 3 * 4_096));
        }
    }

    @Test
    void shouldAlignMemoryForHugePages() {
        for (int count = 0; count < 4; count++) {
            try (NativeMemory memory = NativeMemory.anonymousHuge(capture, NativeMemory.HUGE_PAGE_LENGTH + 1)) {
                assertEquals(0, memory.address() % NativeMemory.HUGE_PAGE_LENGTH);
                assertEquals(2 * NativeMemory.HUGE_PAGE_LENGTH, memory.length());
                memory.segment().fill((byte) 3);
                assertEquals(3, memory.segment().get(JAVA_BYTE, memory.length() - 1));
            }
        }
    }

    @Test
    void shouldThrowInsteadOfCrashingAfterClose() {
        final NativeMemory memory = NativeMemory.anonymous(capture, 4_096);
        final MemorySegment segment = memory.segment();
        memory.close();
        memory.close();
        assertThrows(IllegalStateException.class, () -> segment.get(JAVA_BYTE, 0));
    }

    @Test
    void shouldMapFileReadOnlyAndTellWhichPagesAreResident(@TempDir final Path folder) throws Exception {
        final byte[] content = new byte[2 * 4_096 + 17];
        content[4_096] = 7;
        content[2 * 4_096 + 16] = 9;
        final Path file = Files.write(folder.resolve("mapped"), content);
        final int fd = LibcFile.open(capture, file.toString(), LibcHeader.O_RDONLY, 0);
        assertTrue(fd >= 0);
        try (NativeMemory memory = NativeMemory.mapReadOnly(capture, fd, 4_096, 4_096 + 17);
                NativeMemory residency = NativeMemory.anonymous(capture, 2)) {
            assertEquals(0, LibcFile.close(capture, fd));
            assertEquals(7, memory.segment().get(JAVA_BYTE, 0));
            assertEquals(9, memory.segment().get(JAVA_BYTE, 4_096 + 16));
            assertEquals(0, memory.advise(capture, 0, memory.length(), LibcHeader.MADV_WILLNEED));
            final MemorySegment pages = residency.segment();
            assertEquals(0, LibcMemory.mincore(capture, memory.address(), memory.length(), pages));
            assertEquals(1, pages.get(JAVA_BYTE, 0) & 1);
            assertEquals(1, pages.get(JAVA_BYTE, 1) & 1);
        }
    }

    @Test
    void shouldNameErrnoAndRemedyWhenMappingFails() {
        final NativeException refused =
                assertThrows(NativeException.class, () -> NativeMemory.anonymous(capture, Long.MAX_VALUE));
        assertEquals(LibcHeader.ENOMEM, refused.errno());
        assertTrue(refused.getMessage().startsWith("cannot map 9223372036854775807 bytes of memory: ENOMEM (12)"));
        final NativeException badFd =
                assertThrows(NativeException.class, () -> NativeMemory.mapReadOnly(capture, -1, 0, 4_096));
        assertEquals(LibcHeader.EBADF, badFd.errno());
    }

    @Test
    void shouldLockAndUnlockMemory() {
        try (NativeMemory memory = NativeMemory.anonymous(capture, 4_096)) {
            assertEquals(0, memory.lock(capture));
            assertEquals(0, LibcMemory.munlock(capture, memory.address(), memory.length()));
            assertEquals(-LibcHeader.EINVAL, memory.advise(capture, 0, 4_096, 12_345));
        }
    }

    @Test
    void shouldKeepCollectedMemoryWhileSomebodyReachesIt() {
        final MemorySegment held = NativeMemory.collected(capture, COLLECTED_LENGTH);
        assertEquals(COLLECTED_LENGTH, held.byteSize());
        assertEquals(0, held.get(JAVA_LONG, COLLECTED_LENGTH - 8));
        held.set(JAVA_LONG, COLLECTED_LENGTH - 8, 42);
        System.gc();
        assertTrue(isMapped(held.address()));
        assertEquals(42, held.get(JAVA_LONG, COLLECTED_LENGTH - 8));
        assertThrows(IndexOutOfBoundsException.class, () -> held.get(JAVA_BYTE, COLLECTED_LENGTH));
    }

    @Test
    void shouldUnmapCollectedMemoryThatNobodyReaches() {
        final long address = forgotten();
        final long deadline = System.nanoTime() + 60_000_000_000L;
        while (isMapped(address) && System.nanoTime() < deadline) {
            System.gc();
            LockSupport.parkNanos(1_000_000);
        }
        assertFalse(isMapped(address));
    }

    private long forgotten() {
        final MemorySegment memory = NativeMemory.collected(capture, COLLECTED_LENGTH);
        memory.set(JAVA_LONG, 0, 42);
        return memory.address();
    }

    /** The whole of it: others may map a few pages where it was. */
    private boolean isMapped(final long address) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment pages = arena.allocate(COLLECTED_LENGTH / 4_096);
            return LibcMemory.mincore(capture, address, COLLECTED_LENGTH, pages) == 0;
        }
    }
}
