package io.ouli.engine.recording;

import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Walks over a file's frames in order, whatever the file holds, and reads every byte once, through a buffer.
 *
 * <p>A frame whose payload is damaged is stepped over by its length; where a header is damaged, the walk goes on at the
 * next multiple of 64 at which a sound header of this recording stands.
 */
final class FrameScanner implements AutoCloseable {
    private static final int MAX_BUFFER_BYTES = 256 << 10;

    /** Takes what was found. */
    interface Visitor {
        /**
         * An interaction.
         *
         * @param header holds the frame's header at {@code at}, until this method returns.
         * @param sound  whether the payload passes its checksum.
         */
        void interaction(MemorySegment header, long at, long offset, long length, boolean sound);

        /** An index, of this seal or of an older one. */
        void index(long offset, long length, boolean sound);

        /** Bytes that are no frame. */
        void damage(long offset, long length, String reason);
    }

    private final StorageFile file;
    private final int tag;
    private final long size;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer;
    private final MemorySegment header = arena.allocate(FrameHeader.BYTES, FrameHeader.ALIGNMENT);
    private final Checksums crc = new Checksums();
    private long bufferOffset;
    private long bufferLength;

    /** @param size up to which the file is looked at. */
    FrameScanner(final StorageFile file, final long size, final int tag) {
        this.file = file;
        this.size = size;
        this.tag = tag;
        final long bufferBytes = Math.clamp(Le.align(size, FrameHeader.ALIGNMENT), FrameHeader.BYTES, MAX_BUFFER_BYTES);
        buffer = arena.allocate(bufferBytes, FrameHeader.ALIGNMENT);
    }

    /** Walks from an offset, which a frame is expected at, to the file's end. */
    void scan(final long from, final Visitor visitor) throws IOException {
        long position = from;
        long damageStart = -1;
        String damage = null;
        while (position < size) {
            final long at = fill(position, FrameHeader.BYTES);
            final String problem = at < 0
                    ? "the file ends inside a frame's header"
                    : FrameHeader.problem(buffer, at, position, size, tag, crc);
            if (problem == null) {
                if (damage != null) {
                    visitor.damage(damageStart, position - damageStart, damage);
                    damage = null;
                }
                position += visit(at, position, visitor);
            } else {
                if (damage == null) {
                    damageStart = position;
                    damage = problem;
                }
                position = at < 0 ? size : position + FrameHeader.ALIGNMENT;
            }
        }
        if (damage != null) {
            visitor.damage(damageStart, size - damageStart, damage);
        }
    }

    /**
     * Finds the first sound header of any recording.
     *
     * @return whether there is one; its tag is then in {@code id}.
     */
    boolean findTag(final long from, final byte[] id) throws IOException {
        for (long position = from; position < size; position += FrameHeader.ALIGNMENT) {
            final long at = fill(position, FrameHeader.BYTES);
            if (at < 0) {
                return false;
            }
            final int found = buffer.get(Le.INT, at + FrameHeader.TAG);
            if (FrameHeader.problem(buffer, at, position, size, found, crc) == null) {
                MemorySegment.ofArray(id).set(Le.INT, 0, found);
                return true;
            }
        }
        return false;
    }

    private long visit(final long at, final long position, final Visitor visitor) throws IOException {
        MemorySegment.copy(buffer, at, header, 0, FrameHeader.BYTES);
        final long length = header.get(Le.LONG, FrameHeader.LENGTH);
        if (header.get(Le.BYTE, FrameHeader.TYPE) == FrameHeader.TYPE_INDEX) {
            visitor.index(position, length, indexIsSound(position));
        } else {
            final int expected = header.get(Le.INT, FrameHeader.PAYLOAD_CRC);
            final boolean sound = checksum(position + FrameHeader.BYTES, position + length) == expected;
            visitor.interaction(header, 0, position, length, sound);
        }
        return length;
    }

    /** Checks the table of checksums, then each block against it. */
    private boolean indexIsSound(final long position) throws IOException {
        final int capacity = header.get(Le.INT, FrameHeader.RESPONSE_LENGTH);
        final long table = position + FrameHeader.BYTES;
        final long entries = IndexLayout.entriesOffset(position, capacity);
        if (checksum(table, entries) != header.get(Le.INT, FrameHeader.PAYLOAD_CRC)) {
            return false;
        }
        try (Arena scratch = Arena.ofConfined()) {
            final long tableBytes = IndexLayout.tableBytes(capacity);
            final MemorySegment expected = scratch.allocate(tableBytes);
            if (file.read(table, expected, 0, tableBytes) != tableBytes) {
                return false;
            }
            for (long block = 0; block < capacity / IndexLayout.ENTRIES_PER_BLOCK; block++) {
                final long start = entries + block * IndexLayout.BLOCK_BYTES;
                if (checksum(start, start + IndexLayout.BLOCK_BYTES) != expected.get(Le.INT, 4 * block)) {
                    return false;
                }
            }
        }
        return true;
    }

    private int checksum(final long from, final long to) throws IOException {
        crc.begin();
        long position = from;
        while (position < to) {
            final long at = fill(position, 1);
            if (at < 0) {
                return 0; // The file was cut while it was read; what is missing fails its checksum.
            }
            final long length = Math.min(to - position, bufferLength - at);
            crc.add(buffer, at, length);
            position += length;
        }
        return crc.end();
    }

    /**
     * Makes sure that the buffer holds bytes of the file.
     *
     * @return where in it, or -1 if the file ends before.
     */
    private long fill(final long position, final int needed) throws IOException {
        final long at = position - bufferOffset;
        if (at >= 0 && at + needed <= bufferLength) {
            return at;
        }
        final long length = Math.min(buffer.byteSize(), size - position);
        bufferOffset = position;
        bufferLength = length < needed ? 0 : file.read(position, buffer, 0, length);
        return bufferLength < needed ? -1 : 0;
    }

    @Override
    public void close() {
        arena.close();
    }
}
