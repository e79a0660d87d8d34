package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Carries out writes and syncs for the one thread that owns it, which fills the next buffer meanwhile.
 *
 * <p>Its buffers are shared by all of the owner's files. When all are out, the owner waits for a write to end; that is
 * what keeps it from running away from the disk.
 */
public abstract class DiskQueue implements AutoCloseable {
    /** The size of a buffer, or the most: large enough that the cost of a write is its bytes'. */
    public static final int BUFFER_BYTES = 1 << 20;
    /** Waits until something ends. */
    static final long FOREVER = Long.MAX_VALUE;
    /** Operations under way before another commit is begun. */
    static final int MAX_UNDER_WAY = 512;

    private final int bufferBytes;
    private final DiskBuffer[] buffers;
    /** The free ones, the latest given back on top: its memory is the warmest. */
    private final DiskBuffer[] free;
    private int freeCount;
    private int made;
    private int nextVictim;
    private int underWay;

    DiskQueue(final int bufferCount) {
        this(bufferCount, BUFFER_BYTES);
    }

    DiskQueue(final int bufferCount, final int bufferBytes) {
        this.bufferBytes = bufferBytes;
        buffers = new DiskBuffer[bufferCount];
        free = new DiskBuffer[bufferCount];
    }

    /** {@return a queue that writes and syncs on the spot, through the storage's own files} */
    public static DiskQueue direct() {
        return new DirectQueue();
    }

    /**
     * Opens the end of a file for appending.
     *
     * @param file which stays the caller's to close, after the tail.
     * @param end  the file's length.
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    public final FileTail open(final Path path, final StorageFile file, final long end) throws IOException {
        return new FileTail(this, openFile(path, file), file, end);
    }

    /** {@return one phrase for people: how this queue writes} */
    public abstract String describe();

    /**
     * Takes what has ended.
     *
     * @param timeoutNanos how long to wait if nothing has, and something is under way.
     */
    public final void poll(final long timeoutNanos) {
        if (underWay > 0) {
            take(timeoutNanos);
        }
    }

    /** {@return whether a write or a sync is under way} */
    public final boolean isBusy() {
        return underWay > 0;
    }

    abstract DiskFile openFile(Path path, StorageFile file) throws IOException;

    /** Takes what has ended, see {@link #poll}. */
    abstract void take(long timeoutNanos);

    /** {@return the size of a buffer} */
    final int bufferBytes() {
        return bufferBytes;
    }

    /** {@return the memory of one more buffer} */
    abstract MemorySegment memory(int index);

    final void started() {
        underWay++;
    }

    final void ended() {
        underWay--;
    }

    /** Waits while so much is under way that another commit could find no room. */
    final void awaitRoom() {
        while (underWay >= MAX_UNDER_WAY) {
            poll(FOREVER);
        }
    }

    /** Lends a buffer, waiting for one if all are out. */
    final DiskBuffer lend(final FileTail tail) {
        while (freeCount == 0 && made == buffers.length) {
            if (underWay == 0) {
                // Many files with a little in each: the one whose turn it is gives its buffer up.
                buffers[nextVictim].tail.flush();
                nextVictim = (nextVictim + 1) % buffers.length;
            }
            poll(FOREVER);
        }
        final DiskBuffer buffer = freeCount > 0 ? free[--freeCount] : make();
        buffer.tail = tail;
        buffer.length = 0;
        return buffer;
    }

    private DiskBuffer make() {
        final DiskBuffer buffer = new DiskBuffer(made, memory(made));
        buffers[made++] = buffer;
        return buffer;
    }

    final void giveBack(final DiskBuffer buffer) {
        buffer.tail = null;
        free[freeCount++] = buffer;
    }

    /** Frees the buffers; to be called by the owner after its files were closed. */
    @Override
    public abstract void close();
}
