package io.ouli.engine.recording;

import io.ouli.engine.memory.OffHeap;
import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What a recording's file turns out to hold: a sound seal that can be used in place, or what a scan found.
 *
 * <p>Reads through the file, never through a mapping.
 */
final class Contents implements AutoCloseable {
    /** What may be read without regard for who waits: less than 1 ms where the file is cached. */
    static final long QUICK_BYTES = 1 << 20;

    private final Path path;
    private final StorageFile file;
    private final long size;
    private final Supplier<EntryLog> newLog;
    private final boolean quick;
    /** Where {@link #indexHead} stays, or null. */
    private final OffHeap memory;
    private FileHeader header;
    private boolean sealed;
    private String problem;
    private EntryLog log;
    private long end;
    private int lostRegions;
    private MemorySegment indexHead;

    private Contents(
            final Path path,
            final StorageFile file,
            final Supplier<EntryLog> newLog,
            final OffHeap memory,
            final boolean quick)
            throws IOException {
        this.path = path;
        this.file = file;
        this.newLog = newLog;
        this.memory = memory;
        this.quick = quick;
        size = file.size();
    }

    /**
     * Looks at a file.
     *
     * @throws RecordingException if it is no recording, or nothing of it can be read.
     */
    static Contents read(final Path path, final StorageFile file, final RecordingLimits limits) throws IOException {
        return new Contents(path, file, EntryLog::confined, null, false).loaded(limits, false);
    }

    /**
     * The same, and leaves {@link #indexHead} in this memory, which outlives the contents.
     *
     * @throws SlowRecordingException if much has to be read, and the options say that this must not be waited for.
     */
    static Contents read(
            final Path path, final StorageFile file, final ReadOptions options, final OffHeap memory)
            throws IOException {
        return new Contents(path, file, EntryLog::confined, memory, options.quick())
                .loaded(options.limits(), false);
    }

    /** The same, but finds what it can by reading all of the file, whatever its header and seal say. */
    static Contents salvage(final Path path, final StorageFile file, final RecordingLimits limits) throws IOException {
        return new Contents(path, file, EntryLog::confined, null, false).loaded(limits, true);
    }

    /** The same as {@link #read}, but with all entries in {@link #log}, those of a sound seal too, for any thread. */
    static Contents readAll(final Path path, final StorageFile file, final RecordingLimits limits) throws IOException {
        final Contents contents = new Contents(path, file, EntryLog::shared, null, false).loaded(limits, false);
        boolean ok = false;
        try {
            contents.loadAllEntries();
            ok = true;
            return contents;
        } finally {
            if (!ok) {
                contents.close();
            }
        }
    }

    /** {@return the file} */
    Path path() {
        return path;
    }

    /** {@return the file's length in bytes when it was looked at} */
    long size() {
        return size;
    }

    /** {@return the header, or what the first sound frame tells of a damaged one} */
    FileHeader header() {
        return header;
    }

    /** {@return whether the header's seal and its index are sound, as far as is known without reading the entries} */
    boolean isSealed() {
        return sealed;
    }

    /** {@return what is wrong, or null} */
    String problem() {
        return problem;
    }

    /** {@return the entries that a scan found, or null if the seal tells all} */
    EntryLog log() {
        return log;
    }

    /** {@return where the last sound interaction ends, or the seal: the next frame may be written there} */
    long end() {
        return end;
    }

    /** {@return how many regions between sound interactions are no frames} */
    int lostRegions() {
        return lostRegions;
    }

    /** {@return the sound header and checksums of the index, in the memory that {@link #read} was given; else null} */
    MemorySegment indexHead() {
        return indexHead;
    }

    private Contents loaded(final RecordingLimits limits, final boolean salvage) throws IOException {
        boolean ok = false;
        try {
            load(limits, salvage);
            ok = true;
            return this;
        } finally {
            if (!ok) {
                close();
            }
        }
    }

