package io.ouli.engine.fingerprint;

import java.util.Arrays;

/**
 * Stable sort of records by keys that lie in one byte array, compared as unsigned bytes; allocates only to grow.
 *
 * <p>A record is a position in an int array: there stand its key's start and end. Beside each record stands the
 * beginning of its key as a number, and only where two of these are equal, the keys themselves are compared: {@code a}
 * and {@code a\0} begin alike.
 */
final class KeySorter {
    /** Runs up to this length are sorted by insertion. */
    private static final int RUN = 12;

    private int[] order = new int[64];
    private long[] prefixes = new long[64];
    private int[] spareOrder = new int[64];
    private long[] sparePrefixes = new long[64];

    /**
     * Sorts {@code count} records of {@code stride} ints that begin at {@code base}.
     *
     * @return an array whose first {@code count} elements are the records' positions in order, until the next call.
     */
    int[] sort(final byte[] keys, final int[] records, final int base, final int stride, final int count) {
        prepare(count);
        for (int i = 0; i < count; i++) {
            final int record = base + i * stride;
            order[i] = record;
            prefixes[i] = Words.prefix(keys, records[record], records[record + 1]);
        }
        return sort(keys, records, count);
    }

    /** The same with the keys' prefixes, those of the record at {@code base} at {@code base / stride}. */
    int[] sort(
            final byte[] keys,
            final int[] records,
            final long[] recordPrefixes,
            final int base,
            final int stride,
            final int count) {
        prepare(count);
        for (int i = 0; i < count; i++) {
            order[i] = base + i * stride;
        }
        System.arraycopy(recordPrefixes, base / stride, prefixes, 0, count);
        return sort(keys, records, count);
    }

    private int[] sort(final byte[] keys, final int[] records, final int count) {
        for (int from = 0; from < count; from += RUN) {
            insertionSort(keys, records, from, Math.min(from + RUN, count));
        }
        for (int width = RUN; width < count; width *= 2) {
            for (int from = 0; from < count; from += 2 * width) {
                merge(keys, records, from, Math.min(from + width, count), Math.min(from + 2 * width, count));
            }
            swap();
        }
        return order;
    }

    private void prepare(final int count) {
        if (order.length < count) {
            grow(Math.max(count, order.length * 2));
        }
    }

    private void grow(final int capacity) {
        order = new int[capacity];
        prefixes = new long[capacity];
        spareOrder = new int[capacity];
        sparePrefixes = new long[capacity];
    }

    private void swap() {
        final int[] mergedOrder = spareOrder;
        spareOrder = order;
        order = mergedOrder;
        final long[] mergedPrefixes = sparePrefixes;
        sparePrefixes = prefixes;
        prefixes = mergedPrefixes;
    }

    private void insertionSort(final byte[] keys, final int[] records, final int from, final int to) {
        for (int i = from + 1; i < to; i++) {
            final int record = order[i];
            final long prefix = prefixes[i];
            int at = i;
            while (at > from && isAfter(keys, records, order[at - 1], prefixes[at - 1], record, prefix)) {
                order[at] = order[at - 1];
                prefixes[at] = prefixes[at - 1];
                at--;
            }
            order[at] = record;
            prefixes[at] = prefix;
        }
    }

    private void merge(final byte[] keys, final int[] records, final int from, final int middle, final int to) {
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            final boolean takeRight = left == middle
                    || right < to
                            && isAfter(keys, records, order[left], prefixes[left], order[right], prefixes[right]);
            final int taken = takeRight ? right++ : left++;
            spareOrder[i] = order[taken];
            sparePrefixes[i] = prefixes[taken];
        }
    }

    /** {@return whether the key of one record comes behind that of another; both with their prefixes} */
    static boolean isAfter(
            final byte[] keys,
            final int[] records,
            final int left,
            final long leftPrefix,
            final int right,
            final long rightPrefix) {
        return leftPrefix == rightPrefix
                ? compare(keys, records, left, right) > 0
                : Long.compareUnsigned(leftPrefix, rightPrefix) > 0;
    }

    /** Compares the keys of two records. */
    static int compare(final byte[] keys, final int[] records, final int left, final int right) {
        return Arrays.compareUnsigned(
                keys, records[left], records[left + 1], keys, records[right], records[right + 1]);
    }
}
