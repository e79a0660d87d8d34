package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageMode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A recording that is read in place: mapped, looked up through its own index, each frame checked the first time that it
 * is used. Safe for use by several threads; look-ups and accessors take no lock and allocate nothing.
 *
 * <p>An interaction is named by its <em>slot</em>, its place in the index, which stays the same while the recording is
 * open. The accessors of a slot tell the truth only after {@link #verify} of it returned true.
 *
 * <p>The mapping stays while somebody has {@linkplain #retain retained} the recording. If somebody else cuts the file
 * meanwhile, look-ups give {@link #DAMAGED}, {@link #verify} gives false, a kernel that is told to send from
 * {@link #segment} gives EFAULT, and Java code that reads it itself gets an InternalError; nothing gives wrong bytes.
 */
public final class Recording implements AutoCloseable {
    /** What {@link #find} gives when there is no such interaction. */
    public static final long NOT_FOUND = -1;
    /** What {@link #find} gives when the index is damaged where the interaction would be. */
    public static final long DAMAGED = -2;

    /** How a recording was found. */
    public enum State {
        /** Whole, as it was sealed. */
        SEALED,
        /** Being written, or left so by a crash: its index was made in memory by reading all of it. */
        UNSEALED,
        /** Sealed, but damaged so that its index cannot be used: what is left was found by reading all of it. */
        DAMAGED
    }

    private static final System.Logger LOG = System.getLogger("io.ouli.recording");
    /**
     * An index up to this size is copied and checked when the file is opened, which takes under 100 µs; then nobody who
     * cuts the file can disturb a look-up.
     */
    private static final long SMALL_INDEX_BYTES = 1 << 20;

    private final Path path;
    private final FileHeader header;
    private final State state;
    private final String problem;
    private final int count;
    private final Arena arena;
    private final MemorySegment file;
    private final Index index;
    private final FrameCheck frames;
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private SequenceOrder order;

    private Recording(
            final Path path,
            final Contents contents,
            final Arena arena,
            final MemorySegment file,
            final Index index,
            final int count) {
        this.path = path;
        header = contents.header;
        problem = contents.problem;
        state = contents.problem != null ? State.DAMAGED
                : contents.sealed && contents.log == null ? State.SEALED : State.UNSEALED;
        this.count = count;
        this.arena = arena;
        this.file = file;
        this.index = index;
        frames = new FrameCheck(path, file, header.tag(), index, arena);
        if (contents.log != null) {
            frames.markScanned();
        }
    }

    /** Opens a recording of the operating system's files, with the default limits. */
    public static Recording open(final Path path) {
        return open(path, Storage.files(), RecordingLimits.DEFAULT);
    }

    /**
     * Opens a recording. Of a sealed one nothing is read but the header and the index's checksums; one that is not
     * sealed, or whose seal is damaged, is read whole, and says so in the log.
     *
     * @throws RecordingException if it is missing, no recording, or nothing of it can be used.
     */
    public static Recording open(final Path path, final Storage storage, final RecordingLimits limits) {
        return open(path, storage, limits, true);
    }

    /** Opens what this process is writing: that it is not sealed yet is no news for the log. */
    public static Recording openUnsealed(final Path path) {
        return open(path, Storage.files(), RecordingLimits.DEFAULT, false);
    }

    private static Recording open(
            final Path path, final Storage storage, final RecordingLimits limits, final boolean logged) {
        final Arena arena = Arena.ofShared();
        boolean ok = false;
        try (StorageFile file = storage.open(path, StorageMode.READ);
                Contents contents = Contents.read(path, file, limits)) {
            final Recording recording = open(path, file, contents, limits, arena);
            if (logged) {
                recording.log(contents);
            }
            ok = true;
            return recording;
        } catch (final IOException e) {
            throw RecordingErrors.of(e, path, RecordingException.NO_OFFSET, "opening it");
        } finally {
            if (!ok) {
                arena.close();
            }
        }
    }

    private static Recording open(
            final Path path,
            final StorageFile file,
            final Contents contents,
            final RecordingLimits limits,
            final Arena arena) throws IOException {
        if (contents.log == null) {
            final MemorySegment mapped = file.map(arena, contents.header.sealedLength);
            final Index index = sealedIndex(file, contents.header, mapped, arena);
            if (index != null) {
                return new Recording(path, contents, arena, mapped, index, contents.header.count);
            }
            contents.distrustSeal("the index fails its checksum", limits);
        }
        try {
            final IndexBuilder built = IndexBuilder.build(contents.log, arena);
            return new Recording(
                    path,
                    contents,
                    arena,
                    file.map(arena, contents.size),
                    new Index(built.table(), 0, -1, built.capacity(), arena),
                    contents.log.count());
        } catch (final IndexBuilder.HostileKeysException e) {
            throw new RecordingException(Reason.DAMAGED, path, RecordingException.NO_OFFSET, e.getMessage(),
                    "do not trust this file", e);
        }
    }

    /** Returns the index of a sealed file, or null if it is damaged, as far as that is known yet. */
    private static Index sealedIndex(
            final StorageFile file, final FileHeader header, final MemorySegment mapped, final Arena arena)
            throws IOException {
        final long front = IndexLayout.entriesOffset(header.indexOffset, header.capacity) - header.indexOffset;
        final long length = front + (long) header.capacity * IndexLayout.ENTRY_BYTES;
        if (length > SMALL_INDEX_BYTES) {
            return new Index(
                    mapped,
                    header.indexOffset + front,
                    header.indexOffset + FrameHeader.BYTES,
                    header.capacity,
                    arena);
        }
        final MemorySegment copy = arena.allocate(length, FrameHeader.ALIGNMENT);
        final Index index = new Index(copy, front, FrameHeader.BYTES, header.capacity, arena);
        return file.read(header.indexOffset, copy, 0, length) == length && index.checkAll() == 0 ? index : null;
    }

    private void log(final Contents contents) {
        if (state == State.DAMAGED) {
            LOG.log(Level.WARNING, path + ": " + problem + "; " + count
                    + " interactions were found by reading all of it; run ouli recover");
        } else if (state == State.UNSEALED) {
            LOG.log(Level.INFO, path + ": not sealed; " + count + " interactions were found by reading all of it"
                    + (contents.lostRegions == 0 ? "" : ", " + contents.lostRegions + " regions are damaged"));
        }
    }

    /** Returns the file. */
    public Path path() {
        return path;
    }

    public State state() {
        return state;
    }

    /** Returns what is wrong with the whole of it, or null. */
    public String problem() {
        return problem;
    }

    /** Returns how many interactions it has. */
    public int count() {
        return count;
    }

    /** Returns the index's capacity: slots are from 0 to below it. */
    public int capacity() {
        return index.capacity();
    }

    /** Returns when it was begun, nanoseconds since 1970-01-01 UTC; 0 if the header is damaged. */
    public long createdNanos() {
        return header.createdNanos;
    }

    /** Returns when it was sealed, nanoseconds since 1970-01-01 UTC; 0 if it is not. */
    public long sealedNanos() {
        return header.sealedNanos;
    }

    /** Returns the 16 bytes that name this recording. */
    public byte[] recordingId() {
        return header.id.clone();
    }

    /** Returns the 32 bytes that stand for the redaction policy it was recorded with. */
    public byte[] policyHash() {
        return header.policyHash.clone();
    }

    /** Returns the mapped file: offsets of requests and responses are offsets in it. */
    public MemorySegment segment() {
        return file;
    }

    /**
     * Looks up an interaction.
     *
     * @param key        holds the 32 bytes of the key.
     * @param keyOffset  of its first byte.
     * @param occurrence 0 for the first interaction with this key, by order of arrival.
     * @return its slot, {@link #NOT_FOUND} or {@link #DAMAGED}.
     */
    public long find(final byte[] key, final int keyOffset, final int occurrence) {
        try {
            return index.find(
                    (long) Le.ARRAY_LONG.get(key, keyOffset),
                    (long) Le.ARRAY_LONG.get(key, keyOffset + 8),
                    (long) Le.ARRAY_LONG.get(key, keyOffset + 16),
                    (long) Le.ARRAY_LONG.get(key, keyOffset + 24),
                    occurrence);
        } catch (final InternalError e) {
            frames.reportTruncation(e);
            return DAMAGED;
        }
    }

    /**
     * Looks up several interactions, whose entries are fetched from memory at the same time and not one after the
     * other: 8 to 16 at once are several times as fast as one by one where the index is larger than the caches.
     *
     * @param keys        holds the keys, 32 bytes each, one after the other.
     * @param keysOffset  of the first byte of the first.
     * @param occurrences of each, as in {@link #find(byte[], int, int)}.
     * @param slots       is given what {@link #find(byte[], int, int)} gives for each.
     * @param count       how many.
     */
    public void find(
            final byte[] keys,
            final int keysOffset,
            final int[] occurrences,
            final long[] slots,
            final int count) {
        try {
            for (int i = 0; i < count; i++) {
                final int keyOffset = keysOffset + i * FrameHeader.KEY_BYTES;
                slots[i] = index.touch((long) Le.ARRAY_LONG.get(keys, keyOffset), occurrences[i]);
            }
        } catch (final InternalError e) {
            frames.reportTruncation(e);
        }
        for (int i = 0; i < count; i++) {
            slots[i] = find(keys, keysOffset + i * FrameHeader.KEY_BYTES, occurrences[i]);
        }
    }

    /**
     * Makes sure that an interaction's bytes are those that were recorded; the first time by their checksum, later from
     * memory.
     *
     * @return false if they are damaged, which is logged the first time.
     */
    public boolean verify(final long slot) {
        return frames.isSound(slot) || frames.check(slot);
    }

    /** Returns where the response begins in {@link #segment}. */
    public long responseOffset(final long slot) {
        return requestOffset(slot) + requestLength(slot);
    }

    /** Returns the response's length in bytes: head and body. */
    public int responseLength(final long slot) {
        return index.memory().get(Le.INT, index.at(slot) + IndexLayout.RESPONSE_LENGTH);
    }

    /** Returns where the request begins in {@link #segment}. */
    public long requestOffset(final long slot) {
        return frameOffset(slot) + FrameHeader.BYTES;
    }

    /** Returns the request's length in bytes: head and body. */
    public int requestLength(final long slot) {
        return index.memory().get(Le.INT, index.at(slot) + IndexLayout.REQUEST_LENGTH);
    }

    /** Returns the response's status code. */
    public int status(final long slot) {
        return index.memory().get(Le.SHORT, index.at(slot) + IndexLayout.STATUS) & 0xFFFF;
    }

    /** Returns the {@link FrameFlags}. */
    public int flags(final long slot) {
        return index.memory().get(Le.SHORT, index.at(slot) + IndexLayout.FLAGS)
                & (FrameFlags.FRAME_MASK | FrameFlags.LAST);
    }

    /** Returns the interaction's place in the session's order of arrival. */
    public int sequence(final long slot) {
        return index.memory().get(Le.INT, index.at(slot) + IndexLayout.SEQUENCE);
    }

    /** Returns how many interactions with the same key came before. */
    public int occurrence(final long slot) {
        return index.memory().get(Le.INT, index.at(slot) + IndexLayout.OCCURRENCE);
    }

    /** Copies the 32 bytes of the key. */
    public void key(final long slot, final byte[] target, final int offset) {
        MemorySegment.copy(index.memory(), Le.BYTE, index.at(slot), target, offset, FrameHeader.KEY_BYTES);
    }

    /** Returns where the interaction's frame begins in {@link #segment}. */
    public long frameOffset(final long slot) {
        return index.memory().get(Le.LONG, index.at(slot) + IndexLayout.OFFSET);
    }

    /** Copies the 32 bytes of the chain hash. */
    public void chain(final long slot, final byte[] target, final int offset) {
        MemorySegment.copy(
                file, Le.BYTE, frameOffset(slot) + FrameHeader.CHAIN, target, offset, FrameHeader.KEY_BYTES);
    }

    /** Returns when the request arrived, nanoseconds since 1970-01-01 UTC. */
    public long timeNanos(final long slot) {
        return file.get(Le.LONG, frameOffset(slot) + FrameHeader.TIME);
    }

    /** Returns how many chunks the chunk table has. */
    public int chunkCount(final long slot) {
        return file.get(Le.INT, frameOffset(slot) + FrameHeader.CHUNK_COUNT);
    }

    /** Returns where a chunk begins, from the response's first byte. */
    public int chunkOffset(final long slot, final int chunk) {
        return file.get(Le.INT, chunkAt(slot, chunk));
    }

    /** Returns a chunk's length in bytes. */
    public int chunkLength(final long slot, final int chunk) {
        return file.get(Le.INT, chunkAt(slot, chunk) + 4);
    }

    /** Returns when a chunk came, nanoseconds since {@link #timeNanos}. */
    public long chunkNanos(final long slot, final int chunk) {
        return file.get(Le.LONG, chunkAt(slot, chunk) + 8);
    }

    private long chunkAt(final long slot, final int chunk) {
        return frameOffset(slot) + FrameHeader.chunkTableOffset(requestLength(slot), responseLength(slot))
                + (long) chunk * FrameHeader.CHUNK_BYTES;
    }

    /**
     * Returns the slot of the interaction that is the {@code rank}th by sequence, from 0. The first call sorts; it is
     * for strict matching, show and export.
     *
     * @return {@link #DAMAGED} if the index is damaged so that there are fewer than {@link #count} interactions.
     */
    public long slotAt(final int rank) {
        Objects.checkIndex(rank, count);
        return order().slot(rank);
    }

    private synchronized SequenceOrder order() {
        if (order == null) {
            order = new SequenceOrder(index, count, arena);
        }
        return order;
    }

    /** Keeps the mapping; pair with {@link #release}. */
    public void retain() {
        if (!tryRetain()) {
            throw new IllegalStateException("the recording is closed: " + path);
        }
    }

    /** Keeps the mapping if it is still there; pair with {@link #release}. @return whether it is. */
    public boolean tryRetain() {
        int seen = references.get();
        while (seen > 0) {
            if (references.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = references.get();
        }
        return false;
    }

    /** Returns whether somebody other than who opened it retains it. */
    boolean isShared() {
        return references.get() > 1;
    }

    /** Lets go of what {@link #retain} kept; the last one unmaps, which may take some microseconds. */
    public void release() {
        final int left = references.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("the recording was released more often than retained: " + path);
        }
        if (left == 0) {
            arena.close();
        }
    }

    /** Lets go of what {@link #open} kept; whoever has retained the recording can go on. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }
}
