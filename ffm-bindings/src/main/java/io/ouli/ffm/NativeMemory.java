package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory mapped from the kernel, seen as one bounded segment until it is closed.
 *
 * <p>Any thread may read it. After {@link #close} an access throws instead of crashing; closing waits for every thread
 * that is inside an access, so it belongs to the control plane. Only this class turns addresses into memory.
 */
public final class NativeMemory implements AutoCloseable {
    /** A huge page of x86-64, and of ARM with 4 KiB pages. */
    public static final long HUGE_PAGE_LENGTH = 2L << 20;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private boolean closed;

    private NativeMemory(final long address, final long length) {
        segment = MemorySegment.ofAddress(address).reinterpret(length, arena, null);
    }

    /**
     * Maps part of a file, read-only. The descriptor may be closed afterwards. A file that is truncated while it is
     * mapped makes reads beyond its end fail with {@link InternalError}.
     *
     * @param offset in the file, on a page boundary.
     * @param length in bytes, at least 1; bytes of the last page that lie beyond the file are zero.
     * @throws NativeException if the kernel refuses.
     */
    public static NativeMemory mapReadOnly(
            final ErrnoCapture capture, final int fd, final long offset, final long length) {
        return map(capture, length, LibcHeader.PROT_READ, LibcHeader.MAP_SHARED, fd, offset);
    }

    /** Maps a ring or another device's memory for reading and writing, its pages populated at once. */
    public static NativeMemory mapShared(
            final ErrnoCapture capture, final int fd, final long offset, final long length) {
        return map(
                capture,
                length,
                LibcHeader.PROT_READ | LibcHeader.PROT_WRITE,
                LibcHeader.MAP_SHARED | LibcHeader.MAP_POPULATE,
                fd,
                offset);
    }

    /**
     * Maps zeroed memory of no file, page-aligned.
     *
     * @param length in bytes, at least 1.
     * @throws NativeException if the kernel refuses.
     */
    public static NativeMemory anonymous(final ErrnoCapture capture, final long length) {
        return map(
                capture,
                length,
                LibcHeader.PROT_READ | LibcHeader.PROT_WRITE,
                LibcHeader.MAP_PRIVATE | LibcHeader.MAP_ANONYMOUS | LibcHeader.MAP_NORESERVE,
                -1,
                0);
    }

    /**
     * Maps zeroed memory of no file, page-aligned, that the collector unmaps when nobody reaches it any more.
     *
     * @param length in bytes, at least 1.
     * @throws NativeException if the kernel refuses.
     */
    public static MemorySegment collected(final ErrnoCapture capture, final long length) {
        final long address = mapAddress(
                capture,
                length,
                LibcHeader.PROT_READ | LibcHeader.PROT_WRITE,
                LibcHeader.MAP_PRIVATE | LibcHeader.MAP_ANONYMOUS | LibcHeader.MAP_NORESERVE,
                -1,
                0);
        return MemorySegment.ofAddress(address).reinterpret(length, Arena.ofAuto(),
                gone -> LibcMemory.munmap(new ErrnoCapture(), gone.address(), gone.byteSize()));
    }

    /**
     * Maps zeroed memory of no file on a boundary of 2 MiB and asks for huge pages, which the kernel gives as it can.
     *
     * @param length in bytes, at least 1; rounded up to a multiple of {@link #HUGE_PAGE_LENGTH}.
     * @throws NativeException if the kernel refuses.
     */
    public static NativeMemory anonymousHuge(final ErrnoCapture capture, final long length) {
        final NativeMemory memory = anonymousAligned(capture, length);
        memory.advise(capture, 0, memory.length(), LibcHeader.MADV_HUGEPAGE);
        return memory;
    }

    /** The same, for which huge pages may be asked later, by {@link #advise}. */
    public static NativeMemory anonymousAligned(final ErrnoCapture capture, final long length) {
        final long rounded = Math.multiplyExact(Math.ceilDiv(length, HUGE_PAGE_LENGTH), HUGE_PAGE_LENGTH);
        final long mapped = Math.addExact(rounded, HUGE_PAGE_LENGTH);
        final long address = LibcMemory.mmap(
                capture,
                0,
                mapped,
                LibcHeader.PROT_READ | LibcHeader.PROT_WRITE,
                LibcHeader.MAP_PRIVATE | LibcHeader.MAP_ANONYMOUS | LibcHeader.MAP_NORESERVE,
                -1,
                0);
        if (LibcMemory.isError(address)) {
            throw new NativeException("cannot map " + mapped + " bytes of memory", (int) -address);
        }
        final long aligned = Math.ceilDiv(address, HUGE_PAGE_LENGTH) * HUGE_PAGE_LENGTH;
        if (aligned > address) {
            LibcMemory.munmap(capture, address, aligned - address);
        }
        LibcMemory.munmap(capture, aligned + rounded, address + mapped - aligned - rounded);
        return new NativeMemory(aligned, rounded);
    }

    private static NativeMemory map(
            final ErrnoCapture capture,
            final long length,
            final int protection,
            final int flags,
            final int fd,
            final long offset) {
        return new NativeMemory(mapAddress(capture, length, protection, flags, fd, offset), length);
    }

    private static long mapAddress(
            final ErrnoCapture capture,
            final long length,
            final int protection,
            final int flags,
            final int fd,
            final long offset) {
        final long address = LibcMemory.mmap(capture, 0, length, protection, flags, fd, offset);
        if (LibcMemory.isError(address)) {
            throw new NativeException("cannot map " + length + " bytes of memory", (int) -address);
        }
        return address;
    }

    /** Sees memory that somebody else maps and unmaps; the caller stops using it in time. */
    static MemorySegment view(final long address, final long length) {
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    /** {@return the whole memory} */
    public MemorySegment segment() {
        return segment;
    }

    /** {@return the address of the first byte} */
    public long address() {
        return segment.address();
    }

    /** {@return the length in bytes} */
    public long length() {
        return segment.byteSize();
    }

    /**
     * Advises the kernel how a range will be used.
     *
     * @param offset on a page boundary.
     * @param advice MADV_HUGEPAGE and the like.
     * @return 0, or the negative errno: advice that a kernel does not know is no failure.
     */
    public int advise(final ErrnoCapture capture, final long offset, final long length, final int advice) {
        return advise(capture, segment, offset, length, advice);
    }

    /** Advises about a range of memory that somebody else has mapped; otherwise as above. */
    public static int advise(
            final ErrnoCapture capture,
            final MemorySegment memory,
            final long offset,
            final long length,
            final int advice) {
        return LibcMemory.madvise(capture, memory.asSlice(offset, length).address(), length, advice);
    }

    /** Locks the whole memory into RAM; returns 0 or the negative errno. */
    public int lock(final ErrnoCapture capture) {
        return LibcMemory.mlock(capture, address(), length());
    }

    /** Unmaps the memory. Idempotent. */
    @Override
    public void close() {
        synchronized (arena) {
            if (closed) {
                return;
            }
            closed = true;
            arena.close();
        }
        LibcMemory.munmap(new ErrnoCapture(), segment.address(), segment.byteSize());
    }
}
