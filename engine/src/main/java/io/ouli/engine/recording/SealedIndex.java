package io.ouli.engine.recording;

import io.ouli.engine.memory.OffHeap;
import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The index that a file's seal names, read through the file: whether it can be trusted, and what is in it. */
final class SealedIndex {
    private final Path path;
    private final StorageFile file;
    private final FileHeader header;
    private MemorySegment head;

    /** @param header says that the file is sealed; nothing in it is believed yet. */
    SealedIndex(final Path path, final StorageFile file, final FileHeader header) {
        this.path = path;
        this.file = file;
        this.header = header;
    }

    /**
     * Checks the seal and the index's header and checksums, not the entries.
     *
     * @param size   the file's, in bytes.
     * @param memory where {@link #head} stays, or null if nobody needs it.
     * @return what is wrong, or null.
     */
    String problem(final long size, final OffHeap memory) throws IOException {
        if (!header.sealIsPlausible()) {
            return "the seal's fields contradict each other";
        }
        if (size < header.sealedLength) {
            return "the file has " + size + " bytes, its seal says " + header.sealedLength;
        }
        try (Arena arena = Arena.ofConfined()) {
            final long length = IndexLayout.entriesOffset(header.indexOffset, header.capacity) - header.indexOffset;
            final MemorySegment bytes =
                    memory == null ? arena.allocate(length, FrameHeader.ALIGNMENT) : memory.allocate(length);
            if (file.read(header.indexOffset, bytes, 0, length) != length) {
                return "the file ends inside its index";
            }
            final Checksums crc = Checksums.local();
            if (FrameHeader.problem(bytes, 0, header.indexOffset, header.sealedLength, header.tag(), crc) != null
                    || bytes.get(Le.BYTE, FrameHeader.TYPE) != FrameHeader.TYPE_INDEX
                    || bytes.get(Le.INT, FrameHeader.REQUEST_LENGTH) != header.count
                    || bytes.get(Le.INT, FrameHeader.RESPONSE_LENGTH) != header.capacity
                    || bytes.get(Le.INT, FrameHeader.HEADER_CRC) != header.indexCrc) {
                return "the index's header is damaged";
            }
            if (crc.of(bytes, FrameHeader.BYTES, length - FrameHeader.BYTES)
                    != bytes.get(Le.INT, FrameHeader.PAYLOAD_CRC)) {
                return "the index's checksums are damaged";
            }
            head = memory == null ? null : bytes;
            return null;
        }
    }

    /** {@return header and checksums that {@link #problem} found sound, in the memory that it was given, or null} */
    MemorySegment head() {
        return head;
    }

    /**
     * Reads all entries.
     *
     * @param log is given them.
     * @throws RecordingException if some are damaged.
     */
    void addEntries(final EntryLog log) throws IOException {
        final long entries = IndexLayout.entriesOffset(header.indexOffset, header.capacity);
        final long table = header.indexOffset + FrameHeader.BYTES;
        final Checksums crc = Checksums.local();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment block = arena.allocate(IndexLayout.BLOCK_BYTES, FrameHeader.ALIGNMENT);
            final MemorySegment expected = arena.allocate(Integer.BYTES);
            for (int i = 0; i < header.capacity / IndexLayout.ENTRIES_PER_BLOCK; i++) {
                final long offset = entries + (long) i * IndexLayout.BLOCK_BYTES;
                file.read(table + (long) i * Integer.BYTES, expected, 0, Integer.BYTES);
                final long length = file.read(offset, block, 0, IndexLayout.BLOCK_BYTES);
                if (length != IndexLayout.BLOCK_BYTES
                        || crc.of(block, 0, IndexLayout.BLOCK_BYTES) != expected.get(Le.INT, 0)) {
                    throw new RecordingException(Reason.DAMAGED, path, offset, "the index fails its checksum",
                            "run ouli recover");
                }
                for (long at = 0; at < IndexLayout.BLOCK_BYTES; at += IndexLayout.ENTRY_BYTES) {
                    if (block.get(Le.LONG, at + IndexLayout.OFFSET) != 0) {
                        log.addEntry(block, at);
                    }
                }
            }
        }
    }
}
