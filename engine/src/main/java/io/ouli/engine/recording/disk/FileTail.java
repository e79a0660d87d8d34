package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The end of one file, written behind its owner's back: takes bytes, starts a write with each full buffer, and commits
 * in groups. At most one sync is under way.
 *
 * <p>After an error, or when somebody else changes the file's length, it is failed for good: what is beyond the last
 * commit may be torn, and after a failed sync nobody knows what is on disk.
 */
public final class FileTail {
    /** A file of less gets no space set aside: there may be many of them. */
    static final long RESERVE_FROM_BYTES = 4L << 20;
    /** The most that is set aside beyond what is written, but for what commits of more will need. */
    static final long MAX_RESERVE_BYTES = 64L << 20;
    /** The most that is set aside in one piece behind a commit. */
    static final long MAX_RESERVE_AHEAD_BYTES = 256L << 20;

    private final DiskQueue queue;
    private final DiskFile disk;
    private final StorageFile file;
    private DiskBuffer filling;
    /** Up to where bytes were taken. */
    private long end;
    /** Up to where writes were started. */
    private long started;
    private int writing;
    private boolean syncing;
    private boolean committing;
    private boolean durable;
    /** Up to where the commit under way goes. */
    private long goal;
    /** Writes under way that the commit waits for. */
    private int goalWrites;
    private long committed;
    private boolean reserves = true;
    private long reserved;
    /** Whether a writer that was killed may have left space set aside. */
    private boolean leftover;
    private IOException failure;

    FileTail(final DiskQueue queue, final DiskFile disk, final StorageFile file, final long end) {
        this.queue = queue;
        this.disk = disk;
        this.file = file;
        this.end = end;
        started = end;
        committed = end;
        reserved = end;
        leftover = end >= RESERVE_FROM_BYTES;
    }

    /** {@return up to where the file is committed} */
    public long committed() {
        return committed;
    }

    /**
     * Takes bytes for the file's end; they are copied.
     *
     * @throws IOException if an earlier write or sync has failed.
     */
    public void append(final MemorySegment source, final long length) throws IOException {
        checkSound();
        long from = 0;
        while (from < length) {
            if (filling == null) {
                filling = queue.lend(this);
            }
            final long count = Math.min(length - from, room() - filling.length);
            MemorySegment.copy(source, from, filling.memory, filling.length, count);
            filling.length += (int) count;
            from += count;
            end += count;
            if (filling.length == room()) {
                flush();
            }
        }
    }

    /** Writes end at multiples of a buffer's size: the page cache takes them in its largest pieces. */
    private int room() {
        return queue.bufferBytes() - (int) (started & queue.bufferBytes() - 1);
    }

    /**
     * Starts to commit everything taken so far; nothing happens while a commit is under way.
     *
     * @param toDisk whether it is to be synced; otherwise a crash of the machine may lose it.
     */
    public void beginCommit(final boolean toDisk) {
        if (committing) {
            return;
        }
        queue.awaitRoom();
        flush();
        goal = end;
        goalWrites = writing;
        durable = toDisk;
        committing = true;
        advance();
    }

    /** {@return whether a commit is under way; {@link DiskQueue#poll} moves it on} */
    public boolean isCommitting() {
        return committing;
    }

    /** Waits for the end of the commit that is under way, if there is one. */
    public void awaitCommit() throws IOException {
        while (committing) {
            queue.poll(DiskQueue.FOREVER);
        }
        checkSound();
    }

    /** Fails if a write or sync has failed. */
    public void checkSound() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Starts the write of what was gathered. */
    void flush() {
        if (filling == null) {
            return;
        }
        final DiskBuffer buffer = filling;
        filling = null;
        if (writing == 0) {
            checkLength(started);
        }
        if (failure != null) {
            queue.giveBack(buffer);
            return;
        }
        buffer.position = started;
        started += buffer.length;
        reserve();
        writing++;
        queue.started();
        disk.write(buffer);
    }

    /** A long file gets its space in a few large pieces; its length is not touched. */
    private void reserve() {
        if (started > reserved && started >= RESERVE_FROM_BYTES) {
            reserve(started, Math.min(started, MAX_RESERVE_BYTES));
        }
    }

    /**
     * Sets aside what the next commits will need, right behind one, when the disk has nothing to do: a file system that
     * has to read first where it has room waits behind all that is being written otherwise, and the owner with it.
     */
    private void reserveAhead(final long lastCommitBytes) {
        if (lastCommitBytes >= RESERVE_FROM_BYTES && reserved - started < 2 * lastCommitBytes) {
            reserve(Math.max(started, reserved), Math.min(4 * lastCommitBytes, MAX_RESERVE_AHEAD_BYTES));
        }
    }

    private void reserve(final long position, final long length) {
        if (reserves) {
            reserves = disk.reserve(position, length);
            reserved = position + length;
        }
    }

    /** A write of this tail has ended. */
    void written(final DiskBuffer buffer, final IOException error) {
        queue.ended();
        writing--;
        if (committing && buffer.position < goal) {
            goalWrites--;
        }
        queue.giveBack(buffer);
        fail(error);
        advance();
    }

    /** A sync of this tail has ended. */
    void synced(final IOException error) {
        queue.ended();
        syncing = false;
        fail(error);
        if (failure == null) {
            final long bytes = goal - committed;
            committed = goal;
            reserveAhead(bytes);
        }
        committing = false;
    }

    private void advance() {
        if (!committing || syncing || goalWrites > 0) {
            return;
        }
        if (writing == 0) {
            checkLength(started);
        }
        if (failure != null || !durable || committed == goal) {
            committed = failure == null ? goal : committed;
            committing = false;
            return;
        }
        syncing = true;
        queue.started();
        disk.sync(this);
    }

    /** A hole, or somebody else's bytes, must never become part of what is acknowledged. */
    private void checkLength(final long expected) {
        try {
            if (file.size() != expected) {
                fail(new FileChangedException("somebody else changed its length"));
            }
        } catch (final IOException e) {
            fail(e);
        }
    }

    private void fail(final IOException error) {
        if (error != null && failure == null) {
            failure = error;
        }
    }

    /**
     * Says that somebody, the owner, has written behind the last commit in another way.
     *
     * @param newEnd the file's length now.
     */
    public void moved(final long newEnd) throws IOException {
        assert filling == null && writing == 0 && !committing;
        end = newEnd;
        started = newEnd;
        committed = newEnd;
        trim();
        reserved = Math.max(reserved, newEnd);
    }

    private void trim() throws IOException {
        if (leftover || reserved > started) {
            disk.trim(started);
            reserved = started;
            leftover = false;
        }
    }

    /** Waits for what is under way, forgets what was not written, and lets go of the file. */
    public void close() throws IOException {
        if (filling != null) {
            queue.giveBack(filling);
            filling = null;
        }
        while (writing > 0 || syncing) {
            queue.poll(DiskQueue.FOREVER);
        }
        try {
            if (failure == null) {
                trim();
            }
        } finally {
            disk.close();
        }
    }
}
