package io.ouli.engine.transport;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** One of the buffers that a transport reads files into; for one read at a time. */
public final class ReadBuffer {
    /** The memory, native, {@link FileReads#BUFFER_BYTES} long. */
    public final MemorySegment segment;
    private final int index;
    ReadBuffer nextFree;
    /** The read under way. */
    private FileSource source;
    private long position;
    private int length;
    Handler handler;
    int result;

    /** Is told that a read has ended; by the transport's owner thread, from inside poll. */
    public interface Handler {
        /**
         * The bytes are there.
         *
         * @param length how many; fewer than asked for where the file ends, or the negative errno.
         */
        void onRead(ReadBuffer buffer, int length);
    }

    ReadBuffer(final MemorySegment segment, final int index) {
        this.segment = segment;
        this.index = index;
    }

    void begin(final FileSource file, final long from, final int bytes, final Handler whenDone) {
        if (bytes < 1 || bytes > segment.byteSize()) {
            throw new IllegalArgumentException(bytes + " bytes do not fit a buffer of " + segment.byteSize());
        }
        if (handler != null) {
            throw new IllegalStateException("the buffer has a read under way");
        }
        source = file;
        position = from;
        length = bytes;
        handler = whenDone;
    }

    /** {@return the buffer's place among its transport's} */
    public int index() {
        return index;
    }

    /** {@return the file of the read under way} */
    public FileSource source() {
        return source;
    }

    /** {@return where in the file the read under way begins} */
    public long position() {
        return position;
    }

    /** {@return how many bytes the read under way is for} */
    public int length() {
        return length;
    }

    /** Reads as a plain call, on a thread that may wait. */
    void readBlocking() {
        try {
            result = (int) source.read(position, segment, length);
        } catch (final IOException | RuntimeException e) {
            result = -Errno.EIO;
        }
    }

    /** Tells the handler, which may begin the next read. */
    public void end(final int bytes) {
        final Handler told = handler;
        handler = null;
        source = null;
        told.onRead(this, bytes);
    }
}
