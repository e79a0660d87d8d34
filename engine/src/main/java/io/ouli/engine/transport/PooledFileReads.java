package io.ouli.engine.transport;

import java.lang.foreign.MemorySegment;

/** What all {@link FileReads} have in common: the buffers, made when the first is taken. */
public abstract class PooledFileReads implements FileReads {
    private boolean opened;
    private ReadBuffer firstFree;

    /** Makes one whose buffers are made when the first is taken. */
    protected PooledFileReads() {
    }

    /** Makes the buffers: calls {@link #divide} once. */
    protected abstract void open();

    /** Begins the read that a buffer describes. */
    protected abstract void submit(ReadBuffer buffer);

    /** Divides memory into the buffers. */
    protected final void divide(final MemorySegment memory) {
        for (int i = BUFFERS - 1; i >= 0; i--) {
            release(new ReadBuffer(memory.asSlice((long) i * BUFFER_BYTES, BUFFER_BYTES), i));
        }
    }

    @Override
    public final ReadBuffer take() {
        if (!opened) {
            open();
            opened = true;
        }
        final ReadBuffer taken = firstFree;
        if (taken != null) {
            firstFree = taken.nextFree;
            taken.nextFree = null;
        }
        return taken;
    }

    @Override
    public final void release(final ReadBuffer buffer) {
        assert buffer.handler == null : "the buffer has a read under way";
        buffer.nextFree = firstFree;
        firstFree = buffer;
    }

    @Override
    public final void read(
            final ReadBuffer buffer,
            final FileSource source,
            final long position,
            final int length,
            final ReadBuffer.Handler handler) {
        buffer.begin(source, position, length, handler);
        submit(buffer);
    }
}
