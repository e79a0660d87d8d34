package io.ouli.engine.recording;

import io.ouli.engine.recording.disk.DiskQueue;
import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Seals a file once: writes the index's frame behind its interactions, then the header that makes it valid. Each is on
 * disk before anything else happens; until the header is, the seal before is valid.
 */
final class Sealer {
    private final StorageFile file;
    private final FileHeader header;
    private final EntryLog log;
    private final Arena arena;
    private final IndexBuilder index;
    private final Checksums crc = new Checksums();
    private long indexOffset;
    private int indexCrc;

    /** Builds the index in {@code arena}. */
    Sealer(final StorageFile file, final FileHeader header, final EntryLog log, final Arena arena)
            throws IndexBuilder.HostileKeysException {
        this.file = file;
        this.header = header;
        this.log = log;
        this.arena = arena;
        index = IndexBuilder.build(log, arena);
    }

    /**
     * Writes the index and syncs it.
     *
     * @param offset where the interactions end.
     * @return where the index ends: the length of the sealed file.
     */
    long writeIndex(final long offset) throws IOException {
        indexOffset = offset;
        final MemorySegment front = front();
        indexCrc = front.get(Le.INT, FrameHeader.HEADER_CRC);
        final long entries = offset + front.byteSize();
        file.write(offset, front, 0, front.byteSize());
        for (long at = 0; at < index.table().byteSize(); at += DiskQueue.BUFFER_BYTES) {
            final long length = Math.min(DiskQueue.BUFFER_BYTES, index.table().byteSize() - at);
            file.write(entries + at, index.table(), at, length);
        }
        file.sync(true);
        return entries + index.table().byteSize();
    }

    /** {@return the index's frame up to its entries} */
    private MemorySegment front() {
        final long length = IndexLayout.entriesOffset(indexOffset, index.capacity()) - indexOffset;
        final MemorySegment front = arena.allocate(length, FrameHeader.ALIGNMENT);
        front.set(Le.INT, 0, FrameHeader.MAGIC);
        front.set(Le.BYTE, FrameHeader.TYPE, (byte) FrameHeader.TYPE_INDEX);
        front.set(Le.LONG, FrameHeader.LENGTH, length + index.table().byteSize());
        front.set(Le.INT, FrameHeader.REQUEST_LENGTH, log.count());
        front.set(Le.INT, FrameHeader.RESPONSE_LENGTH, index.capacity());
        for (int block = 0; block < index.capacity() / IndexLayout.ENTRIES_PER_BLOCK; block++) {
            final long at = (long) block * IndexLayout.BLOCK_BYTES;
            front.set(Le.INT, FrameHeader.BYTES + 4L * block, crc.of(index.table(), at, IndexLayout.BLOCK_BYTES));
        }
        front.set(Le.INT, FrameHeader.PAYLOAD_CRC, crc.of(front, FrameHeader.BYTES, length - FrameHeader.BYTES));
        FrameHeader.place(front, 0, indexOffset, header.tag(), crc);
        return front;
    }

    /** Writes the header that names the index, and syncs it. */
    void writeHeader(final long sealedNanos, final byte[] policyHash) throws IOException {
        header.sealed = true;
        header.sealedNanos = sealedNanos;
        header.policyHash = policyHash.clone();
        header.count = log.count();
        header.keys = index.keys();
        header.indexOffset = indexOffset;
        header.sealedLength = indexOffset + IndexLayout.frameLength(indexOffset, index.capacity());
        header.capacity = index.capacity();
        header.lastSequence = index.lastSequence();
        header.indexCrc = indexCrc;
        final MemorySegment bytes = arena.allocate(FileHeader.BYTES, Long.BYTES);
        header.encode(bytes);
        file.write(0, bytes, 0, FileHeader.BYTES);
        file.sync(true);
    }
}
