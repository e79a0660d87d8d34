package io.ouli.engine.fingerprint;

import java.util.Arrays;

/** A growing array of bytes that is filled again for each request; its array is open to its own package. */
final class ByteSink {
    private static final int INITIAL_BYTES = 1 << 10;
    /** What one request may leave behind for the next; a larger array is let go, so that one giant costs no memory. */
    private static final int RETAINED_BYTES = 1 << 20;

    /** Up to here copying word by word is faster than a call of the JVM's routine, which is made for long ranges. */
    private static final int FEW_BYTES = 64;
    private static final int STEP_BYTES = 4 * Words.BYTES;

    byte[] array = new byte[INITIAL_BYTES];
    int length;

    void clear() {
        if (array.length > RETAINED_BYTES) {
            array = new byte[INITIAL_BYTES];
        }
        length = 0;
    }

    /** Makes room for {@code more} bytes, so that the caller may write into {@link #array} itself. */
    void ensure(final int more) {
        if (array.length - length < more) {
            final long wanted = Math.max(array.length * 2L, (long) length + more);
            array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8L, wanted));
        }
    }

    void put(final int value) {
        if (length == array.length) {
            ensure(1);
        }
        array[length++] = (byte) value;
    }

    /** Copies a range; a short one by four words at a step, of which the last may write what the next put covers. */
    void put(final byte[] source, final int offset, final int count) {
        ensure(count + STEP_BYTES);
        if (count <= FEW_BYTES && source.length - offset >= count + STEP_BYTES) {
            for (int i = 0; i < count; i += STEP_BYTES) {
                Words.copyFour(source, offset + i, array, length + i);
            }
        } else {
            System.arraycopy(source, offset, array, length, count);
        }
        length += count;
    }

    void put(final byte[] source) {
        put(source, 0, source.length);
    }

    /**
     * Begins a field whose length is not known yet.
     *
     * @return what {@link #endField} wants.
     */
    int beginField(final int tag) {
        ensure(5);
        array[length] = (byte) tag;
        length += 5;
        return length;
    }

    /** Writes the length of the field that {@code begin} began. */
    void endField(final int begin) {
        Words.putInt(array, begin - 4, length - begin);
    }

    void field(final int tag, final byte[] source, final int offset, final int count) {
        fieldHead(tag, count);
        put(source, offset, count);
    }

    /** Writes tag and length of a field whose bytes follow, here or elsewhere. */
    void fieldHead(final int tag, final int count) {
        ensure(5);
        array[length] = (byte) tag;
        Words.putInt(array, length + 1, count);
        length += 5;
    }

    byte[] toArray() {
        return Arrays.copyOf(array, length);
    }
}
