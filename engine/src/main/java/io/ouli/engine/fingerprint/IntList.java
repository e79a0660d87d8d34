package io.ouli.engine.fingerprint;

import java.util.Arrays;

/** A growing array of ints that is filled again for each request; its array is open to its own package. */
final class IntList {
    private static final int INITIAL_INTS = 64;
    private static final int RETAINED_INTS = 1 << 18;

    int[] array = new int[INITIAL_INTS];
    int size;

    void clear() {
        if (array.length > RETAINED_INTS) {
            array = new int[INITIAL_INTS];
        }
        size = 0;
    }

    void ensure(final int more) {
        if (array.length - size < more) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, size + more));
        }
    }

    /**
     * Makes room for a record.
     *
     * @return where it begins; the caller writes all of it.
     */
    int reserve(final int count) {
        ensure(count);
        final int begin = size;
        size = begin + count;
        return begin;
    }

    void add(final int value) {
        if (size == array.length) {
            ensure(1);
        }
        array[size++] = value;
    }
}
