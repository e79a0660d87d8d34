package io.ouli.ffm;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Who has how much memory outside the heap: whoever takes some notes it here once. Nobody notes its end, since the
 * memory's own scope knows whether it is still there. For the control plane; a note is a short lock.
 */
public final class NativeLedger {
    private static final int FIRST_PRUNE = 64;
    private static final List<Entry> ENTRIES = new ArrayList<>();
    private static int pruneAt = FIRST_PRUNE;

    private NativeLedger() {
    }

    /** What memory is for. */
    public enum Owner {
        /** Recordings that are mapped, replies and index in one. */
        RECORDINGS,
        /** Copies of indexes, and how far sessions were replayed. */
        TABLES,
        /** Submission and completion queues, and rings of buffers. */
        RINGS,
        /** What is received into, read into and sent from. */
        BUFFERS,
        /** Interactions on their way to the disk. */
        FRAMES,
        /** What is counted, and small structures for calls. */
        COUNTERS
    }

    /**
     * Memory of one owner.
     *
     * @param address of its first byte.
     */
    public record Range(Owner owner, long address, long bytes) {
    }

    /** The scope is held weakly: some memory is freed when nobody reaches it any more. */
    private record Entry(WeakReference<MemorySegment.Scope> scope, Range range) {
        boolean isGone() {
            final MemorySegment.Scope its = scope.get();
            return its == null || !its.isAlive();
        }
    }

    /** Notes memory that was just taken, and returns it. */
    public static MemorySegment note(final Owner owner, final MemorySegment memory) {
        return note(owner, memory, memory.scope());
    }

    /** Notes memory that is there as long as another scope, since its own never ends. */
    public static MemorySegment note(final Owner owner, final MemorySegment memory, final MemorySegment.Scope scope) {
        final Entry entry = new Entry(
                new WeakReference<>(scope), new Range(owner, memory.address(), memory.byteSize()));
        synchronized (ENTRIES) {
            ENTRIES.add(entry);
            if (ENTRIES.size() >= pruneAt) {
                ENTRIES.removeIf(Entry::isGone);
                pruneAt = Math.max(FIRST_PRUNE, 2 * ENTRIES.size());
            }
        }
        return memory;
    }

    /** {@return what is there now} */
    public static List<Range> ranges() {
        synchronized (ENTRIES) {
            ENTRIES.removeIf(Entry::isGone);
            return ENTRIES.stream().map(Entry::range).toList();
        }
    }

    /** {@return how much an owner has now} */
    public static long bytes(final Owner owner) {
        return ranges().stream().filter(range -> range.owner() == owner).mapToLong(Range::bytes).sum();
    }
}
