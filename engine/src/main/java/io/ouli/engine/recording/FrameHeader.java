package io.ouli.engine.recording;

import java.lang.foreign.MemorySegment;

/**
 * The first 128 bytes of a frame. A frame begins and ends at a multiple of 64.
 *
 * <pre>
 *   0  4  magic "OFRM"
 *   4  1  type: 1 interaction, 2 index
 *   5  1  0
 *   6  2  flags (FrameFlags)
 *   8  8  offset of this frame in its file
 *  16  8  length of the frame: header, payload, padding
 *  24  8  time, nanoseconds since 1970-01-01 UTC
 *  32  4  sequence                          index: 0
 *  36  4  length of the request             index: interactions
 *  40  4  length of the response            index: capacity
 *  44  4  chunks
 *  48  2  status
 *  50  2  0
 *  52  4  tag: the first 4 bytes of the recording id
 *  56  4  CRC32C of the payload             index: of everything before the entries
 *  60  4  CRC32C of these 128 bytes, itself taken as 0
 *  64 32  key
 *  96 32  chain hash
 * 128     interaction: request | response | 0 to 8 | chunks × (offset 4, length 4, time 8) | 0 to 64
 *         index: CRC32C of each 4 KiB of entries | 0 to a file offset of 4 KiB | entries
 * </pre>
 *
 * <p>The offset and the tag say where a frame belongs: bytes of another recording, or of an older life of this one,
 * are no frame here, whatever their checksum.
 */
final class FrameHeader {
    static final int BYTES = 128;
    static final int ALIGNMENT = 64;
    static final int MAGIC = 0x4D52_464F;
    static final int TYPE_INTERACTION = 1;
    static final int TYPE_INDEX = 2;
    static final int CHUNK_BYTES = 16;
    static final int KEY_BYTES = 32;
    /** What a request and its response have together at most, so that a frame's length is an int. */
    static final int MAX_MESSAGE_BYTES = 1 << 29;

    static final int TYPE = 4;
    static final int FLAGS = 6;
    static final int OFFSET = 8;
    static final int LENGTH = 16;
    static final int TIME = 24;
    static final int SEQUENCE = 32;
    static final int REQUEST_LENGTH = 36;
    static final int RESPONSE_LENGTH = 40;
    static final int CHUNK_COUNT = 44;
    static final int STATUS = 48;
    static final int TAG = 52;
    static final int PAYLOAD_CRC = 56;
    static final int HEADER_CRC = 60;
    static final int KEY = 64;
    static final int CHAIN = 96;

    private FrameHeader() {
    }

    /** {@return the length of an interaction's frame} */
    static long interactionLength(final long requestLength, final long responseLength, final long chunks) {
        return Le.align(chunkTableOffset(requestLength, responseLength) + chunks * CHUNK_BYTES, ALIGNMENT);
    }

    /** {@return where the chunk table begins, from the frame's start} */
    static long chunkTableOffset(final long requestLength, final long responseLength) {
        return Le.align(BYTES + requestLength + responseLength, 8);
    }

    /** Writes what an interaction's header has before the key, but for what {@link #place} adds. */
    static void interaction(
            final MemorySegment memory,
            final int flags,
            final long length,
            final long timeNanos,
            final int sequence,
            final int requestLength,
            final int responseLength,
            final int chunks,
            final int status,
            final int payloadCrc) {
        memory.set(Le.LONG, 0, pair(MAGIC, TYPE_INTERACTION | flags << Short.SIZE));
        memory.set(Le.LONG, OFFSET, 0);
        memory.set(Le.LONG, LENGTH, length);
        memory.set(Le.LONG, TIME, timeNanos);
        memory.set(Le.LONG, SEQUENCE, pair(sequence, requestLength));
        memory.set(Le.LONG, RESPONSE_LENGTH, pair(responseLength, chunks));
        memory.set(Le.LONG, STATUS, pair(status & 0xFFFF, 0));
        memory.set(Le.LONG, PAYLOAD_CRC, pair(payloadCrc, 0));
    }

    /** Two fields of four bytes in one step. */
    private static long pair(final int first, final int second) {
        return first & 0xFFFF_FFFFL | (long) second << Integer.SIZE;
    }

    /** Puts a frame of memory that nobody can cut in its place: offset, tag, and the checksum that covers them. */
    static void place(
            final MemorySegment memory, final long at, final long offset, final int tag, final Checksums crc) {
        memory.set(Le.LONG, at + OFFSET, offset);
        memory.set(Le.INT, at + TAG, tag);
        memory.set(Le.INT, at + HEADER_CRC, 0);
        memory.set(Le.INT, at + HEADER_CRC, crc.ofNewHeader(memory, at));
    }

    /**
     * Checks a header.
     *
     * @param memory   holds it at {@code at}; a copy of what the file has, which nobody changes meanwhile.
     * @param offset   where it was read in the file.
     * @param fileSize beyond which no frame may reach.
     * @return null if it is sound, otherwise what is wrong with it.
     */
    static String problem(
            final MemorySegment memory,
            final long at,
            final long offset,
            final long fileSize,
            final int tag,
            final Checksums crc) {
        if (memory.get(Le.INT, at) != MAGIC) {
            return "no frame begins here";
        }
        if (memory.get(Le.INT, at + HEADER_CRC) != crc.ofHeader(memory, at)) {
            return "the frame's header fails its checksum";
        }
        if (memory.get(Le.LONG, at + OFFSET) != offset || memory.get(Le.INT, at + TAG) != tag) {
            return "the frame belongs to another place or recording";
        }
        final long length = memory.get(Le.LONG, at + LENGTH);
        if (length < BYTES || length % ALIGNMENT != 0 || length != expectedLength(memory, at, offset)) {
            return "the frame's lengths contradict each other";
        }
        return length > fileSize - offset ? "the file ends inside the frame" : null;
    }

    private static long expectedLength(final MemorySegment memory, final long at, final long offset) {
        final long request = memory.get(Le.INT, at + REQUEST_LENGTH) & 0xFFFF_FFFFL;
        final long response = memory.get(Le.INT, at + RESPONSE_LENGTH) & 0xFFFF_FFFFL;
        final long chunks = memory.get(Le.INT, at + CHUNK_COUNT) & 0xFFFF_FFFFL;
        return switch (memory.get(Le.BYTE, at + TYPE)) {
            case TYPE_INTERACTION -> request + response > MAX_MESSAGE_BYTES || chunks > FrameBuilder.MAX_CHUNKS
                    || memory.get(Le.INT, at + SEQUENCE) < 0 ? -1 : interactionLength(request, response, chunks);
            case TYPE_INDEX -> IndexLayout.isCapacity(response) && request <= response / 2
                    ? IndexLayout.frameLength(offset, (int) response)
                    : -1;
            default -> -1;
        };
    }
}
