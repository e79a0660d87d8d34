package io.ouli.engine.content;

import static io.ouli.engine.content.UnsoundException.require;

/**
 * A bit stream of Zstandard that is read from its end to its beginning; RFC 8878, 4.1 and 4.2.2.
 *
 * <p>Its last byte holds a highest set bit that marks where the stream begins. Bits before the first byte read as zero,
 * and {@link #left} is then negative.
 */
final class BackwardBits {
    private byte[] in;
    private int start;
    private int end;
    private long left;

    void wrap(final byte[] bytes, final int from, final int to) throws UnsoundException {
        require(to > from && bytes[to - 1] != 0);
        in = bytes;
        start = from;
        end = to;
        final int markBit = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(bytes[to - 1] & 0xff);
        left = (to - from - 1) * 8L + markBit;
    }

    /** {@return how many bits were not read yet; negative if more were read than there are} */
    long left() {
        return left;
    }

    /** Reads up to 32 bits. */
    long read(final int count) {
        left -= count;
        return peek(left, count);
    }

    /** {@return the next bits without reading them} */
    int peek(final int count) {
        return (int) peek(left - count, count);
    }

    void skip(final int count) {
        left -= count;
    }

    private long peek(final long from, final int count) {
        if (count == 0) {
            return 0;
        }
        if (from < 0) {
            final long there = count + from;
            return there <= 0 ? 0 : peek(0, (int) there) << -from;
        }
        long value = 0;
        final int first = start + (int) (from >>> 3);
        for (int i = 0, shift = 0; i < 5 && first + i < end; i++, shift += 8) {
            value |= (in[first + i] & 0xffL) << shift;
        }
        return value >>> (from & 7) & (1L << count) - 1;
    }
}
