package io.ouli.engine.recording;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sorts longs outside the heap, in place, in O(n log n) whatever they are; at once if they are sorted already. */
final class OffHeapSort {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private OffHeapSort() {
    }

    static void sort(final MemorySegment longs, final long count) {
        if (isSorted(longs, count)) {
            return;
        }
        for (long root = count / 2 - 1; root >= 0; root--) {
            sift(longs, root, count);
        }
        for (long end = count - 1; end > 0; end--) {
            final long largest = longs.getAtIndex(LONG, 0);
            longs.setAtIndex(LONG, 0, longs.getAtIndex(LONG, end));
            longs.setAtIndex(LONG, end, largest);
            sift(longs, 0, end);
        }
    }

    private static boolean isSorted(final MemorySegment longs, final long count) {
        for (long i = 1; i < count; i++) {
            if (longs.getAtIndex(LONG, i - 1) > longs.getAtIndex(LONG, i)) {
                return false;
            }
        }
        return true;
    }

    private static void sift(final MemorySegment longs, final long from, final long count) {
        final long value = longs.getAtIndex(LONG, from);
        long at = from;
        while (2 * at + 1 < count) {
            long child = 2 * at + 1;
            if (child + 1 < count && longs.getAtIndex(LONG, child + 1) > longs.getAtIndex(LONG, child)) {
                child++;
            }
            final long childValue = longs.getAtIndex(LONG, child);
            if (childValue <= value) {
                break;
            }
            longs.setAtIndex(LONG, at, childValue);
            at = child;
        }
        longs.setAtIndex(LONG, at, value);
    }
}
