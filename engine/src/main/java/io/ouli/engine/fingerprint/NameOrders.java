package io.ouli.engine.fingerprint;

import java.util.Arrays;

/**
 * Sorts parameters by name, and knows the orders of those before: a client's requests have the same names in the same
 * places.
 *
 * <p>What is kept is an order by prefixes that all differ. It is that of any parameters with the same prefixes,
 * whatever stands behind them.
 */
final class NameOrders {
    /** An order of more parameters is not kept. */
    static final int MOST = 16;
    private static final int PLACE_BITS = 6;
    private static final long HASH = 0x9e3779b97f4a7c15L;

    private final KeySorter sorter = new KeySorter();
    private final long[] prefixes = new long[MOST << PLACE_BITS];
    private final int[] orders = new int[MOST << PLACE_BITS];
    private final int[] counts = new int[1 << PLACE_BITS];
    private int first;
    /** Which of its two places the next order is written to if the first one is taken, in turn. */
    private int replaced;

    /**
     * Sorts {@code count} records of {@code stride} ints, as {@link KeySorter} does.
     *
     * @return an array in which, from {@link #first} on, the records' positions stand in order, until the next call;
     *     null if they are in order as they stand.
     */
    int[] sort(
            final byte[] keys, final int[] records, final long[] recordPrefixes, final int stride, final int count) {
        boolean inOrder = true;
        long before = -1;
        long hash = 0;
        for (int i = 0; i < count; i++) {
            final long prefix = recordPrefixes[i];
            inOrder &= prefix > before; // No tag has its high bit set, so these are no negative numbers.
            before = prefix;
            hash = (hash ^ prefix) * HASH;
        }
        if (inOrder) {
            return null;
        }
        final int place = (int) (hash >>> Long.SIZE - PLACE_BITS);
        if (isAt(place, recordPrefixes, count) || isAt(place ^ 1, recordPrefixes, count)) {
            return orders;
        }
        final int[] order = sorter.sort(keys, records, recordPrefixes, 0, stride, count);
        if (count <= MOST && areDifferent(order, recordPrefixes, stride, count)) {
            replaced ^= 1;
            final int at = counts[place] == 0 ? place : place ^ replaced;
            System.arraycopy(recordPrefixes, 0, prefixes, at * MOST, count);
            System.arraycopy(order, 0, orders, at * MOST, count);
            counts[at] = count;
        }
        first = 0;
        return order;
    }

    /** {@return where in the array that {@link #sort} returned the order begins} */
    int first() {
        return first;
    }

    private boolean isAt(final int place, final long[] recordPrefixes, final int count) {
        first = place * MOST;
        return count == counts[place] && Arrays.equals(prefixes, first, first + count, recordPrefixes, 0, count);
    }

    private static boolean areDifferent(
            final int[] order, final long[] recordPrefixes, final int stride, final int count) {
        for (int i = 1; i < count; i++) {
            if (recordPrefixes[order[i - 1] / stride] == recordPrefixes[order[i] / stride]) {
                return false;
            }
        }
        return true;
    }
}
