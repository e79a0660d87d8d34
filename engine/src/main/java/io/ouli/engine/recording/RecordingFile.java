package io.ouli.engine.recording;

import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.transport.FileSource;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcFile;
import io.ouli.ffm.generated.LibcHeader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The open file of a recording, for reads of what is not resident. */
final class RecordingFile implements FileSource, AutoCloseable {
    private static final int NONE = -1;

    private final Path path;
    private final StorageFile file;
    private int descriptor = NONE;

    RecordingFile(final Path path, final StorageFile file) {
        this.path = path;
        this.file = file;
    }

    /** A channel does not tell its descriptor, so the file is opened once more; it has to be the very same. */
    @Override
    public synchronized int descriptor() throws IOException {
        if (descriptor == NONE) {
            final ErrnoCapture capture = new ErrnoCapture();
            final int opened = LibcFile.open(capture, path.toAbsolutePath().toString(), LibcHeader.O_RDONLY(), 0);
            if (opened < 0) {
                throw new IOException(path + " cannot be opened again, errno " + -opened);
            }
            if (!file.isNamed(path)) {
                LibcFile.close(capture, opened);
                throw new NoSuchFileException(path.toString(), null, "another file has this name now");
            }
            descriptor = opened;
        }
        return descriptor;
    }

    @Override
    public long read(final long position, final MemorySegment target, final long length) throws IOException {
        return file.read(position, target, 0, length);
    }

    @Override
    public synchronized void close() {
        if (descriptor != NONE) {
            LibcFile.close(new ErrnoCapture(), descriptor);
            descriptor = NONE;
        }
        try {
            file.close();
        } catch (final IOException e) {
            // Nothing was written: nothing is lost.
            System.getLogger("io.ouli.recording").log(System.Logger.Level.DEBUG, path + " was not closed", e);
        }
    }
}
