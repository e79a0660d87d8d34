package io.ouli.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Parts of memory that {@link Operations#sendMessage} sends in order, as one send. Reused from send to send.
 *
 * <p>Layout: {@code struct msghdr}, 56 bytes, of which the address of the vectors (16) and their number (24) are used;
 * then one {@code struct iovec} (address 8, length 8) a part.
 *
 * <p>After a short send, {@link #advance} drops what was taken, and the rest is sent with the same message.
 */
public final class GatherMessage {
    static final long HEADER_LENGTH = 56;
    static final long VECTOR_LENGTH = 16;
    static final long VECTORS_OFFSET = 16;
    static final long VECTOR_COUNT_OFFSET = 24;

    private final MemorySegment memory;
    private final int maxParts;
    private int first;
    private int end;
    private long remaining;

    /** Makes an empty message for up to so many parts; its memory is freed with the object. */
    public GatherMessage(final int maxParts) {
        this(Arena.ofAuto().allocate(length(maxParts), 8), maxParts);
    }

    /**
     * Makes an empty message in memory of the caller's, which is zeroed.
     *
     * @param memory {@link #length} bytes, on a boundary of 8.
     */
    public GatherMessage(final MemorySegment memory, final int maxParts) {
        this.memory = memory.asSlice(0, length(maxParts)).fill((byte) 0);
        this.maxParts = maxParts;
    }

    /** {@return how many bytes of memory a message of so many parts takes} */
    public static long length(final int maxParts) {
        return HEADER_LENGTH + maxParts * VECTOR_LENGTH;
    }

    /** Forgets all parts. */
    public void clear() {
        first = 0;
        end = 0;
        remaining = 0;
    }

    /**
     * Adds a part. The bytes are not copied.
     *
     * @throws IllegalStateException if there are as many as fit.
     */
    public void add(final MemorySegment base, final long offset, final long length) {
        if (end == maxParts) {
            throw new IllegalStateException("a message has at most " + maxParts + " parts");
        }
        Objects.checkFromIndexSize(offset, length, base.byteSize());
        final long at = HEADER_LENGTH + end * VECTOR_LENGTH;
        memory.set(ValueLayout.JAVA_LONG, at, Operations.address(base, offset, 0));
        memory.set(ValueLayout.JAVA_LONG, at + 8, length);
        end++;
        remaining += length;
    }

    /** Drops so many bytes from the front: those that a send has taken. */
    public void advance(final long taken) {
        assert taken >= 0 && taken <= remaining : taken + " of " + remaining;
        remaining -= taken;
        long left = taken;
        while (first < end) {
            final long at = HEADER_LENGTH + first * VECTOR_LENGTH;
            final long length = memory.get(ValueLayout.JAVA_LONG, at + 8);
            if (left < length) {
                memory.set(ValueLayout.JAVA_LONG, at, memory.get(ValueLayout.JAVA_LONG, at) + left);
                memory.set(ValueLayout.JAVA_LONG, at + 8, length - left);
                return;
            }
            left -= length;
            first++;
        }
    }

    /** {@return how many bytes are left to send} */
    public long remaining() {
        return remaining;
    }

    /** {@return how many parts are left to send} */
    public int parts() {
        return end - first;
    }

    long headerAddress() {
        memory.set(
                ValueLayout.JAVA_LONG, VECTORS_OFFSET, memory.address() + HEADER_LENGTH + first * VECTOR_LENGTH);
        memory.set(ValueLayout.JAVA_LONG, VECTOR_COUNT_OFFSET, end - first);
        return memory.address();
    }
}
