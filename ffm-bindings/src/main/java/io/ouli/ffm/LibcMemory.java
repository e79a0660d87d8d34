package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * The libc calls that map, advise and lock memory. Addresses and lengths are in bytes; results are zero or more, or the
 * negative errno. {@link NativeMemory} is the safe way in.
 */
public final class LibcMemory {
    private static final MethodHandle MMAP = Downcall.libc("mmap");
    private static final MethodHandle MUNMAP = Downcall.libc("munmap");
    private static final MethodHandle MADVISE = Downcall.libc("madvise");
    private static final MethodHandle MINCORE = Downcall.libc("mincore");
    private static final MethodHandle MLOCK = Downcall.libc("mlock");
    private static final MethodHandle MUNLOCK = Downcall.libc("munlock");
    private static final MethodHandle SYSCONF = Downcall.libc("sysconf");

    private LibcMemory() {
    }

    /** Maps memory; returns its address or the negative errno, which is told apart by {@link #isError}. */
    public static long mmap(
            final ErrnoCapture capture,
            final long address,
            final long length,
            final int protection,
            final int flags,
            final int fd,
            final long offset) {
        return Downcall.longResult(
                Downcall.call(MMAP, capture, address, length, protection, flags, fd, offset, 0), capture);
    }

    /** {@return true when a result of {@link #mmap} is a negative errno and not an address} */
    public static boolean isError(final long address) {
        // No errno exceeds 4,095, and the last page of the address space is never mapped.
        return address < 0 && address >= -4_095;
    }

    /**
     * Unmaps a range that {@link #mmap} gave.
     *
     * @return 0, or a negative errno.
     */
    public static int munmap(final ErrnoCapture capture, final long address, final long length) {
        return Downcall.intResult(Downcall.call(MUNMAP, capture, address, length), capture);
    }

    /** Advises how memory will be used; {@code address} lies on a page boundary. */
    public static int madvise(
            final ErrnoCapture capture, final long address, final long length, final int advice) {
        return Downcall.intResult(Downcall.call(MADVISE, capture, address, length, advice), capture);
    }

    /** Tells which pages are in memory: bit 0 of one byte of {@code residency} for each page of the range. */
    public static int mincore(
            final ErrnoCapture capture, final long address, final long length, final MemorySegment residency) {
        final long result = Downcall.call(MINCORE, capture, address, length, Downcall.pointer(residency));
        Reference.reachabilityFence(residency);
        return Downcall.intResult(result, capture);
    }

    /**
     * Keeps a range in memory.
     *
     * @return 0, or a negative errno: ENOMEM beyond the limit (RLIMIT_MEMLOCK).
     */
    public static int mlock(final ErrnoCapture capture, final long address, final long length) {
        return Downcall.intResult(Downcall.call(MLOCK, capture, address, length), capture);
    }

    /**
     * Lets the kernel take a range out of memory again.
     *
     * @return 0, or a negative errno.
     */
    public static int munlock(final ErrnoCapture capture, final long address, final long length) {
        return Downcall.intResult(Downcall.call(MUNLOCK, capture, address, length), capture);
    }

    /** {@return the size of a page in bytes} */
    public static long pageSize(final ErrnoCapture capture) {
        return Downcall.longResult(Downcall.call(SYSCONF, capture, LibcHeader._SC_PAGESIZE), capture);
    }
}