    private void load(final RecordingLimits limits, final boolean salvage) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment bytes = arena.allocate(FileHeader.BYTES, Long.BYTES);
            final long length = file.read(0, bytes, 0, Math.min(FileHeader.BYTES, size));
            try {
                header = FileHeader.decode(bytes, length, path);
            } catch (final RecordingException e) {
                if (e.reason() != Reason.DAMAGED && !(salvage && e.reason() == Reason.NOT_A_RECORDING)) {
                    throw e;
                }
                problem = "the file's header fails its checksum";
                header = headerOfFirstFrame(e);
            }
        }
        if (header.sealed) {
            final SealedIndex index = new SealedIndex(path, file, header);
            problem = index.problem(size, memory);
            indexHead = index.head();
            sealed = problem == null && !salvage;
        }
        if (sealed) {
            end = header.sealedLength;
            if (size > end) {
                scanTail(limits);
            }
        } else {
            scan(FileHeader.BYTES, limits);
            if (problem != null && log.count() == 0) {
                throw new RecordingException(Reason.DAMAGED, path, 0, problem + ", and no interaction is left",
                        "record again");
            }
        }
    }

    /** A damaged header tells nothing, but the first sound frame tells which recording this is. */
    private FileHeader headerOfFirstFrame(final RecordingException e) throws IOException {
        checkQuick(size);
        try (FrameScanner scanner = new FrameScanner(file, size, 0)) {
            final FileHeader substitute = new FileHeader();
            if (!scanner.findTag(FileHeader.BYTES, substitute.id)) {
                throw e.reason() == Reason.DAMAGED
                        ? new RecordingException(Reason.DAMAGED, path, 0, problem + ", and no interaction is left",
                                "record again", e)
                        : new RecordingException(Reason.NOT_A_RECORDING, path, 0,
                                "this is not a recording of Ouli, and holds no interaction of one",
                                "name another file", e);
            }
            return substitute;
        }
    }

    /** Something was appended after the seal, and not sealed; or space was set aside for it. */
    private void scanTail(final RecordingLimits limits) throws IOException {
        try {
            scan(end, limits);
            if (log.count() == 0) {
                dropLog();
            }
        } catch (final RecordingException e) {
            if (e.reason() != Reason.DAMAGED) {
                throw e;
            }
            distrustSeal("the index fails its checksum", limits);
        }
    }

    /** Gives up the seal: what the file holds is what a scan finds. */
    void distrustSeal(final String why, final RecordingLimits limits) throws IOException {
        problem = why;
        sealed = false;
        dropLog();
        scan(FileHeader.BYTES, limits);
    }

    private void dropLog() {
        if (log != null) {
            log.close();
            log = null;
        }
    }

    /** @param bytes that have to be read. */
    private void checkQuick(final long bytes) {
        if (quick && bytes > QUICK_BYTES) {
            throw new SlowRecordingException();
        }
    }

    private void scan(final long from, final RecordingLimits limits) throws IOException {
        checkQuick(size - from + (sealed ? (long) header.capacity * IndexLayout.ENTRY_BYTES : 0));
        final boolean keepTrailing = problem != null || header.sealed && !sealed;
        end = from;
        log = newLog.get();
        lostRegions = 0;
        if (sealed) {
            new SealedIndex(path, file, header).addEntries(log);
        }
        final int before = log.count();
        final Found found = new Found(limits, keepTrailing);
        found.soundCount = before;
        try (FrameScanner scanner = new FrameScanner(file, size, header.tag())) {
            scanner.scan(from, found);
        }
        if (!keepTrailing) {
            log.cut(found.soundCount); // A torn tail was never acknowledged.
        } else {
            lostRegions = found.damages;
        }
        if (sealed && log.count() == before) {
            log.cut(0);
        }
    }

    private void loadAllEntries() throws IOException {
        if (log == null) {
            log = newLog.get();
            new SealedIndex(path, file, header).addEntries(log);
        }
    }

    /**
     * {@return how many bytes before {@link #end} are no interaction: the indexes of older seals, mostly} With the
     * entries loaded, see {@link #readAll}.
     */
    long deadBytes() throws IOException {
        long live = FileHeader.BYTES;
        for (int i = 0; i < log.count(); i++) {
            final MemorySegment entries = log.segment(i);
            final long at = log.offset(i);
            live += FrameHeader.interactionLength(entries.get(Le.INT, at + IndexLayout.REQUEST_LENGTH),
                    entries.get(Le.INT, at + IndexLayout.RESPONSE_LENGTH), 0);
        }
        // Tables of chunks, which only the frames tell of, count as dead so far: mostly that is enough to know.
        return end - live <= end / 2 ? end - live : end - FileHeader.BYTES - frameBytes();
    }

    private long frameBytes() throws IOException {
        long bytes = 0;
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment length = arena.allocate(Long.BYTES);
            for (int i = 0; i < log.count(); i++) {
                final long frame = log.segment(i).get(Le.LONG, log.offset(i) + IndexLayout.OFFSET);
                file.read(frame + FrameHeader.LENGTH, length, 0, Long.BYTES);
                bytes += length.get(Le.LONG, 0);
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        dropLog();
    }

    /** Gathers the entries of what the scan finds. */
    private final class Found implements FrameScanner.Visitor {
        private final RecordingLimits limits;
        private final boolean keepTrailing;
        private int soundCount;
        private int damages;

        private Found(final RecordingLimits limits, final boolean keepTrailing) {
            this.limits = limits;
            this.keepTrailing = keepTrailing;
        }

        @Override
        public void interaction(
                final MemorySegment bytes, final long at, final long offset, final long length, final boolean sound) {
            if (log.count() == limits.maxInteractions()) {
                throw new RecordingException(Reason.LIMIT, path, offset,
                        "it holds more than " + limits.maxInteractions() + " interactions", "split it");
            }
            log.add(bytes, at, offset, sound ? 0 : FrameFlags.DAMAGED);
            if (sound) {
                soundCount = log.count();
                end = offset + length;
                if (!keepTrailing) {
                    lostRegions = damages;
                }
            }
        }

        @Override
        public void index(final long offset, final long length, final boolean sound) {
            // An index whose header was never written is dead; a new seal takes its place.
        }

        @Override
        public void damage(final long offset, final long length, final String reason) {
            damages++;
        }
    }
}
