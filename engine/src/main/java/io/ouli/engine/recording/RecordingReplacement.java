package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A recording that is being written anew: {@link #source}, {@link #append} for each interaction, {@link #seal}, and
 * {@link #commit}. At every moment the name means the old file or the whole new one; closed without a commit, the old
 * one.
 */
public final class RecordingReplacement implements AutoCloseable {
    private static final String FRESH_SUFFIX = "~redacted";

    private final Storage storage;
    private final Path target;
    private final Path fresh;
    private final StorageLock lock;
    private final Recording source;
    private final RecordingWriter writer;

    private RecordingReplacement(
            final Path source, final Path target, final RecordingOptions options, final StorageLock lock)
            throws IOException {
        storage = options.storage();
        this.target = target;
        this.lock = lock;
        fresh = target.resolveSibling(target.getFileName() + FRESH_SUFFIX);
        requireSound(source, options);
        this.source = Recording.open(source, storage, options.limits());
        boolean ok = false;
        try {
            storage.delete(fresh);
            writer = WriterOpener.create(fresh, options.withDurability(Durability.NONE, 0),
                    FileHeader.begin(this.source.createdNanos(), options.policyHash()));
            ok = true;
        } finally {
            if (!ok) {
                this.source.close();
            }
        }
    }

    /**
     * Begins to write a recording anew.
     *
     * @param sourceName of the recording as it is; symbolic links are followed.
     * @param targetName of the new one; the source's own, or one that is free.
     * @param options    with the hash of the policy that the new one follows.
     * @throws RecordingException if it has a writer, is damaged, or the disk refuses; nothing has changed.
     */
    public static RecordingReplacement begin(
            final Path sourceName, final Path targetName, final RecordingOptions options) {
        Path source = sourceName;
        StorageLock lock = null;
        boolean ok = false;
        try {
            source = options.storage().real(sourceName);
            final Path target = options.storage().real(targetName);
            lock = options.storage().lock(target);
            if (!source.equals(target) && options.storage().exists(target)) {
                throw new RecordingException(Reason.EXISTS, target, RecordingException.NO_OFFSET,
                        "there is a recording already", "move it away first");
            }
            final RecordingReplacement replacement = new RecordingReplacement(source, target, options, lock);
            ok = true;
            return replacement;
        } catch (final IOException e) {
            throw RecordingErrors.of(e, source, RecordingException.NO_OFFSET, "writing it anew");
        } finally {
            if (!ok && lock != null) {
                lock.close();
            }
        }
    }

    /**
     * Refuses a damaged recording: what is damaged would be lost or, worse, kept without having been looked at.
     *
     * @throws RecordingException that says so.
     */
    public static void requireSound(final Path source, final RecordingOptions options) {
        final RecordingReport report =
                new RecordingVerifier(options.storage(), options.limits()).verifyReadable(source, damage -> { });
        if (report.verdict() != RecordingReport.Verdict.SOUND) {
            throw new RecordingException(Reason.DAMAGED, source, RecordingException.NO_OFFSET,
                    "it is damaged in " + report.damages() + " places", "run ouli recover first");
        }
    }

    /** {@return the recording as it is} */
    public Recording source() {
        return source;
    }

    /** Where an interaction is: its place by sequence, from 0, and its slot. */
    public record Place(int rank, long slot) {
    }

    /** {@return all interactions of a sound recording, in the order of the file} */
    public static List<Place> placesInFileOrder(final Recording recording) {
        final List<Place> places = new ArrayList<>(recording.count());
        for (int rank = 0; rank < recording.count(); rank++) {
            places.add(new Place(rank, recording.slotAt(rank)));
        }
        places.sort(Comparator.comparingLong(place -> recording.frameOffset(place.slot())));
        return places;
    }

    /** Appends an interaction to the new file; the frame stays the caller's to release. */
    public void append(final Frame frame) {
        writer.append(frame);
    }

    /**
     * Seals the new file, which does not have its name yet.
     *
     * @return where it is meanwhile.
     */
    public Path seal() {
        writer.seal();
        return fresh;
    }

    /** Gives the new file its name. */
    public void commit() {
        try {
            storage.rename(fresh, target);
            if (!source.path().equals(target)) {
                storage.delete(source.path());
            }
            storage.syncFolder(target.toAbsolutePath().getParent());
        } catch (final IOException e) {
            throw RecordingErrors.of(e, target, RecordingException.NO_OFFSET, "giving it its name");
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } finally {
            source.close();
            try {
                storage.delete(fresh);
            } catch (final IOException e) {
                throw RecordingErrors.of(e, fresh, RecordingException.NO_OFFSET, "removing it");
            } finally {
                lock.close();
            }
        }
    }
}
