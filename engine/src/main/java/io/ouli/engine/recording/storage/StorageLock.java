package io.ouli.engine.recording.storage;

/** The right to write a file, until it is closed. */
public interface StorageLock extends AutoCloseable {
    /** Gives the lock back; nothing happens the second time. */
    @Override
    void close();
}
