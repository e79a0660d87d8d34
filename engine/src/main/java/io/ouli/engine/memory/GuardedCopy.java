package io.ouli.engine.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies out of memory that may be a mapped file, which somebody may cut at any moment. No other code of ours reads a
 * mapping; the kernel does, and answers EFAULT.
 *
 * <p><b>Design note:</b> the virtual machine turns the fault into an InternalError. But it throws it where the thread
 * polls for a safepoint next, which may be in a caller, long after what was not read has been used. So a poll follows
 * each copy, where the error is caught. Intrinsics such as CRC32C know no faults at all and kill the process; they are
 * given copies only.
 */
public final class GuardedCopy {
    /** Volatile, so that the loop over it is none that the compiler knows the end of: such loops poll. */
    private static volatile int polls = 2;

    private GuardedCopy() {
    }

    /**
     * Copies into an array.
     *
     * @throws FileCutException if the source is mapped and its file was cut; the target holds anything then.
     */
    public static void copy(
            final MemorySegment source,
            final long sourceOffset,
            final byte[] target,
            final int targetOffset,
            final int length) {
        try {
            // Not the copy into an array: the JDK spins a class for its first.
            MemorySegment.copy(source, sourceOffset, MemorySegment.ofArray(target), targetOffset, length);
            poll(0);
        } catch (final InternalError e) {
            throw new FileCutException(e);
        }
    }

    /** Copies into another segment; like {@link #copy(MemorySegment, long, byte[], int, int)}. */
    public static void copy(
            final MemorySegment source,
            final long sourceOffset,
            final MemorySegment target,
            final long targetOffset,
            final long length) {
        try {
            MemorySegment.copy(source, sourceOffset, target, targetOffset, length);
            poll(0);
        } catch (final InternalError e) {
            throw new FileCutException(e);
        }
    }

    /**
     * Reads one byte for nothing but the fault that it may raise.
     *
     * @throws FileCutException if the segment is mapped and its file no longer has this page.
     */
    public static void touch(final MemorySegment source, final long offset) {
        try {
            poll(source.get(ValueLayout.JAVA_BYTE, offset) & 1);
        } catch (final InternalError e) {
            throw new FileCutException(e);
        }
    }

    /** @param from 0 or 1; a value that the compiler does not know cannot be left out. After a fault it is any. */
    private static void poll(final int from) {
        for (int i = from; i < polls; i++) {
            // The way back to the loop's head is the poll.
        }
    }
}
