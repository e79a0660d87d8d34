package io.ouli.engine.recording.disk;

import java.io.IOException;

/** A queue's own handle of one file. What it starts ends in a call of the buffer's tail, on the owner's thread. */
interface DiskFile extends AutoCloseable {
    /** Starts to write a buffer; ends in {@link FileTail#written}. */
    void write(DiskBuffer buffer);

    /** Starts to make durable what was written; ends in {@link FileTail#synced}. */
    void sync(FileTail tail);

    /**
     * Asks the file system to set space aside without making the file longer; it may refuse, and nothing is lost.
     *
     * @return whether to ask again.
     */
    default boolean reserve(final long position, final long length) {
        return false;
    }

    /** Gives back what was set aside beyond the file's end. */
    default void trim(final long end) throws IOException {
        // Nothing was set aside.
    }

    @Override
    void close() throws IOException;
}
