package io.ouli.engine.recording.storage;

/** How a file is opened. */
public enum StorageMode {
    /** For reading; it has to exist. */
    READ,
    /** For reading and writing; it has to exist. */
    WRITE,
    /** For reading and writing; it must not exist, and is created for its owner only. */
    CREATE
}
