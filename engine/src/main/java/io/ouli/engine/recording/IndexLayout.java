package io.ouli.engine.recording;

/**
 * The index: a table of 64-byte entries, a power of two of them, at most half of them used, looked up in place.
 *
 * <pre>
 *   0 32  key
 *  32  8  offset of the interaction's frame; 0 in an entry that is not used, all of whose bytes are 0
 *  40  4  length of the request, which begins 128 bytes after the frame
 *  44  4  length of the response, which follows the request
 *  48  2  status
 *  50  2  flags (FrameFlags)
 *  52  4  sequence
 *  56  4  occurrence: 0 for the first interaction with this key, by sequence
 *  60  4  CRC32C of the 60 bytes before
 * </pre>
 *
 * <p>The search for (key, occurrence) begins at {@code (k + occurrence × 0x9E3779B97F4A7C15) >>> (64 − log2 capacity)},
 * k being the key's first 8 bytes as a little-endian number, goes on entry by entry, from the last to the first, and
 * ends at an entry that is not used, or after {@link #MAX_PROBES}.
 */
final class IndexLayout {
    static final int ENTRY_BYTES = 64;
    static final int BLOCK_BYTES = 4_096;
    static final int ENTRIES_PER_BLOCK = BLOCK_BYTES / ENTRY_BYTES;
    static final int MIN_CAPACITY = ENTRIES_PER_BLOCK;
    static final int MAX_CAPACITY = 1 << 25;
    /** No search is longer: SHA-256 keys at half load need under 100; who forges keys must not make us search all. */
    static final int MAX_PROBES = 1_024;
    static final long OCCURRENCE_STEP = 0x9E37_79B9_7F4A_7C15L;

    static final int OFFSET = 32;
    static final int REQUEST_LENGTH = 40;
    static final int RESPONSE_LENGTH = 44;
    static final int STATUS = 48;
    static final int FLAGS = 50;
    static final int SEQUENCE = 52;
    static final int OCCURRENCE = 56;
    static final int CRC = 60;

    static {
        assert CRC + Integer.BYTES == ENTRY_BYTES;
        assert BLOCK_BYTES % ENTRY_BYTES == 0;
    }

    private IndexLayout() {
    }

    static boolean isCapacity(final long capacity) {
        return capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY && Long.bitCount(capacity) == 1;
    }

    /** {@return the capacity for so many interactions: the least power of two that is at most half used} */
    static int capacity(final int interactions) {
        return Math.max(MIN_CAPACITY, Integer.highestOneBit(Math.max(1, 2 * interactions - 1)) << 1);
    }

    /** {@return where the entries begin, in the file, of an index whose frame begins at {@code frameOffset}} */
    static long entriesOffset(final long frameOffset, final int capacity) {
        return Le.align(frameOffset + FrameHeader.BYTES + tableBytes(capacity), BLOCK_BYTES);
    }

    /** {@return the length of an index's frame; it ends where its file ends} */
    static long frameLength(final long frameOffset, final int capacity) {
        return entriesOffset(frameOffset, capacity) + (long) capacity * ENTRY_BYTES - frameOffset;
    }

    /** {@return the length of the table of the blocks' checksums} */
    static long tableBytes(final int capacity) {
        return (long) (capacity / ENTRIES_PER_BLOCK) * Integer.BYTES;
    }

    /** {@return the number whose highest bits are the slot at which the search for a key's occurrence begins} */
    static long hash(final long keyStart, final int occurrence) {
        return keyStart + occurrence * OCCURRENCE_STEP;
    }

    /** {@return where the search for a key's occurrence begins} */
    static int home(final long keyStart, final int occurrence, final int shift) {
        return (int) (hash(keyStart, occurrence) >>> shift);
    }

    /** {@return the shift for {@link #home}} */
    static int shift(final int capacity) {
        return 64 - Integer.numberOfTrailingZeros(capacity);
    }
}
