package io.ouli.engine.recording.storage;

import java.io.IOException;

/** The right to write a file, until it is closed. */
public interface StorageLock extends AutoCloseable {
    /**
     * Lets go of what the process needs for it, a descriptor, and keeps the lock: nobody else gets it while this
     * process lives.
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    default void park() throws IOException {
        // Nothing is needed for it.
    }

    /**
     * Takes up again what {@link #park} let go of; nothing happens if it was not parked.
     *
     * @throws LockedException if somebody else has it all the same; names who.
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    default void unpark() throws IOException {
        // Nothing was let go of.
    }

    /** Gives the lock back; nothing happens the second time. */
    @Override
    void close();
}
