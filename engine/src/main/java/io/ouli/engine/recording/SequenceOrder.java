package io.ouli.engine.recording;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The slots of an index in the order of their sequences, outside the heap. */
final class SequenceOrder {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final MemorySegment order;
    private final int usable;

    SequenceOrder(final Index index, final int count, final Arena arena) {
        order = arena.allocate(LONG, Math.max(1, count));
        int found = 0;
        for (long slot = 0; slot < index.capacity() && found < count; slot++) {
            if (index.isUsable(slot)) {
                final long sequence = index.memory().get(Le.INT, index.at(slot) + IndexLayout.SEQUENCE);
                order.setAtIndex(LONG, found++, sequence << 32 | slot);
            }
        }
        usable = found;
        OffHeapSort.sort(order, usable);
    }

    long slot(final int rank) {
        return rank < usable ? order.getAtIndex(LONG, rank) & 0xFFFF_FFFFL : Recording.DAMAGED;
    }
}
