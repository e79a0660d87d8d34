package io.ouli.engine.recording.storage;

import java.io.IOException;
import java.nio.file.Path;

/** The folders and files that recordings live in. Safe for use by several threads. */
public interface Storage {
    /** {@return the operating system's own files, through {@link java.nio.channels.FileChannel}} */
    static Storage files() {
        return ChannelStorage.INSTANCE;
    }

    /**
     * Opens a file.
     *
     * @throws java.nio.file.NoSuchFileException        if it has to exist and does not.
     * @throws java.nio.file.FileAlreadyExistsException if it has to be new and is not.
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    StorageFile open(Path path, StorageMode mode) throws IOException;

    /**
     * {@return the file that a name stands for: where symbolic links lead, or the name itself if it is none} Whoever
     * writes asks first, so that all names of one file have one lock, and no link is replaced by a file. Links of
     * folders need not be followed for that; hard links are not seen.
     *
     * @throws IOException if a link leads round in a circle, or the operating system refuses.
     */
    default Path real(final Path path) throws IOException {
        return path;
    }

    /** {@return whether something is there under this name} */
    boolean exists(Path path);

    /**
     * Creates a folder and the folders above it, for the owner only, and makes their names durable.
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    void createFolders(Path folder) throws IOException;

    /**
     * Gives a file another name at once, in place of what had that name; durable after {@link #syncFolder}.
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Gives a file a second name, in place of what had it.
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    void link(Path existing, Path name) throws IOException;

    /**
     * Removes a file; nothing happens if it is not there.
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    void delete(Path path) throws IOException;

    /**
     * Makes the names in a folder durable.
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    void syncFolder(Path folder) throws IOException;

    /**
     * Takes the lock of a file that is to be written; another process, or another writer of this one, gets none.
     *
     * @param path of the file to be locked, which itself is not opened.
     * @throws LockedException if somebody else has it; names who.
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    StorageLock lock(Path path) throws IOException;
}
