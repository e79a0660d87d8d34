package io.ouli.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Gathers a response's body while it streams to the client, and how it was chunked; used again for each exchange.
 *
 * <p>On the heap, since the redactor and the codecs read {@code byte[]}; what a large body grew is let go afterwards.
 */
final class ResponseBody {
    private static final int INITIAL_BYTES = 4 << 10;
    private static final int RETAINED_BYTES = 1 << 20;
    private static final int INITIAL_CHUNKS = 16;
    private static final int RETAINED_CHUNKS = 4 << 10;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;
    private int[] chunkLengths = new int[INITIAL_CHUNKS];
    private long[] chunkTimes = new long[INITIAL_CHUNKS];
    private int chunkCount;
    private int chunkedLength;

    void clear() {
        length = 0;
        chunkCount = 0;
        chunkedLength = 0;
        if (bytes.length > RETAINED_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
        if (chunkLengths.length > RETAINED_CHUNKS) {
            chunkLengths = new int[INITIAL_CHUNKS];
            chunkTimes = new long[INITIAL_CHUNKS];
        }
    }

    /** Appends bytes. @return false if the body would be longer than {@code maxLength}; nothing was added then. */
    boolean append(final MemorySegment data, final long offset, final long partLength, final int maxLength) {
        if (partLength > maxLength - length) {
            return false;
        }
        final int needed = length + (int) partLength;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxLength, Math.max(needed, bytes.length * 2L)));
        }
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, bytes, length, (int) partLength);
        length = needed;
        return true;
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

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Returns the chunks' lengths, valid up to {@link #chunkCount}; may be changed to those of the redacted body. */
    int[] chunkLengths() {
        return chunkLengths;
    }

    int chunkCount() {
        return chunkCount;
    }

    /** Returns when chunk {@code index} ended, in nanoseconds since the request arrived. */
    long chunkTimeNanos(final int index) {
        return chunkTimes[index];
    }
}
