package io.ouli.uring;

/** Completions that were set aside, first in first out; grows when it must, which only an overloaded ring makes it. */
final class Backlog {
    /** Two words a completion: user data, then result in the upper half and flags in the lower. */
    private long[] words = new long[128];
    private int first;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(final long userData, final int result, final int flags) {
        if (2 * size == words.length) {
            grow();
        }
        final int at = index(size);
        words[at] = userData;
        words[at + 1] = (long) result << 32 | flags & 0xffff_ffffL;
        size++;
    }

    /** {@return result and flags of the oldest completion} */
    long outcome() {
        assert size > 0;
        return words[index(0) + 1];
    }

    /** Removes the oldest completion and returns its user data. */
    long remove() {
        assert size > 0;
        final long userData = words[index(0)];
        first = first + 1 & words.length / 2 - 1;
        size--;
        return userData;
    }

    private int index(final int position) {
        return 2 * (first + position & words.length / 2 - 1);
    }

    private void grow() {
        final long[] larger = new long[2 * words.length];
        for (int position = 0; position < size; position++) {
            final int at = index(position);
            larger[2 * position] = words[at];
            larger[2 * position + 1] = words[at + 1];
        }
        words = larger;
        first = 0;
    }
}
