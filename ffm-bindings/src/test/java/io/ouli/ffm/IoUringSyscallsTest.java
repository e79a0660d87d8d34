package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import io.ouli.ffm.generated.io_uring_params;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IoUringSyscallsTest {
    private final ErrnoCapture capture = new ErrnoCapture();
    private final MemorySegment params = Arena.ofAuto().allocate(io_uring_params.layout());

    @Test
    void shouldUseNumbersThatAllProcessorsShare() {
        assertEquals(425, LibcHeader.SYS_io_uring_setup);
        assertEquals(426, LibcHeader.SYS_io_uring_enter);
        assertEquals(427, LibcHeader.SYS_io_uring_register);
    }

    @Test
    void shouldSetUpRingOrSayWhyNot() {
        final int fd = IoUringSyscalls.setup(capture, 8, params);
        if (fd < 0 && !Boolean.getBoolean("ouli.requireIoUring")) {
            assertTrue(List.of("ENOSYS", "EPERM", "EACCES").contains(Errno.name(-fd)), Errno.name(-fd));
            return;
        }
        assertTrue(fd >= 0, () -> Errno.ioUringRemedy(-fd));
        assertEquals(8, io_uring_params.sq_entries(params));
        assertEquals(16, io_uring_params.cq_entries(params));
        assertEquals(0, IoUringSyscalls.enter(capture, fd, 0, 0, 0, 0, 0));
        assertEquals(-LibcHeader.EINVAL, IoUringSyscalls.register(capture, fd, 9_999, MemorySegment.NULL, 0));
        assertEquals(0, LibcFile.close(capture, fd));
        assertEquals(-LibcHeader.EBADF, IoUringSyscalls.enter(capture, fd, 0, 0, 0, 0, 0));
    }

    @Test
    void shouldReturnErrnoOfRefusedSetup() {
        final int refused = IoUringSyscalls.setup(capture, 0, params);
        assertTrue(
                List.of("EINVAL", "ENOSYS", "EPERM", "EACCES").contains(Errno.name(-refused)), Errno.name(-refused));
    }

    @Test
    void shouldSetUpRingThroughLiburingWhereInstalled() {
        if (!Liburing.available()) {
            assertTrue(Liburing.unavailabilityCause().startsWith("liburing.so.2"));
            for (final String folder : List.of("x86_64-linux-gnu", "aarch64-linux-gnu")) {
                assertTrue(Files.notExists(Path.of("/usr/lib", folder, "liburing.so.2")), "installed, but not found");
            }
            return;
        }
        assertNull(Liburing.unavailabilityCause());
        assertTrue(Liburing.minorVersion(capture) >= 3);
        final Arena arena = Arena.ofAuto();
        final MemorySegment ring = Liburing.allocateRing(arena);
        final int error = Liburing.queueInit(capture, 8, ring, params);
        if (error < 0 && !Boolean.getBoolean("ouli.requireIoUring")) {
            assertTrue(List.of("ENOSYS", "EPERM", "EACCES").contains(Errno.name(-error)), Errno.name(-error));
            return;
        }
        assertEquals(0, error);
        assertTrue(Liburing.ringFd(ring) > 2);
        assertTrue(Liburing.queueMemory(ring).byteSize() >= 16 * 16);
        assertEquals(8 * 64, Liburing.entryMemory(ring, 8 * 64).byteSize());
        final MemorySegment workers = arena.allocate(8, 4);
        assertEquals(0, Liburing.registerIowqMaxWorkers(capture, ring, workers));
        // No group 7 was registered: kernels before 6.0 answer EINVAL, later ones ENOENT.
        final int unknownGroup = Liburing.unregisterBufRing(capture, ring, 7);
        assertTrue(unknownGroup == -LibcHeader.EINVAL || unknownGroup == -LibcHeader.ENOENT);
        Liburing.queueExit(capture, ring);
    }
}
