package io.ouli.uring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The ring's side of the completion queue: takes entries in order, and can set them aside to make room.
 *
 * <p>An entry, 16 bytes: user data 64 | result 32 | flags 32.
 *
 * <p>When a submission must be flushed in the middle of a handler, and the kernel wants room first, entries move to a
 * backlog on the heap and are delivered from there, in order: no handler is ever called from inside another.
 */
final class CompletionQueue {
    static final int ENTRY_LENGTH = 16;

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment queue;
    private final long headOffset;
    private final long tailOffset;
    private final long entriesOffset;
    private final int mask;
    /** The next entry to take; the kernel's copy lags behind until {@link #release}. */
    private int head;
    /** The kernel's tail as it was last read; entries before it may be taken. */
    private int knownTail;

    private final Backlog backlog = new Backlog();

    private int result;
    private int flags;

    CompletionQueue(final KernelRing kernel) {
        queue = kernel.queueMemory();
        headOffset = kernel.completionHeadOffset();
        tailOffset = kernel.completionTailOffset();
        entriesOffset = kernel.completionEntriesOffset();
        mask = kernel.completionEntries() - 1;
        assert Integer.bitCount(mask + 1) == 1 : mask;
        head = (int) INT.getAcquire(queue, headOffset);
        knownTail = head;
    }

    int capacity() {
        return mask + 1;
    }

    /** {@return how many completions can be taken} */
    int ready() {
        return backlog.size() + ((int) INT.getAcquire(queue, tailOffset) - head);
    }

    /** {@return how many completions were set aside} */
    int setAside() {
        return backlog.size();
    }

    /** {@return true when a completion can be taken} */
    boolean hasNext() {
        if (!backlog.isEmpty() || head != knownTail) {
            return true;
        }
        knownTail = (int) INT.getAcquire(queue, tailOffset);
        return head != knownTail;
    }

    /** Takes the next completion and returns its user data; {@link #result} and {@link #flags} are then its own. */
    long next() {
        if (!backlog.isEmpty()) {
            final long outcome = backlog.outcome();
            result = (int) (outcome >>> 32);
            flags = (int) outcome;
            return backlog.remove();
        }
        assert head != knownTail;
        final long at = entriesOffset + (long) (head & mask) * ENTRY_LENGTH;
        final long userData = queue.get(ValueLayout.JAVA_LONG, at);
        result = queue.get(ValueLayout.JAVA_INT, at + 8);
        flags = queue.get(ValueLayout.JAVA_INT, at + 12);
        head++;
        return userData;
    }

    int result() {
        return result;
    }

    int flags() {
        return flags;
    }

    /** Gives the entries that were taken back to the kernel; once per batch. */
    void release() {
        INT.setRelease(queue, headOffset, head);
    }

    /** Moves every entry that is ready to the backlog, and its room to the kernel. */
    void moveAside() {
        knownTail = (int) INT.getAcquire(queue, tailOffset);
        while (head != knownTail) {
            final long at = entriesOffset + (long) (head & mask) * ENTRY_LENGTH;
            backlog.add(
                    queue.get(ValueLayout.JAVA_LONG, at),
                    queue.get(ValueLayout.JAVA_INT, at + 8),
                    queue.get(ValueLayout.JAVA_INT, at + 12));
            head++;
        }
        release();
    }
}
