package io.ouli.engine.recording;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.memory.OffHeap;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageMode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Makes a sealed file's index anew when part of it turns out to be damaged while it is used: it follows from the
 * headers of the interactions byte for byte. For that all of the file is read, once, as for one never sealed.
 *
 * <p><b>Design note:</b> only if all headers are there. Were one missing, later interactions with its key would take
 * its place, and the checksum of the block would not tell: entries end with their own, and a CRC over something and
 * its CRC is the same whatever it is.
 */
final class IndexRepair {
    private static final System.Logger LOG = new LazyLogger("io.ouli.recording");

    private final Path path;
    private final Storage storage;
    private final FileHeader header;

    IndexRepair(final Path path, final Storage storage, final FileHeader header) {
        this.path = path;
        this.storage = storage;
        this.header = header;
    }

    /** {@return the table, or null if the interactions' headers are not all there, or cannot be read} */
    MemorySegment table(final OffHeap memory) {
        // Headers are all that is needed: what else the disk cannot read, whoever asks for it finds out.
        try (StorageFile file = new ReadableParts(storage.open(path, StorageMode.READ), FileHeader.BYTES);
                EntryLog log = EntryLog.confined();
                FrameScanner scanner = new FrameScanner(file, header.indexOffset, header.tag())) {
            scanner.scan(FileHeader.BYTES, new Entries(log, header.count));
            if (log.count() != header.count || IndexLayout.capacity(header.count) != header.capacity) {
                return null;
            }
            return IndexBuilder.build(log, memory).table();
        } catch (final IOException | IndexBuilder.HostileKeysException e) {
            LOG.log(Level.DEBUG, path + ": its index cannot be made anew", e);
            return null;
        }
    }

    /**
     * Says what was found.
     *
     * @param lost the blocks for which nothing was.
     */
    void log(final int damaged, final int lost) {
        LOG.log(Level.WARNING, path + ": " + damaged + " blocks of its index are damaged; " + (lost == 0
                ? "they were made anew by reading all of it"
                : lost + " could not be made anew, what they pointed at is not replayed") + "; run ouli recover");
    }

    /** Gathers what stands before the index, damaged or not: whoever reads it finds out again. */
    private record Entries(EntryLog log, int expected) implements FrameScanner.Visitor {
        @Override
        public void interaction(
                final MemorySegment frame, final long at, final long offset, final long length, final boolean sound) {
            if (log.count() <= expected) { // One too many says enough.
                log.add(frame, at, offset, 0);
            }
        }

        @Override
        public void index(final long offset, final long length, final boolean sound) {
            // That of an older seal.
        }

        @Override
        public void damage(final long offset, final long length, final String reason) {
            // What was here is missing in the count.
        }
    }
}
