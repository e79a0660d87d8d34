package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.disk.DiskQueue;
import io.ouli.engine.recording.disk.FileChangedException;
import io.ouli.engine.recording.disk.FileTail;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageLock;
import io.ouli.engine.recording.storage.StorageMode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Writes one recording: appends frames, commits them in groups, seals. For one thread, but for the accessors that say
 * so.
 *
 * <p>After an error of the disk the writer is {@linkplain #failed failed}: it takes nothing more, and what was
 * committed stays readable. A seal is never written over: appending to a sealed recording leaves it valid until the
 * next one is.
 */
public final class RecordingWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.ouli.recording");
    private static final String NEW_SUFFIX = "~new";

    private final Path path;
    private final RecordingOptions options;
    private final StorageLock lock;
    private final StorageFile file;
    private final FileHeader header;
    private final EntryLog log;
    private final int tag;
    private final Checksums crc = new Checksums();
    private final Chain chain = new Chain();
    /** Opened by the first append, on the thread that appends; the queue only if it is this writer's own. */
    private FileTail tail;
    private DiskQueue ownQueue;
    private long end;
    /** Up to where commits were begun, and how many interactions that is. */
    private long begunBytes;
    private int begunCount;
    private long firstUncommittedNanos;
    private int nextSequence;
    private volatile long committedBytes;
    private volatile int committedCount;
    private volatile RecordingException failure;
    private boolean closed;

    private RecordingWriter(
            final Path path,
            final RecordingOptions options,
            final StorageLock lock,
            final StorageFile file,
            final FileHeader header,
            final EntryLog log,
            final long end) {
        this.path = path;
        this.options = options;
        this.lock = lock;
        this.file = file;
        this.header = header;
        this.log = log;
        this.end = end;
        tag = header.tag();
        nextSequence = log.lastSequence() + 1;
        begunBytes = end;
        begunCount = log.count();
        committedBytes = end;
        committedCount = begunCount;
    }

    /**
     * Opens a recording for writing, and creates it and its folders if need be.
     *
     * @throws RecordingException if it exists and may not, is damaged, has another writer, or the disk refuses.
     */
    public static RecordingWriter open(final Path path, final RecordingOptions options) {
        final Storage storage = options.storage();
        StorageLock lock = null;
        boolean ok = false;
        try {
            storage.createFolders(path.toAbsolutePath().getParent());
            lock = storage.lock(path);
            final boolean exists = storage.exists(path);
            if (exists && options.existing() == ExistingPolicy.FAIL) {
                throw new RecordingException(Reason.EXISTS, path, RecordingException.NO_OFFSET,
                        "there is a recording already",
                        "choose --existing append or --existing replace, or another session");
            }
            final RecordingWriter writer = exists && options.existing() == ExistingPolicy.APPEND
                    ? resume(path, options, lock)
                    : create(path, options, lock);
            ok = true;
            return writer;
        } catch (final IOException e) {
            throw RecordingErrors.of(e, path, RecordingException.NO_OFFSET, "opening it for writing");
        } finally {
            if (!ok && lock != null) {
                lock.close();
            }
        }
    }

    /** A file gets its name only when it has a header: no crash leaves something that is no recording. */
    private static RecordingWriter create(
            final Path path, final RecordingOptions options, final StorageLock lock) throws IOException {
        final Storage storage = options.storage();
        final Path fresh = path.resolveSibling(path.getFileName() + NEW_SUFFIX);
        storage.delete(fresh);
        final FileHeader header = FileHeader.begin(options.epochNanos().getAsLong(), options.policyHash());
        writeHeaderOf(storage, fresh, header);
        storage.rename(fresh, path);
        storage.syncFolder(path.toAbsolutePath().getParent());
        final StorageFile file = storage.open(path, StorageMode.WRITE);
        return new RecordingWriter(path, options, lock, file, header, EntryLog.shared(), FileHeader.BYTES);
    }

    /** Creates a file that only its creator knows of, and that therefore needs no lock. */
    static RecordingWriter create(final Path path, final RecordingOptions options, final FileHeader header)
            throws IOException {
        writeHeaderOf(options.storage(), path, header);
        final RecordingOptions same = options.withPolicyHash(header.policyHash);
        final StorageFile file = options.storage().open(path, StorageMode.WRITE);
        return new RecordingWriter(path, same, () -> { }, file, header, EntryLog.shared(), FileHeader.BYTES);
    }

    private static void writeHeaderOf(final Storage storage, final Path fresh, final FileHeader header)
            throws IOException {
        try (StorageFile file = storage.open(fresh, StorageMode.CREATE); Arena arena = Arena.ofConfined()) {
            final MemorySegment bytes = arena.allocate(FileHeader.BYTES, Long.BYTES);
            header.encode(bytes);
            file.write(0, bytes, 0, FileHeader.BYTES);
            file.sync(true);
        }
    }

    /** Goes on with what is there; what was never sealed is recovered first: its torn tail is cut. */
    private static RecordingWriter resume(
            final Path path, final RecordingOptions options, final StorageLock lock) throws IOException {
        final RecordingWriter writer = tryResume(path, options, lock);
        if (writer != null) {
            return writer;
        }
        final RecordingRecovery.Result result = new RecordingRecovery(options).recoverLocked(path);
        LOG.log(Level.WARNING, path + ": left behind by a crash, holes in it; " + result.kept()
                + " interactions were kept, the file as it was is " + result.backup());
        return tryResume(path, options, lock);
    }

    /** Returns null if there are holes between the interactions, which only writing it anew removes. */
    private static RecordingWriter tryResume(
            final Path path, final RecordingOptions options, final StorageLock lock) throws IOException {
        final StorageFile file = options.storage().open(path, StorageMode.WRITE);
        Contents contents = null;
        boolean ok = false;
        try {
            contents = Contents.readAll(path, file, options.limits());
            if (contents.problem != null) {
                throw new RecordingException(Reason.DAMAGED, path, RecordingException.NO_OFFSET, contents.problem,
                        "run ouli recover, then record again");
            }
            if (contents.lostRegions > 0 || contents.log.hasDamage()) {
                return null;
            }
            if (contents.size > contents.end) {
                file.truncate(contents.end);
                file.sync(true);
            }
            final RecordingWriter writer = new RecordingWriter(
                    path, options, lock, file, contents.header, contents.log, contents.end);
            writer.followLast();
            ok = true;
            return writer;
        } finally {
            if (!ok) {
                file.close();
                if (contents != null) {
                    contents.close();
                }
            }
        }
    }

    /** Takes up the chain where the last interaction of the file left it. */
    private void followLast() throws IOException {
        long last = -1;
        for (int i = 0; i < log.count(); i++) {
            last = Math.max(last, log.segment(i).get(Le.LONG, log.offset(i) + IndexLayout.OFFSET));
        }
        if (last >= 0) {
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment frame = arena.allocate(FrameHeader.BYTES, FrameHeader.ALIGNMENT);
                // The index passed its checksums; what it says may still be forged.
                final String problem = last > end - FrameHeader.BYTES
                        || file.read(last, frame, 0, FrameHeader.BYTES) != FrameHeader.BYTES
                        ? "the index names an interaction beyond the file"
                        : FrameHeader.problem(frame, 0, last, end, tag, crc);
                if (problem != null) {
                    throw new RecordingException(Reason.DAMAGED, path, last, problem,
                            "run ouli recover, then record again");
                }
                chain.follow(frame, 0);
            }
        }
    }

    /** Returns the file. */
    public Path path() {
        return path;
    }

    /** Returns the sequence that the next interaction should have: one more than the highest so far. */
    public int nextSequence() {
        return nextSequence;
    }

    /** Returns how many interactions there are, committed or not. */
    public int count() {
        return log.count();
    }

    /** Returns up to where the file is committed: on disk, or just written with {@link Durability#NONE}. Any thread. */
    public long committedBytes() {
        return committedBytes;
    }

    /** Returns how many interactions are committed, in the order of their appending. Any thread. */
    public int committedCount() {
        return committedCount;
    }

    /** Returns whether it can still be used: it was not closed. */
    public boolean isOpen() {
        return !closed;
    }

    /** Returns the error after which nothing more was recorded, or null. Any thread. */
    public RecordingException failed() {
        return failure;
    }

    /**
     * Appends a frame; it is copied, and stays the caller's to release. It is committed once {@link #committedBytes}
     * has reached what is returned.
     *
     * @return where the frame ends in the file.
     * @throws RecordingException if a limit is reached, which leaves the recording as it was, or the disk failed.
     */
    public long append(final Frame frame) {
        checkUsable();
        final int length = frame.length();
        checkLimits(length);
        chain.stamp(frame.memory, 0);
        FrameHeader.place(frame.memory, 0, end, tag, crc);
        if (end == begunBytes) {
            firstUncommittedNanos = System.nanoTime();
        }
        try {
            if (tail == null) {
                openTail();
            }
            tail.append(frame.memory, length);
        } catch (final IOException e) {
            throw fail(e, "writing");
        }
        log.add(frame.memory, 0, end, 0);
        nextSequence = Math.max(nextSequence, frame.sequence() + 1);
        end += length;
        return end;
    }

    private void checkLimits(final long length) {
        final RecordingLimits limits = options.limits();
        if (log.count() >= limits.maxInteractions()) {
            throw new RecordingException(Reason.LIMIT, path, end,
                    "it has " + log.count() + " interactions, which is the most", "record into another session");
        }
        final long sealed = end + length + IndexLayout.frameLength(end + length, IndexLayout.capacity(log.count() + 1));
        if (sealed > limits.maxFileBytes()) {
            throw new RecordingException(Reason.LIMIT, path, end,
                    "it would grow beyond " + limits.maxFileBytes() + " bytes", "record into another session");
        }
    }

    private void openTail() throws IOException {
        DiskQueue queue = options.queue().get();
        if (queue == null) {
            queue = DiskQueue.direct();
            ownQueue = queue;
        }
        tail = queue.open(path, file, end);
    }

    /** Returns whether something was appended for which no commit was begun. */
    public boolean hasUncommitted() {
        return failure == null && end > begunBytes;
    }

    /** Returns the {@link System#nanoTime} by which {@link #commit} is due, if {@link #hasUncommitted}. */
    public long commitDueNanos() {
        return options.durability() == Durability.EACH
                ? firstUncommittedNanos
                : firstUncommittedNanos + options.commitIntervalNanos();
    }

    /**
     * Writes what was appended and, unless the durability is {@link Durability#NONE}, waits until it is on disk.
     *
     * @throws RecordingException if the disk failed; nothing more is recorded then.
     */
    public void commit() {
        checkUsable();
        commit(options.durability() != Durability.NONE);
    }

    private void commit(final boolean durable) {
        if (tail == null) {
            return;
        }
        awaitCommit();
        if (end > committedBytes) {
            beginCommit(durable);
            awaitCommit();
        }
    }

    /**
     * Begins to commit what was appended, without waiting; nothing happens while a commit is under way. The queue of
     * the options moves it on.
     */
    public void beginCommit() {
        checkUsable();
        beginCommit(options.durability() != Durability.NONE);
    }

    private void beginCommit(final boolean durable) {
        if (!tail.isCommitting()) {
            begunCount = log.count();
            begunBytes = end;
            tail.beginCommit(durable);
        }
    }

    /** Returns whether a commit is under way; if not, {@link #endCommit} does not wait. */
    public boolean isCommitting() {
        return tail != null && tail.isCommitting();
    }

    /**
     * Ends the commit that was begun.
     *
     * @throws RecordingException if the disk failed, or somebody else changed the file; nothing more is recorded then.
     */
    public void endCommit() {
        checkUsable();
        awaitCommit();
    }

    private void awaitCommit() {
        try {
            tail.awaitCommit();
            if (tail.committed() > committedBytes) {
                // A writer that writes into a file without a name records nothing.
                if (!file.isNamed(path)) {
                    throw new FileChangedException("somebody else removed or replaced it");
                }
                committedCount = begunCount;
                committedBytes = tail.committed();
            }
        } catch (final IOException e) {
            throw fail(e, "committing");
        }
    }

    /**
     * Commits, writes the index, and makes the file a sealed one, all of it on disk. Nothing happens if nothing was
     * appended since it was sealed. More can be appended afterwards.
     *
     * @throws RecordingException if the disk failed; the interactions and the last seal stay readable.
     */
    public void seal() {
        checkUsable();
        if (header.sealed && header.sealedLength == end) {
            return;
        }
        commit(true);
        try (Arena arena = Arena.ofShared()) {
            final IndexBuilder index = IndexBuilder.build(log, arena);
            file.sync(false);
            final MemorySegment front = indexFront(index, arena);
            final long entries = end + front.byteSize();
            file.write(end, front, 0, front.byteSize());
            for (long at = 0; at < index.table().byteSize(); at += DiskQueue.BUFFER_BYTES) {
                final long length = Math.min(DiskQueue.BUFFER_BYTES, index.table().byteSize() - at);
                file.write(entries + at, index.table(), at, length);
            }
            file.sync(true);
            final long indexOffset = end;
            end = entries + index.table().byteSize();
            if (tail != null) {
                tail.moved(end);
            }
            checkUndisturbed();
            writeSeal(index, indexOffset, front.get(Le.INT, FrameHeader.HEADER_CRC), arena);
        } catch (final IOException e) {
            throw fail(e, "sealing");
        } catch (final IndexBuilder.HostileKeysException e) {
            throw new RecordingException(Reason.DAMAGED, path, RecordingException.NO_OFFSET, e.getMessage(),
                    "do not trust this file", e);
        }
        begunBytes = end;
        committedBytes = end;
    }

    /** Returns the index's frame up to its entries. */
    private MemorySegment indexFront(final IndexBuilder index, final Arena arena) {
        final long length = IndexLayout.entriesOffset(end, index.capacity()) - end;
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
        FrameHeader.place(front, 0, end, tag, crc);
        return front;
    }

    private void writeSeal(final IndexBuilder index, final long indexOffset, final int indexCrc, final Arena arena)
            throws IOException {
        header.sealed = true;
        header.sealedNanos = options.epochNanos().getAsLong();
        header.policyHash = options.policyHash().clone();
        header.count = log.count();
        header.keys = index.keys();
        header.indexOffset = indexOffset;
        header.sealedLength = end;
        header.capacity = index.capacity();
        header.lastSequence = index.lastSequence();
        header.indexCrc = indexCrc;
        final MemorySegment bytes = arena.allocate(FileHeader.BYTES, Long.BYTES);
        header.encode(bytes);
        file.write(0, bytes, 0, FileHeader.BYTES);
        file.sync(true);
        options.storage().syncFolder(path.toAbsolutePath().getParent());
    }

    /** What is sealed is what was written, under the name it was written under. */
    private void checkUndisturbed() throws IOException {
        if (!file.isNamed(path)) {
            throw new FileChangedException("somebody else removed or replaced it");
        }
        if (file.size() != end) {
            throw new FileChangedException("somebody else changed its length");
        }
    }

    private void checkUsable() {
        if (failure != null) {
            throw new RecordingException(failure.reason(), path, failure.offset(),
                    "nothing more is recorded since an error", "see the error before", failure);
        }
        if (closed) {
            throw new IllegalStateException("the writer is closed: " + path);
        }
    }

    /** What is beyond the last commit may be torn, and after a failed sync nobody knows what is on disk. */
    private RecordingException fail(final IOException e, final String doing) {
        failure = RecordingErrors.of(e, path, committedBytes, doing);
        return failure;
    }

    /** Commits what is not, and lets go of the file without sealing it. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        try {
            if (failure == null) {
                commit();
            }
        } finally {
            closed = true;
            log.close();
            closeFile();
        }
    }

    private void closeFile() {
        final DiskQueue queue = ownQueue;
        try (lock; file; queue) {
            if (tail != null) {
                tail.close();
            }
        } catch (final IOException e) {
            throw RecordingErrors.of(e, path, RecordingException.NO_OFFSET, "closing it");
        }
    }
}
