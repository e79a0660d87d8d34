package io.ouli.engine.recording;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageLock;
import io.ouli.engine.recording.storage.StorageMode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/**
 * Writes a recording anew: every sound interaction of it, sealed; what is damaged, and the indexes of older seals, stay
 * behind.
 */
public final class RecordingRecovery {
    /** Beside the recording: what it was before, if anything was left behind. */
    public static final String DAMAGED_SUFFIX = "~damaged";

    private static final String FRESH_SUFFIX = "~recovered";

    private static final System.Logger LOG = new LazyLogger("io.ouli.recording");

    private final RecordingOptions options;

    /**
     * What a recovery did.
     *
     * @param kept    interactions that are in the recording now.
     * @param dropped interactions that were damaged, as far as they could be told apart.
     * @param regions stretches of bytes in which nothing could be told apart.
     * @param backup  the file as it was, if anything was dropped; otherwise null.
     */
    public record Result(int kept, int dropped, int regions, Path backup) {
    }

    /**
     * Makes one for any number of files.
     *
     * @param options clock, limits, pool and storage are used.
     */
    public RecordingRecovery(final RecordingOptions options) {
        this.options = options;
    }

    /**
     * Recovers a recording in its place, where symbolic links lead to. At every moment its name means either the old
     * file or the whole new one.
     *
     * @throws RecordingException if it has a writer, nothing of it can be read, or the disk refuses; it is as it was.
     */
    public Result recover(final Path name) {
        Path path = name;
        try {
            path = options.storage().real(name);
            try (StorageLock lock = options.storage().lock(path)) {
                assert lock != null;
                return recoverLocked(path, true);
            }
        } catch (final IOException e) {
            throw RecordingErrors.of(e, path, RecordingException.NO_OFFSET, "recovering it");
        }
    }

    /**
     * The same, for who has the lock.
     *
     * @param tolerant whether what the disk cannot read is left behind, as if it were damaged; else that is an error.
     */
    Result recoverLocked(final Path path, final boolean tolerant) throws IOException {
        final Storage storage = options.storage();
        final Path fresh = path.resolveSibling(path.getFileName() + FRESH_SUFFIX);
        final Result copied = copyTo(fresh, path, tolerant);
        Path backup = null;
        if (copied.dropped() + copied.regions() > 0) {
            backup = path.resolveSibling(path.getFileName() + DAMAGED_SUFFIX);
            storage.link(path, backup);
        }
        storage.rename(fresh, path);
        storage.syncFolder(path.toAbsolutePath().getParent());
        return new Result(copied.kept(), copied.dropped(), copied.regions(), backup);
    }

    /**
     * Leaves the indexes of older seals behind, if everything else is sound; otherwise the file stays as it is. For who
     * has the lock; the old file and its seal are valid until the new one is.
     */
    void compactLocked(final Path path) throws IOException {
        final Storage storage = options.storage();
        final Path fresh = path.resolveSibling(path.getFileName() + FRESH_SUFFIX);
        final Result copied = copyTo(fresh, path, false);
        if (copied.dropped() + copied.regions() > 0) {
            storage.delete(fresh);
            return;
        }
        storage.rename(fresh, path);
        storage.syncFolder(path.toAbsolutePath().getParent());
        LOG.log(Level.INFO, path + ": most of it were indexes of older seals; it was written anew");
    }

    private Result copyTo(final Path fresh, final Path path, final boolean tolerant) throws IOException {
        try (StorageFile opened = options.storage().open(path, StorageMode.READ)) {
            final ReadableParts parts = tolerant ? new ReadableParts(opened, 0) : null;
            final StorageFile file = tolerant ? parts : opened;
            try (Contents contents = Contents.salvage(path, file, options.limits())) {
                options.storage().delete(fresh);
                final Result copied = copy(file, contents, fresh);
                // A torn end is no loss; one that cannot be read may be.
                return tolerant && parts.isAnythingUnreadable() && copied.dropped() + copied.regions() == 0
                        ? new Result(copied.kept(), 0, 1, null) : copied;
            } catch (final IOException e) {
                throw WriterOpener.withdrawn(options.storage(), fresh, e);
            } catch (final RuntimeException e) {
                throw WriterOpener.withdrawn(options.storage(), fresh, e);
            }
        }
    }

    private Result copy(final StorageFile file, final Contents contents, final Path fresh) throws IOException {
        final FileHeader header = contents.header().unsealed();
        int kept = 0;
        try (RecordingWriter writer = WriterOpener.create(fresh, options.withDurability(Durability.NONE, 0), header)) {
            for (int i = 0; i < contents.log().count(); i++) {
                final long at = contents.log().offset(i);
                if ((contents.log().segment(i).get(Le.SHORT, at + IndexLayout.FLAGS) & FrameFlags.DAMAGED) == 0) {
                    copyFrame(file, contents, contents.log().segment(i).get(Le.LONG, at + IndexLayout.OFFSET), writer);
                    kept++;
                }
            }
            writer.seal();
        }
        return new Result(kept, contents.log().count() - kept, contents.lostRegions(), null);
    }

    private void copyFrame(
            final StorageFile file, final Contents contents, final long offset, final RecordingWriter writer)
            throws IOException {
        final Frame head = options.pool().acquire(FrameHeader.BYTES);
        final long length;
        try {
            file.read(offset, head.memory, 0, FrameHeader.BYTES);
            length = head.memory.get(Le.LONG, FrameHeader.LENGTH);
        } finally {
            head.release();
        }
        if (length < FrameHeader.BYTES || length > contents.size() - offset) {
            throw changed(contents, offset);
        }
        final Frame frame = options.pool().acquire(length);
        try {
            if (file.read(offset, frame.memory, 0, length) != length) {
                throw changed(contents, offset);
            }
            frame.finished((int) length);
            writer.append(frame);
        } finally {
            frame.release();
        }
    }

    private static RecordingException changed(final Contents contents, final long offset) {
        return new RecordingException(Reason.INTERFERENCE, contents.path(), offset,
                "somebody changed it while it was read", "keep others away and recover it again");
    }
}
