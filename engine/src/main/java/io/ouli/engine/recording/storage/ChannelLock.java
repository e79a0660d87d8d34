package io.ouli.engine.recording.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A writer's lock: an advisory lock on a file of its own beside the one that is written, gone when it is given back.
 *
 * <p>An advisory lock takes a descriptor. A lock that is parked has none: then the file says which process has it, and
 * whoever takes the advisory lock meanwhile looks whether that process still lives.
 *
 * <p><b>Design note:</b> POSIX drops a process's locks on a file when <em>any</em> descriptor of that file is closed by
 * it. A reader of the recording in the same process would do that, so the recording itself is not what is locked.
 */
final class ChannelLock implements StorageLock {
    /** No session's name has a tilde, so that no recording and no folder can have this name. */
    static final String SUFFIX = "~lock";

    private static final int UNPARK_ATTEMPTS = 50;
    private static final long UNPARK_WAIT_NANOS = 10_000_000;
    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final Path file;
    /** Null while it is parked, and when it was given back. */
    private FileChannel channel;
    private boolean parked;

    private ChannelLock(final Path target, final Path file, final FileChannel channel) {
        this.target = target;
        this.file = file;
        this.channel = channel;
    }

    static ChannelLock take(final Path path) throws IOException {
        final Path absolute = path.toAbsolutePath();
        final Path target = absolute.getParent().toRealPath().resolve(absolute.getFileName());
        if (!TAKEN.add(target)) {
            throw new LockedException("this process (" + ProcessHandle.current().pid() + ")");
        }
        boolean taken = false;
        try {
            final Path file = target.resolveSibling(target.getFileName() + SUFFIX);
            final ChannelLock lock = new ChannelLock(target, file, acquire(file));
            taken = true;
            return lock;
        } finally {
            if (!taken) {
                TAKEN.remove(target);
            }
        }
    }

    private static FileChannel acquire(final Path file) throws IOException {
        while (true) {
            final Object before = identity(file); // null the first time: then this turn only creates it
            final FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                    ChannelStorage.permissions("rw-------"));
            boolean keep = false;
            try {
                final FileLock lock = channel.tryLock();
                if (lock == null) {
                    throw new LockedException(owner(channel));
                }
                // Whoever had it before may have removed the name between our open and our lock. An open channel
                // does not tell its inode, so the name must have meant the same file before and after.
                if (before != null && before.equals(identity(file))) {
                    final LockHolder holder = LockHolder.parse(read(channel));
                    if (holder != null && holder.isParkedElsewhere()) {
                        throw new LockedException(holder.name());
                    }
                    write(channel, Long.toString(ProcessHandle.current().pid()));
                    keep = true;
                    return channel;
                }
            } finally {
                if (!keep) {
                    channel.close();
                }
            }
        }
    }

    private static Object identity(final Path file) throws IOException {
        try {
            final Object key = ChannelFile.identity(file);
            return key == null ? file : key;
        } catch (final NoSuchFileException e) {
            return null;
        }
    }

    private static void write(final FileChannel channel, final String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static String read(final FileChannel channel) throws IOException {
        final ByteBuffer text = ByteBuffer.allocate(LockHolder.MAX_BYTES);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    }

    private static String owner(final FileChannel channel) throws IOException {
        final LockHolder holder = LockHolder.parse(read(channel));
        return holder == null ? "another process" : holder.name();
    }

    @Override
    public synchronized void park() throws IOException {
        final LockHolder self = LockHolder.parked();
        if (channel == null || self == null) {
            return; // Where nobody could tell whether this process lives, the descriptor is kept.
        }
        write(channel, self.text());
        channel.close();
        channel = null;
        parked = true;
    }

    @Override
    public synchronized void unpark() throws IOException {
        if (parked) {
            channel = acquireAgain();
            parked = false;
        }
    }

    /** Whoever else wants it holds the advisory lock while it looks who has it. */
    private FileChannel acquireAgain() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return acquire(file);
            } catch (final LockedException e) {
                if (attempt == UNPARK_ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(UNPARK_WAIT_NANOS);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (channel == null && !parked) {
            return;
        }
        try {
            unpark();
            try {
                // The name goes first, while nobody else can have the lock.
                Files.deleteIfExists(file);
            } finally {
                channel.close();
            }
        } catch (final IOException e) {
            // The lock is gone with its descriptor; a file that is left behind is taken over by the next writer.
            System.getLogger("io.ouli.recording").log(System.Logger.Level.DEBUG, "lock file left: " + file, e);
        } finally {
            channel = null;
            parked = false;
            TAKEN.remove(target);
        }
    }
}
