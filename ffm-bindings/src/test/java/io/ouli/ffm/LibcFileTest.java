package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LibcFileTest {
    private final ErrnoCapture capture = new ErrnoCapture();
    private final Arena arena = Arena.ofAuto();

    @TempDir
    private Path folder;

    @Test
    void shouldWriteReadAndMeasureFile() throws Exception {
        final Path file = folder.resolve("data");
        final int fd = LibcFile.open(
                capture, file.toString(), LibcHeader.O_RDWR | LibcHeader.O_CREAT | LibcHeader.O_EXCL, 0600);
        assertTrue(fd >= 0);
        final MemorySegment text = arena.allocateFrom("recorded");
        assertEquals(8, LibcFile.pwrite(capture, fd, text, 8, 5));
        assertEquals(13, LibcFile.size(capture, fd));
        assertEquals(0, LibcFile.fdatasync(capture, fd));
        assertEquals(0, LibcFile.fsync(capture, fd));
        final MemorySegment read = arena.allocate(64);
        assertEquals(8, LibcFile.pread(capture, fd, read, 64, 5));
        assertEquals("recorded", read.getString(0));
        assertEquals(0, LibcFile.pread(capture, fd, read, 64, 13));
        assertEquals(4, LibcFile.writeBlocking(capture, fd, text, 4));
        assertEquals(0, LibcFile.ftruncate(capture, fd, 3));
        assertEquals(0, LibcFile.fallocate(capture, fd, 0, 0, 4_096));
        assertEquals(4_096, LibcFile.size(capture, fd));
        assertEquals(0, LibcFile.close(capture, fd));
        assertArrayEquals(new byte[] {'r', 'e', 'c', 0}, Arrays.copyOf(Files.readAllBytes(file), 4));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void shouldReturnNegativeErrno() {
        final String missing = folder.resolve("missing").toString();
        assertEquals(-LibcHeader.ENOENT, LibcFile.open(capture, missing, LibcHeader.O_RDONLY, 0));
        assertEquals(LibcHeader.ENOENT, capture.errno());
        assertEquals(-LibcHeader.EBADF, LibcFile.close(capture, -1));
        assertEquals(-LibcHeader.EBADF, LibcFile.pread(capture, -1, arena.allocate(8), 8, 0));
        assertEquals(-LibcHeader.EBADF, LibcFile.pwrite(capture, -1, arena.allocate(8), 8, 0));
        assertEquals(-LibcHeader.EBADF, LibcFile.fsync(capture, -1));
        assertEquals(-LibcHeader.EBADF, LibcFile.fdatasync(capture, -1));
        assertEquals(-LibcHeader.EBADF, LibcFile.size(capture, -1));
        assertEquals(-LibcHeader.EBADF, LibcFile.fallocate(capture, -1, 0, 0, 1));
        assertTrue(LibcFile.ftruncate(capture, -1, 0) < 0);
    }

    @Test
    void shouldCountEventsAndNotBlockWhenThereAreNone() {
        final int fd = LibcFile.eventfd(capture, 0, LibcHeader.EFD_NONBLOCK | LibcHeader.EFD_CLOEXEC);
        final MemorySegment value = arena.allocate(JAVA_LONG);
        assertEquals(-LibcHeader.EAGAIN, LibcFile.readBlocking(capture, fd, value, 8));
        value.set(JAVA_LONG, 0, 1);
        assertEquals(8, LibcFile.writeBlocking(capture, fd, value, 8));
        assertEquals(8, LibcFile.writeBlocking(capture, fd, value, 8));
        assertEquals(8, LibcFile.readBlocking(capture, fd, value, 8));
        assertEquals(2, value.get(JAVA_LONG, 0));
        assertEquals(0, LibcFile.close(capture, fd));
    }

    @Test
    void shouldRefuseMemoryThatKernelMustNotTouch() {
        final MemorySegment heap = MemorySegment.ofArray(new byte[8]);
        assertThrows(IllegalArgumentException.class, () -> LibcFile.pread(capture, 0, heap, 8, 0));
        final MemorySegment small = arena.allocate(8);
        assertThrows(IndexOutOfBoundsException.class, () -> LibcFile.pread(capture, 0, small, 9, 0));
        final Arena closed = Arena.ofShared();
        final MemorySegment freed = closed.allocate(8);
        closed.close();
        assertThrows(IllegalStateException.class, () -> LibcFile.pread(capture, 0, freed, 8, 0));
    }
}
