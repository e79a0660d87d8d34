package io.ouli.engine.recording;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageLock;
import io.ouli.engine.recording.storage.StorageMode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Opens recordings for writing: new ones, and those that there are, whatever state they were left in. */
final class WriterOpener {
    /** A smaller file may be mostly indexes: an empty one has 8 KiB. */
    static final long MIN_COMPACTED_BYTES = 1 << 20;

    private static final System.Logger LOG = new LazyLogger("io.ouli.recording");
    private static final String NEW_SUFFIX = "~new";

    private WriterOpener() {
    }

    /** See {@link RecordingWriter#open}. */
    static RecordingWriter open(final Path name, final RecordingOptions options) {
        final Storage storage = options.storage();
        Path path = name;
        StorageLock lock = null;
        boolean ok = false;
        try {
            path = storage.real(name);
            createFolders(storage, path);
            lock = storage.lock(path);
            final boolean exists = storage.exists(path);
            if (exists && options.existing() == ExistingPolicy.FAIL) {
                throw new RecordingException(Reason.EXISTS, path, RecordingException.NO_OFFSET,
                        "there is a recording already",
                        "choose --existing append or --existing replace, or another session");
            }
            final RecordingWriter writer = exists && options.existing() == ExistingPolicy.APPEND
                    ? resume(path, options, lock)
                    : create(path, options, lock);
            ok = true;
            return writer;
        } catch (final IOException e) {
            throw RecordingErrors.of(e, path, RecordingException.NO_OFFSET, "opening it for writing");
        } finally {
            if (!ok && lock != null) {
                lock.close();
            }
        }
    }

    private static void createFolders(final Storage storage, final Path path) {
        try {
            storage.createFolders(path.toAbsolutePath().getParent());
        } catch (final IOException e) {
            throw RecordingErrors.ofFolder(e, path);
        }
    }

    /** A file gets its name only when it has a header: no crash leaves something that is no recording. */
    private static RecordingWriter create(
            final Path path, final RecordingOptions options, final StorageLock lock) throws IOException {
        final Storage storage = options.storage();
        final Path fresh = path.resolveSibling(path.getFileName() + NEW_SUFFIX);
        storage.delete(fresh);
        final FileHeader header = FileHeader.begin(options.epochNanos().getAsLong(), options.policyHash());
        try {
            writeHeaderOf(storage, fresh, header);
            storage.rename(fresh, path);
        } catch (final IOException e) {
            throw withdrawn(storage, fresh, e);
        }
        storage.syncFolder(path.toAbsolutePath().getParent());
        final StorageFile file = storage.open(path, StorageMode.WRITE);
        return new RecordingWriter(path, options, lock, file, header, EntryLog.shared(), FileHeader.BYTES);
    }

    /** Creates a file that only its creator knows of, and that therefore needs no lock. */
    static RecordingWriter create(final Path path, final RecordingOptions options, final FileHeader header)
            throws IOException {
        writeHeaderOf(options.storage(), path, header);
        final RecordingOptions same = options.withPolicyHash(header.policyHash);
        final StorageFile file = options.storage().open(path, StorageMode.WRITE);
        return new RecordingWriter(path, same, () -> { }, file, header, EntryLog.shared(), FileHeader.BYTES);
    }

    /** Removes a file that could not be made whole, as on a full disk; nobody else would. */
    static <T extends Exception> T withdrawn(final Storage storage, final Path fresh, final T failure) {
        try {
            storage.delete(fresh);
        } catch (final IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private static void writeHeaderOf(final Storage storage, final Path fresh, final FileHeader header)
            throws IOException {
        try (StorageFile file = storage.open(fresh, StorageMode.CREATE); Arena arena = Arena.ofConfined()) {
            final MemorySegment bytes = arena.allocate(FileHeader.BYTES, Long.BYTES);
            header.encode(bytes);
            file.write(0, bytes, 0, FileHeader.BYTES);
            file.sync(true);
        }
    }

    /** Goes on with what is there; what was never sealed is recovered first: its torn tail is cut. */
    private static RecordingWriter resume(
            final Path path, final RecordingOptions options, final StorageLock lock) throws IOException {
        RecordingWriter writer = tryResume(path, options, lock, true);
        if (writer == null) {
            new RecordingRecovery(options).compactLocked(path);
            writer = tryResume(path, options, lock, false);
        }
        if (writer != null) {
            return writer;
        }
        final RecordingRecovery.Result result = new RecordingRecovery(options).recoverLocked(path, false);
        LOG.log(Level.WARNING, path + ": left behind by a crash, holes in it; " + result.kept()
                + " interactions were kept, the file as it was is " + result.backup());
        return tryResume(path, options, lock, false);
    }

    /**
     * {@return null if there are holes between the interactions, which only writing it anew removes}
     *
     * @param sparing whether to return null also if more than half of the file is indexes of older seals.
     */
    private static RecordingWriter tryResume(
            final Path path, final RecordingOptions options, final StorageLock lock, final boolean sparing)
            throws IOException {
        final StorageFile file = options.storage().open(path, StorageMode.WRITE);
        Contents contents = null;
        boolean ok = false;
        try {
            contents = Contents.readAll(path, file, options.limits());
            if (contents.problem() != null) {
                throw new RecordingException(Reason.DAMAGED, path, RecordingException.NO_OFFSET, contents.problem(),
                        "run ouli recover, then record again");
            }
            if (contents.lostRegions() > 0 || contents.log().hasDamage()
                    || sparing && contents.end() >= MIN_COMPACTED_BYTES && contents.deadBytes() > contents.end() / 2) {
                return null;
            }
            if (contents.size() > contents.end()) {
                file.truncate(contents.end());
                file.sync(true);
            }
            final RecordingWriter writer = new RecordingWriter(
                    path, options, lock, file, contents.header(), contents.log(), contents.end());
            writer.followLast();
            if (contents.isSealed()) {
                writer.checking(AppendCheck.begin(path, options.storage(), file, contents.header()));
            }
            ok = true;
            return writer;
        } finally {
            if (!ok) {
                file.close();
                if (contents != null) {
                    contents.close();
                }
            }
        }
    }
}
