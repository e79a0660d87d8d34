package io.ouli.engine.recording;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageMode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;

/**
 * Looks whether what a sealed recording holds is sound, when more is about to be appended to it: a seal's index tells
 * where interactions are and not whether they still are what they were, so nobody would say so before a client got 500.
 * Says it in one line of the log, and changes nothing.
 *
 * <p>A small file is read at once. For a large one another thread does so, beside the recording: what is below a seal
 * never changes.
 */
final class AppendCheck implements AutoCloseable {
    private static final System.Logger LOG = new LazyLogger("io.ouli.recording");
    private static final ScanThread THREAD = new ScanThread("ouli-scan");

    private final Path path;
    private final Storage storage;
    private final int tag;
    private final long end;
    private volatile boolean closed;

    private AppendCheck(final Path path, final Storage storage, final FileHeader header) {
        this.path = path;
        this.storage = storage;
        tag = header.tag();
        end = header.sealedLength;
    }

    /**
     * Begins to look, and has done so when this returns if there is little to read.
     *
     * @param file   the recording's, opened by who appends.
     * @param header sound, and sealed.
     */
    static AppendCheck begin(
            final Path path, final Storage storage, final StorageFile file, final FileHeader header) {
        final AppendCheck check = new AppendCheck(path, storage, header);
        if (check.end <= Contents.QUICK_BYTES) {
            check.look(file);
        } else {
            THREAD.run(new Errand(), check::lookBeside);
        }
        return check;
    }

    private void lookBeside() {
        if (!closed) {
            try (StorageFile file = storage.open(path, StorageMode.READ)) {
                look(file);
            } catch (final IOException e) {
                unreadable(e);
            }
        }
    }

    private void look(final StorageFile file) {
        final Tally tally = new Tally();
        try (FrameScanner scanner = new FrameScanner(file, end, tag)) {
            scanner.scan(FileHeader.BYTES, tally);
        } catch (final IOException e) {
            unreadable(e);
        } catch (final CancellationException e) {
            return;
        }
        if (tally.damages > 0) {
            final boolean one = tally.damages == 1;
            LOG.log(Level.WARNING, path + ": " + tally.damages + (one ? " place" : " places") + " among what was"
                    + " recorded before " + (one ? "is" : "are") + " damaged, the first at byte " + tally.first
                    + "; requests for damaged interactions are answered 500; ouli verify lists them, and ouli recover"
                    + " leaves them behind once nothing records here");
        }
    }

    private void unreadable(final IOException e) {
        LOG.log(Level.WARNING, path + ": whether what was recorded before is sound could not be read: "
                + e.getMessage() + "; check the disk and the system's log");
    }

    /** Looks no further. Idempotent. */
    @Override
    public void close() {
        closed = true;
    }

    /** Counts what is damaged, as {@code ouli verify} does. */
    private final class Tally implements FrameScanner.Visitor {
        private long damages;
        private long first;

        private void count(final long offset) {
            if (damages++ == 0) {
                first = offset;
            }
        }

        @Override
        public void interaction(
                final MemorySegment header,
                final long at,
                final long offset,
                final long length,
                final boolean sound) {
            if (closed) {
                throw new CancellationException();
            }
            if (!sound) {
                count(offset);
            }
        }

        @Override
        public void index(final long offset, final long length, final boolean sound) {
            // That of this seal was checked by who appends; nobody uses those of older ones.
        }

        @Override
        public void damage(final long offset, final long length, final String reason) {
            count(offset);
        }
    }
}
