package io.ouli.engine.fingerprint;

import java.util.Arrays;

/**
 * Stable sort of records by keys that lie in one byte array, compared as unsigned bytes; allocates only to grow.
 *
 * <p>A record is a position in an int array: there stand its key's start and end.
 */
final class KeySorter {
    /** Runs up to this length are sorted by insertion. */
    private static final int RUN = 12;

    private int[] order = new int[64];
    private int[] spare = new int[64];

    /**
     * Sorts {@code count} records of {@code stride} ints that begin at {@code base}.
     *
     * @return an array whose first {@code count} elements are the records' positions in order, until the next call.
     */
    int[] sort(final byte[] keys, final int[] records, final int base, final int stride, final int count) {
        if (order.length < count) {
            order = new int[Math.max(count, order.length * 2)];
            spare = new int[order.length];
        }
        for (int i = 0; i < count; i++) {
            order[i] = base + i * stride;
        }
        for (int from = 0; from < count; from += RUN) {
            insertionSort(keys, records, from, Math.min(from + RUN, count));
        }
        for (int width = RUN; width < count; width *= 2) {
            for (int from = 0; from < count; from += 2 * width) {
                merge(keys, records, from, Math.min(from + width, count), Math.min(from + 2 * width, count));
            }
            final int[] merged = spare;
            spare = order;
            order = merged;
        }
        return order;
    }

    private void insertionSort(final byte[] keys, final int[] records, final int from, final int to) {
        for (int i = from + 1; i < to; i++) {
            final int record = order[i];
            int at = i;
            while (at > from && compare(keys, records, order[at - 1], record) > 0) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = record;
        }
    }

    private void merge(final byte[] keys, final int[] records, final int from, final int middle, final int to) {
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            final boolean takeLeft = right == to
                    || left < middle && compare(keys, records, order[left], order[right]) <= 0;
            spare[i] = takeLeft ? order[left++] : order[right++];
        }
    }

    /** Compares the keys of two records. */
    static int compare(final byte[] keys, final int[] records, final int left, final int right) {
        return Arrays.compareUnsigned(
                keys, records[left], records[left + 1], keys, records[right], records[right + 1]);
    }
}
