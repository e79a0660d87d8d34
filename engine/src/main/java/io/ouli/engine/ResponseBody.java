package io.ouli.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gathers a response's body while it streams to the client, and how it was chunked; used again for each exchange.
 *
 * <p>On the heap, since the redactor and the codecs read {@code byte[]}; what a large body grew is let go afterwards.
 * Beyond a block it grows by blocks, which are put together when it is whole: who streams it never waits while much of
 * it is copied.
 */
final class ResponseBody {
    private static final int INITIAL_BYTES = 4 << 10;
    private static final int BLOCK_BYTES = 1 << 20;
    /** What is kept for the next body; there are up to a thousand exchanges that wait for their next use. */
    static final int RETAINED_BYTES = 64 << 10;
    private static final int INITIAL_CHUNKS = 16;
    private static final int RETAINED_CHUNKS = 4 << 10;

    /** The first block, which grows; or all of it, once it was put together. */
    private byte[] bytes = new byte[INITIAL_BYTES];
    /** What follows the first block. */
    private final List<byte[]> blocks = new ArrayList<>();
    private int length;
    private int[] chunkLengths = new int[INITIAL_CHUNKS];
    private long[] chunkTimes = new long[INITIAL_CHUNKS];
    private int chunkCount;
    private int chunkedLength;

    void clear() {
        length = 0;
        chunkCount = 0;
        chunkedLength = 0;
        blocks.clear();
        if (bytes.length > RETAINED_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
        if (chunkLengths.length > RETAINED_CHUNKS) {
            chunkLengths = new int[INITIAL_CHUNKS];
            chunkTimes = new long[INITIAL_CHUNKS];
        }
    }

    /**
     * Appends bytes; none after some were asked for.
     *
     * @return false if the body would be longer than {@code maxLength}; nothing was added then.
     */
    boolean append(final MemorySegment data, final long offset, final long partLength, final int maxLength) {
        if (partLength > maxLength - length) {
            return false;
        }
        final int needed = length + (int) partLength;
        if (blocks.isEmpty() && needed > bytes.length && bytes.length < BLOCK_BYTES) {
            bytes = Arrays.copyOf(bytes, Math.min(BLOCK_BYTES, Math.max(needed, bytes.length * 2)));
        }
        long from = offset;
        while (length < needed) {
            final int block = length / BLOCK_BYTES;
            if (block > blocks.size()) {
                blocks.add(new byte[BLOCK_BYTES]);
            }
            final int at = length % BLOCK_BYTES;
            final int count = Math.min(needed - length, BLOCK_BYTES - at);
            final byte[] into = block == 0 ? bytes : blocks.get(block - 1);
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, from, into, at, count);
            from += count;
            length += count;
        }
        return true;
    }

    private void join() {
        final byte[] whole = Arrays.copyOf(bytes, length);
        for (int i = 0; i < blocks.size(); i++) {
            final int at = (i + 1) * BLOCK_BYTES;
            System.arraycopy(blocks.get(i), 0, whole, at, Math.min(BLOCK_BYTES, length - at));
        }
        bytes = whole;
        blocks.clear();
    }

    /** Ends a chunk at the present length; an empty one is none. */
    void endChunk(final long timeNanos) {
        if (chunkedLength == length) {
            return;
        }
        if (chunkCount == chunkLengths.length) {
            chunkLengths = Arrays.copyOf(chunkLengths, chunkCount * 2);
            chunkTimes = Arrays.copyOf(chunkTimes, chunkCount * 2);
        }
        chunkLengths[chunkCount] = length - chunkedLength;
        chunkedLength = length;
        chunkTimes[chunkCount++] = timeNanos;
    }

    /** {@return what holds the whole body from index 0; no more can be appended then} */
    byte[] bytes() {
        if (!blocks.isEmpty()) {
            join();
        }
        return bytes;
    }

    int length() {
        return length;
    }

    /** {@return the chunks' lengths, valid up to {@link #chunkCount}; may be changed to those of the redacted body} */
    int[] chunkLengths() {
        return chunkLengths;
    }

    int chunkCount() {
        return chunkCount;
    }

    /** {@return when chunk {@code index} ended, in nanoseconds since the request arrived} */
    long chunkTimeNanos(final int index) {
        return chunkTimes[index];
    }
}
