package io.ouli.engine.transport;

/**
 * Reads of files into a fixed set of buffers, under way beside everything else that a transport does: its thread never
 * waits for a disk. For the owner thread of the transport alone.
 */
public interface FileReads {
    /** What one read takes at most: as much as one slice of a long reply. */
    int BUFFER_BYTES = 256 << 10;
    /** How many buffers a transport has. */
    int BUFFERS = 16;

    /** Takes a buffer, or returns null: all are in use. Pair with {@link #release}. */
    ReadBuffer take();

    /** Gives a buffer back that has no read under way. */
    void release(ReadBuffer buffer);

    /**
     * Begins to read.
     *
     * @param position in the file.
     * @param length   in bytes, at most {@link #BUFFER_BYTES}.
     * @param handler  is told by a later poll, exactly once, unless the transport is closed before.
     */
    void read(ReadBuffer buffer, FileSource source, long position, int length, ReadBuffer.Handler handler);
}
