package io.ouli.engine.recording;

import io.ouli.engine.memory.OffHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The slots of an index in the order of their sequences, outside the heap.
 *
 * <p>Where entries of the index are lost, the order is known up to the first place at which one may have been.
 */
final class SequenceOrder {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final MemorySegment order;
    private final int known;

    SequenceOrder(final Index index, final int count, final OffHeap memory) {
        order = memory.allocate((long) Math.max(1, count) * Long.BYTES);
        int found = 0;
        for (long slot = 0; slot < index.capacity() && found < count; slot++) {
            if (index.isUsable(slot)) {
                final long sequence = index.memory().get(Le.INT, Index.at(slot) + IndexLayout.SEQUENCE);
                order.setAtIndex(LONG, found++, sequence << 32 | slot);
            }
        }
        OffHeapSort.sort(order, found);
        known = found == count ? count : withoutGap(found);
    }

    private int withoutGap(final int found) {
        int rank = 0;
        while (rank < found && order.getAtIndex(LONG, rank) >>> 32 == rank) {
            rank++;
        }
        return rank;
    }

    /** Returns the slot at a place of the order, or {@link Recording#DAMAGED}. */
    long slot(final int rank) {
        return rank < known ? order.getAtIndex(LONG, rank) & 0xFFFF_FFFFL : Recording.DAMAGED;
    }
}
