package io.ouli.engine.recording;

import io.ouli.engine.memory.OffHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The slots of an index in the order of their sequences, outside the heap; beside each, the slot of its key's first
 * occurrence, by which equal keys are known without a look at them.
 *
 * <pre>
 * count × 8 B   0  int   slot
 *               4  int   slot of the same key's occurrence 0, or below 0 if that is damaged
 * </pre>
 *
 * <p>Where entries of the index are lost, the order is known up to the first place at which one may have been.
 */
final class SequenceOrder {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    /** Set, while the order is made, beside a slot whose interaction is not the first with its key. */
    private static final long LATER = 1L << 31;

    static {
        assert IndexLayout.MAX_CAPACITY <= LATER;
    }

    private final MemorySegment order;
    private final int known;

    SequenceOrder(final Index index, final int count, final OffHeap memory) {
        order = memory.allocate((long) Math.max(1, count) * Long.BYTES);
        int found = 0;
        for (long slot = 0; slot < index.capacity() && found < count; slot++) {
            if (index.isUsable(slot)) {
                final long sequence = index.memory().get(Le.INT, Index.at(slot) + IndexLayout.SEQUENCE);
                final int occurrence = index.memory().get(Le.INT, Index.at(slot) + IndexLayout.OCCURRENCE);
                order.setAtIndex(LONG, found++, sequence << 32 | (occurrence == 0 ? 0 : LATER) | slot);
            }
        }
        OffHeapSort.sort(order, found);
        known = found == count ? count : withoutGap(found);
        for (int rank = 0; rank < known; rank++) {
            final long place = order.getAtIndex(LONG, rank);
            final long slot = place & LATER - 1;
            order.setAtIndex(LONG, rank, ((place & LATER) == 0 ? slot : index.first(slot)) << 32 | slot);
        }
    }

    private int withoutGap(final int found) {
        int rank = 0;
        while (rank < found && order.getAtIndex(LONG, rank) >>> 32 == rank) {
            rank++;
        }
        return rank;
    }

    /** {@return the slot at a place of the order, or {@link Recording#DAMAGED}} */
    long slot(final int rank) {
        return rank < known ? order.getAtIndex(LONG, rank) & 0xFFFF_FFFFL : Recording.DAMAGED;
    }

    /** {@return the slot of the first occurrence of a place's key, or a number below 0 if nobody knows it} */
    long first(final int rank) {
        return rank < known ? order.getAtIndex(LONG, rank) >> 32 : Recording.DAMAGED;
    }
}
