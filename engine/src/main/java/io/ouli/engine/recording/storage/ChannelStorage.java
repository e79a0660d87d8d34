package io.ouli.engine.recording.storage;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The operating system's files through {@link FileChannel}: no native call of ours, so it is there at start-up. */
final class ChannelStorage implements Storage {
    static final ChannelStorage INSTANCE = new ChannelStorage();

    private static final String NO_REGULAR_FILE = "it is no regular file";

    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private static final boolean POSIX = File.separatorChar == '/';

    private ChannelStorage() {
    }

    @Override
    public StorageFile open(final Path path, final StorageMode mode) throws IOException {
        final Set<StandardOpenOption> options = switch (mode) {
            case READ -> Set.of(StandardOpenOption.READ);
            case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
            case CREATE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        };
        if (mode == StorageMode.READ) {
            checkRegular(path);
        }
        final FileChannel channel = mode == StorageMode.CREATE
                ? FileChannel.open(path, options, permissions("rw-------"))
                : FileChannel.open(path, options);
        try {
            return new ChannelFile(channel, ChannelFile.identity(path));
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
    }

    /** To open a pipe for reading waits for its other end: a thread that serves clients would wait for ever. */
    private static void checkRegular(final Path path) throws IOException {
        if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
            throw new FileSystemException(path.toString(), null, NO_REGULAR_FILE);
        }
    }

    @Override
    public Path real(final Path path) throws IOException {
        Path name = path;
        for (int links = 0; Files.isSymbolicLink(name); links++) {
            if (links == MAX_LINKS) {
                throw new FileSystemException(path.toString(), null, "its symbolic links lead round in a circle");
            }
            name = name.resolveSibling(Files.readSymbolicLink(name));
        }
        return name;
    }

    @Override
    public boolean exists(final Path path) {
        return Files.exists(path);
    }

    @Override
    public void createFolders(final Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        final Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            createFolders(parent);
        }
        Files.createDirectories(folder, permissions("rwx------"));
        if (parent != null) {
            syncFolder(parent);
        }
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void link(final Path existing, final Path name) throws IOException {
        Files.deleteIfExists(name);
        Files.createLink(name, existing);
    }

    @Override
    public void delete(final Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void syncFolder(final Path folder) throws IOException {
        if (!POSIX) {
            return; // Windows opens no folders, and needs no sync of them.
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public StorageLock lock(final Path path) throws IOException {
        return ChannelLock.take(path);
    }

    static FileAttribute<?>[] permissions(final String text) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : new FileAttribute<?>[0];
    }
}
