package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.disk.DiskQueue;
import io.ouli.engine.recording.disk.FileChangedException;
import io.ouli.engine.recording.disk.FileTail;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageLock;
import io.ouli.engine.recording.storage.StorageMode;
import java.io.IOException;
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
    private final Path path;
    private final RecordingOptions options;
    private final StorageLock lock;
    private final FileHeader header;
    private final EntryLog log;
    private final int tag;
    private final Checksums crc = new Checksums();
    private final Chain chain = new Chain();
    private final FrameKeys keys = new FrameKeys();
    /** Closed while this is parked. */
    private StorageFile file;
    private boolean parked;
    /** Opened by the first append, on the thread that appends; the queue only if it is this writer's own. */
    private FileTail tail;
    private DiskQueue ownQueue;
    /** Looks at what was there before, or null; it may go on while this appends. */
    private AppendCheck check;
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

    RecordingWriter(
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
        return WriterOpener.open(path, options);
    }

    /** Takes over what looks at what was there before, to end it with this. */
    void checking(final AppendCheck begun) {
        check = begun;
    }

    /** Takes up the chain where the last interaction of the file left it. */
    void followLast() throws IOException {
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

    /** {@return the file} */
    public Path path() {
        return path;
    }

    /** {@return the sequence that the next interaction should have: one more than the highest so far} */
    public int nextSequence() {
        return nextSequence;
    }

    /** {@return how many interactions there are, committed or not} */
    public int count() {
        return log.count();
    }

    /**
     * {@return up to where the file is committed: on disk, or just written with {@link Durability#NONE}} Any thread.
     */
    public long committedBytes() {
        return committedBytes;
    }

    /** {@return how many interactions are committed, in the order of their appending} Any thread. */
    public int committedCount() {
        return committedCount;
    }

    /** {@return whether it can still be used: it was not closed} */
    public boolean isOpen() {
        return !closed;
    }

    /** {@return the error after which nothing more was recorded, or null} Any thread. */
    public RecordingException failed() {
        return failure;
    }

    /**
     * Appends a frame; it is copied, and stays the caller's to release. It is committed once {@link #committedBytes}
     * has reached what is returned.
     *
     * @return where the frame ends in the file.
     * @throws RecordingException    if a limit is reached, which leaves the recording as it was, or the disk failed.
     * @throws IllegalStateException if the frame was released, or this is closed.
     */
    public long append(final Frame frame) {
        checkUsable();
        frame.requireLent();
        unpark();
        final int length = frame.length();
        checkLimits(length);
        keys.find(frame);
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

    /**
     * Appends frames in this order, as {@link #append(Frame)} does one by one: the file gets the same bytes. Keys that
     * they lack are found together, which takes less time.
     *
     * @param count how many; {@link FrameKeys#MAX_FRAMES} at a time are enough.
     * @return where the last one ends in the file, or the file if there are none.
     * @throws RecordingException as one by one; those before the one that was refused are appended.
     */
    public long append(final Frame[] frames, final int count) {
        checkUsable();
        keys.find(frames, count);
        for (int i = 0; i < count; i++) {
            append(frames[i]);
        }
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
        DiskQueue queue = ownQueue == null ? options.queue().get() : ownQueue;
        if (queue == null) {
            queue = DiskQueue.direct();
            ownQueue = queue;
        }
        tail = queue.open(path, file, end);
    }

    /** {@return whether something was appended for which no commit was begun} */
    public boolean hasUncommitted() {
        return failure == null && end > begunBytes;
    }

    /** {@return the {@link System#nanoTime} by which {@link #commit} is due, if {@link #hasUncommitted}} */
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
        if (tail != null && !tail.isCommitting()) {
            begunCount = log.count();
            begunBytes = end;
            tail.beginCommit(durable);
        }
    }

    /** {@return whether a commit is under way; if not, {@link #endCommit} does not wait} */
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
        if (tail == null) {
            return; // Parked since: everything was committed.
        }
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
        unpark();
        try (Arena arena = Arena.ofShared()) {
            final Sealer sealer = new Sealer(file, header, log, arena);
            file.sync(false);
            end = sealer.writeIndex(end);
            if (tail != null) {
                tail.moved(end);
            }
            checkUndisturbed();
            sealer.writeHeader(options.epochNanos().getAsLong(), options.policyHash());
            options.storage().syncFolder(path.toAbsolutePath().getParent());
        } catch (final IOException e) {
            throw fail(e, "sealing");
        } catch (final IndexBuilder.HostileKeysException e) {
            throw new RecordingException(Reason.DAMAGED, path, RecordingException.NO_OFFSET, e.getMessage(),
                    "do not trust this file", e);
        }
        begunBytes = end;
        committedBytes = end;
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

    /**
     * Lets go of the descriptors until something is appended or sealed: many recordings may be written by turns. The
     * lock stays this writer's. Nothing happens while something is not committed.
     *
     * @return whether it has none now.
     * @throws RecordingException if the disk failed; nothing more is recorded then.
     */
    public boolean park() {
        if (parked || closed) {
            return true;
        }
        if (isCommitting() || failure == null && end > committedBytes) {
            return false;
        }
        try {
            if (tail != null) {
                tail.close();
                tail = null;
            }
            file.close();
            lock.park();
            parked = true;
            return true;
        } catch (final IOException e) {
            throw failure == null ? fail(e, "closing it for a while") : failure;
        }
    }

    /** {@return whether it has let go of its descriptors} */
    public boolean isParked() {
        return parked;
    }

    /** Opens the file again; it has to be as it was left. */
    private void unpark() {
        if (!parked) {
            return;
        }
        StorageFile opened = null;
        try {
            lock.unpark();
            if (!file.isNamed(path)) {
                throw new FileChangedException("somebody else removed or replaced it");
            }
            opened = options.storage().open(path, StorageMode.WRITE);
            checkAsLeft(opened);
            file = opened;
            parked = false;
        } catch (final IOException e) {
            throw fail(e, "opening it again");
        } finally {
            if (parked && opened != null) {
                closeQuietly(opened);
            }
        }
    }

    private void checkAsLeft(final StorageFile opened) throws IOException {
        if (opened.size() != end) {
            throw new FileChangedException("somebody else changed its length");
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment there = arena.allocate(FileHeader.BYTES, Long.BYTES);
            final MemorySegment left = arena.allocate(FileHeader.BYTES, Long.BYTES);
            header.encode(left);
            if (opened.read(0, there, 0, FileHeader.BYTES) != FileHeader.BYTES || there.mismatch(left) >= 0) {
                throw new FileChangedException("somebody else wrote into it");
            }
        }
    }

    private static void closeQuietly(final StorageFile opened) {
        try {
            opened.close();
        } catch (final IOException e) {
            System.getLogger("io.ouli.recording").log(System.Logger.Level.DEBUG, "a file was not closed well", e);
        }
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
            if (check != null) {
                check.close();
            }
            log.close();
            closeFile();
        }
    }

    private void closeFile() {
        final DiskQueue queue = ownQueue;
        final StorageFile opened = file;
        try (lock; opened; queue) {
            if (tail != null) {
                tail.close();
            }
        } catch (final IOException e) {
            throw RecordingErrors.of(e, path, RecordingException.NO_OFFSET, "closing it");
        }
    }
}
