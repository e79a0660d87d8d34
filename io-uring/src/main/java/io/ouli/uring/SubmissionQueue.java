package io.ouli.uring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The ring's side of the submission queue: fills entries, publishes them to the kernel.
 *
 * <p>An entry, 64 bytes, is written as eight words (little-endian, so the first field is the lowest):
 * <pre>
 *   offset  word  low ................................................ high
 *   0       0     opcode 8 | flags 8 | ioprio 16 | fd 32
 *   8       1     file offset, or second address
 *   16      2     address
 *   24      3     length 32 | operation's flags 32
 *   32      4     user data
 *   40      5     buffer index or group 16 | personality 16 | file index 32
 *   48      6     third address
 *   56      7     unused
 * </pre>
 */
final class SubmissionQueue {
    static final int ENTRY_LENGTH = 64;

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final long FLAGS_BYTE = 1;

    private final MemorySegment queue;
    private final MemorySegment entries;
    private final long headOffset;
    private final long tailOffset;
    private final long flagsOffset;
    private final int capacity;
    private final int mask;
    /** One past the last entry filled; the kernel's copy lags behind until {@link #publish}. */
    private int tail;

    SubmissionQueue(final KernelRing kernel) {
        queue = kernel.queueMemory();
        entries = kernel.entryMemory();
        headOffset = kernel.submissionHeadOffset();
        tailOffset = kernel.submissionTailOffset();
        flagsOffset = kernel.submissionFlagsOffset();
        capacity = kernel.submissionEntries();
        mask = capacity - 1;
        assert Integer.bitCount(capacity) == 1 : capacity;
        tail = (int) INT.getAcquire(queue, tailOffset);
    }

    int capacity() {
        return capacity;
    }

    /** {@return how many entries were filled and not yet taken by the kernel} */
    int pending() {
        return tail - (int) INT.getAcquire(queue, headOffset);
    }

    /** {@return how many entries can still be filled} */
    int free() {
        return capacity - pending();
    }

    /** Fills the next entry; there must be a free one. */
    void put(
            final int opcode,
            final int ioPriority,
            final int fd,
            final long offset,
            final long address,
            final int length,
            final int operationFlags,
            final long userData,
            final int bufferIndex,
            final int entryFlags) {
        assert free() > 0;
        final long at = (long) (tail & mask) * ENTRY_LENGTH;
        entries.set(ValueLayout.JAVA_LONG, at,
                opcode | (long) entryFlags << 8 | (long) ioPriority << 16 | (long) fd << 32);
        entries.set(ValueLayout.JAVA_LONG, at + 8, offset);
        entries.set(ValueLayout.JAVA_LONG, at + 16, address);
        entries.set(ValueLayout.JAVA_LONG, at + 24, length & 0xffff_ffffL | (long) operationFlags << 32);
        entries.set(ValueLayout.JAVA_LONG, at + 32, userData);
        entries.set(ValueLayout.JAVA_LONG, at + 40, bufferIndex & 0xffffL);
        entries.set(ValueLayout.JAVA_LONG, at + 48, 0);
        entries.set(ValueLayout.JAVA_LONG, at + 56, 0);
        tail++;
    }

    /** Adds flags to the entry filled last, which the kernel must not have seen yet. */
    void addFlagsToLast(final int entryFlags) {
        assert pending() > 0;
        final long at = (long) (tail - 1 & mask) * ENTRY_LENGTH + FLAGS_BYTE;
        final byte flags = entries.get(ValueLayout.JAVA_BYTE, at);
        entries.set(ValueLayout.JAVA_BYTE, at, (byte) (flags | entryFlags));
    }

    /** Makes all filled entries visible to the kernel; returns how many it has not taken yet. */
    int publish() {
        INT.setRelease(queue, tailOffset, tail);
        return pending();
    }

    /** {@return the flags with which the kernel asks for something, such as to flush completions that overflowed} */
    int kernelFlags() {
        return (int) INT.getOpaque(queue, flagsOffset);
    }
}
