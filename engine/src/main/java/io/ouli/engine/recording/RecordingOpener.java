package io.ouli.engine.recording;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.memory.OffHeap;
import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageMode;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Opens recordings: decides whether the seal can be used as it lies, or what a scan finds has to do. */
final class RecordingOpener {
    private static final System.Logger LOG = new LazyLogger("io.ouli.recording");
    /**
     * An index below this size is checked when the file is opened, which takes under 100 µs: then a damaged one costs
     * nothing but a scan.
     */
    private static final long LARGE_INDEX_BYTES = 1 << 20;

    private final Path path;
    private final ReadOptions options;
    private final StorageFile file;
    private final Contents contents;
    private final OffHeap memory;

    private RecordingOpener(
            final Path path,
            final ReadOptions options,
            final StorageFile file,
            final Contents contents,
            final OffHeap memory) {
        this.path = path;
        this.options = options;
        this.file = file;
        this.contents = contents;
        this.memory = memory;
    }

    static Recording open(final Path path, final ReadOptions options) {
        try {
            final StorageFile file = options.storage().open(path, StorageMode.READ);
            Recording recording = null;
            try {
                recording = open(path, options, file);
                return recording;
            } finally {
                if (recording == null || options.residency() == null) {
                    file.close();
                } else {
                    recording.reside(options.residency(), new RecordingFile(path, file));
                }
            }
        } catch (final IOException e) {
            throw RecordingErrors.of(e, path, RecordingException.NO_OFFSET, "opening it");
        }
    }

    private static Recording open(final Path path, final ReadOptions options, final StorageFile file)
            throws IOException {
        final OffHeap memory = new OffHeap();
        boolean ok = false;
        try (Contents contents = Contents.read(path, file, options, memory)) {
            final Recording recording = new RecordingOpener(path, options, file, contents, memory).open();
            if (options.logged()) {
                log(recording, contents);
            }
            ok = true;
            return recording;
        } finally {
            if (!ok) {
                memory.close();
            }
        }
    }

    private Recording open() throws IOException {
        if (contents.log() == null) {
            final MemorySegment mapped = NativeLedger.note(
                    Owner.RECORDINGS, file.map(memory.arena(), contents.header().sealedLength));
            final Index index = sealedIndex(mapped);
            if (index != null) {
                return new Recording(path, contents, memory, mapped, index, contents.header().count);
            }
            contents.distrustSeal("the index fails its checksum", options.limits());
        }
        try {
            final IndexBuilder built = IndexBuilder.build(contents.log(), memory);
            return new Recording(
                    path,
                    contents,
                    memory,
                    NativeLedger.note(Owner.RECORDINGS, file.map(memory.arena(), contents.size())),
                    Index.built(built.table(), built.capacity(), memory),
                    contents.log().count());
        } catch (final IndexBuilder.HostileKeysException e) {
            throw new RecordingException(Reason.DAMAGED, path, RecordingException.NO_OFFSET, e.getMessage(),
                    "do not trust this file", e);
        }
    }

    /** {@return the index of a sealed file, or null if it is damaged, as far as that is known yet} */
    private Index sealedIndex(final MemorySegment mapped) throws IOException {
        final FileHeader header = contents.header();
        final long entries = IndexLayout.entriesOffset(header.indexOffset, header.capacity);
        final long tableBytes = IndexLayout.tableBytes(header.capacity);
        final MemorySegment table = contents.indexHead().asSlice(FrameHeader.BYTES, tableBytes);
        final long entriesBytes = (long) header.capacity * IndexLayout.ENTRY_BYTES;
        if (entriesBytes >= LARGE_INDEX_BYTES) {
            if (options.quick() && options.wholeIndex()) {
                throw new SlowRecordingException();
            }
            // Who brings it in asks for huge pages before the rest; the first look-up does not wait for one.
            final boolean hugeLater = options.residency() != null && !options.wholeIndex();
            final IndexRepair repair =
                    options.wholeIndex() ? null : new IndexRepair(path, options.storage(), header);
            final Index index = Index.sealed(
                    new IndexBlocks.Source(mapped, entries, table), header.capacity, memory, repair, hugeLater);
            return options.wholeIndex() && index.blocks().loadAll() > 0 ? null : index;
        }
        try (Arena scratch = Arena.ofConfined()) {
            final MemorySegment source = scratch.allocate(entriesBytes, FrameHeader.ALIGNMENT);
            if (file.read(entries, source, 0, entriesBytes) != entriesBytes) {
                return null;
            }
            final Index index = Index.sealed(
                    new IndexBlocks.Source(source, 0, table), header.capacity, memory, null, false);
            return index.blocks().loadAll() == 0 ? index : null;
        }
    }

    /** Says what reading all of a file has found, and of how many, if its seal tells that. */
    private static String found(final Contents contents) {
        final int sound = contents.log().soundCount();
        final FileHeader header = contents.header();
        if (header.sealed && header.sealIsPlausible() && sound < header.count) {
            return sound + " of the " + (header.count == 1 ? "1 interaction" : header.count + " interactions")
                    + " that it was sealed with " + (sound == 1 ? "was" : "were")
                    + " found sound by reading all of it, the others are not replayed";
        }
        return (sound == 1 ? "1 sound interaction was" : sound + " sound interactions were")
                + " found by reading all of it";
    }

    private static void log(final Recording recording, final Contents contents) {
        if (recording.state() == Recording.State.DAMAGED) {
            LOG.log(Level.WARNING, recording.path() + ": " + recording.problem() + "; " + found(contents)
                    + "; run ouli recover");
        } else if (recording.state() == Recording.State.UNSEALED) {
            LOG.log(Level.INFO, recording.path() + ": not sealed; " + found(contents)
                    + (contents.lostRegions() == 0 ? "" : ", " + contents.lostRegions() + " regions are damaged"));
        }
    }
}
