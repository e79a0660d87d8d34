package io.ouli.engine.transport;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * The parts of one connection's send and how far the kernel has come with them. For implementations of
 * {@link Transport}; it grows to {@link Transport#MAX_PARTS} and is then reused without allocation.
 */
public final class SendParts {
    private static final int INITIAL_CAPACITY = 4;

    private MemorySegment[] bases = new MemorySegment[INITIAL_CAPACITY];
    private long[] offsets = new long[INITIAL_CAPACITY];
    private long[] lengths = new long[INITIAL_CAPACITY];
    private int first;
    private int end;
    private long remaining;

    /** Makes one without parts. */
    public SendParts() {
    }

    /**
     * Adds one part.
     *
     * @throws IllegalArgumentException if the segment is not native or the length is not positive.
     * @throws IndexOutOfBoundsException if the range is not inside the segment.
     * @throws IllegalStateException    if {@link Transport#MAX_PARTS} parts wait already.
     */
    public void add(final MemorySegment base, final long offset, final long length) {
        if (!base.isNative()) {
            throw new IllegalArgumentException("a heap segment cannot be sent; copy it into native memory first");
        }
        if (length < 1) {
            throw new IllegalArgumentException("a part of " + length + " bytes cannot be sent");
        }
        Objects.checkFromIndexSize(offset, length, base.byteSize());
        if (end == Transport.MAX_PARTS) {
            throw new IllegalStateException(Transport.MAX_PARTS + " parts wait already; flush first");
        }
        if (end == bases.length) {
            final int capacity = end * 2;
            bases = Arrays.copyOf(bases, capacity);
            offsets = Arrays.copyOf(offsets, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
        }
        bases[end] = base;
        offsets[end] = offset;
        lengths[end] = length;
        end++;
        remaining += length;
    }

    /** {@return the index of the first part that is not wholly sent} */
    public int first() {
        return first;
    }

    /** {@return the index behind the last part} */
    public int end() {
        return end;
    }

    /** {@return the bytes that are not sent yet} */
    public long remaining() {
        return remaining;
    }

    /** {@return the segment of one part} */
    public MemorySegment base(final int part) {
        return bases[part];
    }

    /** {@return where the unsent rest of one part begins in its segment} */
    public long offset(final int part) {
        return offsets[part];
    }

    /** {@return the length of the unsent rest of one part} */
    public long length(final int part) {
        return lengths[part];
    }

    /** Takes note that the kernel took {@code sent} bytes; lets go of the segments that are done with. */
    public void advance(final long sent) {
        assert sent >= 0 && sent <= remaining;
        long left = sent;
        remaining -= sent;
        while (left > 0) {
            final long length = lengths[first];
            if (left < length) {
                offsets[first] += left;
                lengths[first] = length - left;
                return;
            }
            bases[first] = null;
            left -= length;
            first++;
        }
        if (first == end) {
            first = 0;
            end = 0;
        }
    }

    /** Forgets all parts. */
    public void clear() {
        for (int i = first; i < end; i++) {
            bases[i] = null;
        }
        first = 0;
        end = 0;
        remaining = 0;
    }
}
