package io.ouli.engine.fingerprint;

import java.util.Arrays;

/**
 * The fields that header values gave, so that a value that comes again, as those of one client do, is not read again.
 *
 * <p>For one header name, whose fields depend on the value's bytes alone. One value is kept for each of a few lengths;
 * long ones are not kept.
 */
final class KnownValues {
    /** Values of up to so many bytes are kept. */
    static final int VALUE_BYTES = 128;
    /** A value whose fields have more bytes is not kept: each element of a list has a field of its own. */
    static final int FIELDS_BYTES = 2 * VALUE_BYTES;
    private static final int KEPT = 4;

    private final byte[][] values = new byte[KEPT][VALUE_BYTES];
    private final int[] valueLengths = new int[KEPT];
    private final byte[][] fields = new byte[KEPT][FIELDS_BYTES];
    private final int[] fieldsLengths = new int[KEPT];

    /**
     * Writes the fields of a value.
     *
     * @return false, and nothing written, if it is not known.
     */
    boolean write(final byte[] bytes, final int start, final int end, final ByteSink out) {
        final int length = end - start;
        final int place = length & KEPT - 1;
        // A place that is empty knows the empty value, which has no fields of a list, but one field of its own.
        if (length == 0 || !Arrays.equals(bytes, start, end, values[place], 0, valueLengths[place])) {
            return false;
        }
        out.put(fields[place], 0, fieldsLengths[place]);
        return true;
    }

    /** Keeps what was written behind {@code begin} as the fields of a value. */
    void learn(final byte[] bytes, final int start, final int end, final ByteSink out, final int begin) {
        final int length = end - start;
        final int fieldsLength = out.length - begin;
        if (length <= VALUE_BYTES && fieldsLength <= FIELDS_BYTES) {
            final int place = length & KEPT - 1;
            System.arraycopy(bytes, start, values[place], 0, length);
            valueLengths[place] = length;
            System.arraycopy(out.array, begin, fields[place], 0, fieldsLength);
            fieldsLengths[place] = fieldsLength;
        }
    }
}
