package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Objects;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The libc calls on files and descriptors. Results are zero or more, or the negative errno; lengths and offsets are in
 * bytes. Reads and writes may be short.
 */
public final class LibcFile {
    /** {@code struct statx} is 256 bytes, with the size at 40. */
    static final long STATX_LENGTH = 256;
    static final long STATX_SIZE_OFFSET = 40;

    private static final MethodHandle OPENAT = Downcall.libc("openat");
    private static final MethodHandle CLOSE = Downcall.libc("close");
    private static final MethodHandle READ = Downcall.libc("read");
    private static final MethodHandle WRITE = Downcall.libc("write");
    private static final MethodHandle PREAD = Downcall.libc("pread");
    private static final MethodHandle PWRITE = Downcall.libc("pwrite");
    private static final MethodHandle FALLOCATE = Downcall.libc("fallocate");
    private static final MethodHandle FTRUNCATE = Downcall.libc("ftruncate");
    private static final MethodHandle FSYNC = Downcall.libc("fsync");
    private static final MethodHandle FDATASYNC = Downcall.libc("fdatasync");
    private static final MethodHandle STATX = Downcall.libc("statx");
    private static final MethodHandle EVENTFD = Downcall.libc("eventfd");

    private LibcFile() {
    }

    /**
     * Opens a file; allocates. Returns its descriptor.
     *
     * @param path  absolute, or relative to the working directory.
     * @param flags O_RDONLY and the like; O_CLOEXEC is always added.
     * @param mode  permissions of a file that is created.
     */
    public static int open(final ErrnoCapture capture, final String path, final int flags, final int mode) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment cString = arena.allocateFrom(path);
            final long result = Downcall.call(
                    OPENAT,
                    capture,
                    LibcHeader.AT_FDCWD,
                    Downcall.pointer(cString),
                    flags | LibcHeader.O_CLOEXEC,
                    mode,
                    0);
            Reference.reachabilityFence(cString);
            return Downcall.intResult(result, capture);
        }
    }

    /** Closes a descriptor. It is gone whatever this returns: Linux frees it even when it answers EINTR. */
    public static int close(final ErrnoCapture capture, final int fd) {
        return Downcall.intResult(Downcall.call(CLOSE, capture, fd), capture);
    }

    /** Reads at the descriptor's position; blocks when there is nothing to read yet. */
    public static long readBlocking(
            final ErrnoCapture capture, final int fd, final MemorySegment target, final long length) {
        return transfer(READ, capture, fd, target, length, 0);
    }

    /** Writes at the descriptor's position; may block. */
    public static long writeBlocking(
            final ErrnoCapture capture, final int fd, final MemorySegment source, final long length) {
        return transfer(WRITE, capture, fd, source, length, 0);
    }

    /** Reads at a file offset; returns the bytes read, 0 at the end of the file. */
    public static long pread(
            final ErrnoCapture capture,
            final int fd,
            final MemorySegment target,
            final long length,
            final long offset) {
        return transfer(PREAD, capture, fd, target, length, offset);
    }

    /** Writes at a file offset; returns the bytes written. */
    public static long pwrite(
            final ErrnoCapture capture,
            final int fd,
            final MemorySegment source,
            final long length,
            final long offset) {
        return transfer(PWRITE, capture, fd, source, length, offset);
    }

    /**
     * Sets space aside for a range in bytes, or gives it back, as {@code mode} says.
     *
     * @return 0, or a negative errno.
     */
    public static int fallocate(
            final ErrnoCapture capture, final int fd, final int mode, final long offset, final long length) {
        return Downcall.intResult(Downcall.call(FALLOCATE, capture, fd, mode, offset, length, 0), capture);
    }

    /**
     * Makes a file so many bytes long.
     *
     * @return 0, or a negative errno.
     */
    public static int ftruncate(final ErrnoCapture capture, final int fd, final long length) {
        return Downcall.intResult(Downcall.call(FTRUNCATE, capture, fd, length), capture);
    }

    /**
     * Waits until a file is on disk with all that is known of it.
     *
     * @return 0, or a negative errno.
     */
    public static int fsync(final ErrnoCapture capture, final int fd) {
        return Downcall.intResult(Downcall.call(FSYNC, capture, fd), capture);
    }

    /**
     * Waits until what a file holds, and its length, are on disk.
     *
     * @return 0, or a negative errno.
     */
    public static int fdatasync(final ErrnoCapture capture, final int fd) {
        return Downcall.intResult(Downcall.call(FDATASYNC, capture, fd), capture);
    }

    /** {@return the size of an open file in bytes; allocates} */
    public static long size(final ErrnoCapture capture, final int fd) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment emptyPath = arena.allocateFrom("");
            final MemorySegment status = arena.allocate(STATX_LENGTH, Long.BYTES);
            final long result = Downcall.call(
                    STATX,
                    capture,
                    fd,
                    Downcall.pointer(emptyPath),
                    LibcHeader.AT_EMPTY_PATH,
                    LibcHeader.STATX_SIZE,
                    Downcall.pointer(status));
            Reference.reachabilityFence(emptyPath);
            final int error = Downcall.intResult(result, capture);
            return error < 0 ? error : status.get(JAVA_LONG, STATX_SIZE_OFFSET);
        }
    }

    /** Makes an event counter and returns its descriptor. */
    public static int eventfd(final ErrnoCapture capture, final int initialValue, final int flags) {
        return Downcall.intResult(Downcall.call(EVENTFD, capture, initialValue, flags), capture);
    }

    private static long transfer(
            final MethodHandle function,
            final ErrnoCapture capture,
            final int fd,
            final MemorySegment memory,
            final long length,
            final long offset) {
        Objects.checkFromIndexSize(0, length, memory.byteSize());
        final long result = Downcall.call(function, capture, fd, Downcall.pointer(memory), length, offset, 0);
        Reference.reachabilityFence(memory);
        return Downcall.longResult(result, capture);
    }
}
