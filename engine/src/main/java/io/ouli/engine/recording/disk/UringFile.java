package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.ffm.Errno;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcFile;
import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.FileHandler;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** One file of a {@link UringQueue}, through a descriptor of its own: Java's channels do not tell theirs. */
final class UringFile implements DiskFile, FileHandler {
    private static final long SYNC_TOKEN = -1;

    private final UringQueue queue;
    private final ErrnoCapture capture = new ErrnoCapture();
    private final int fd;
    /** The buffers that are being written, by index. */
    private final DiskBuffer[] writing;
    private FileTail syncing;

    private UringFile(final UringQueue queue, final int fd, final int buffers) {
        this.queue = queue;
        this.fd = fd;
        writing = new DiskBuffer[buffers];
    }

    static UringFile open(final UringQueue queue, final Path path, final StorageFile file) throws IOException {
        final int fd = LibcFile.open(new ErrnoCapture(), path.toString(), LibcHeader.O_WRONLY, 0);
        if (fd < 0) {
            throw new IOException(Errno.describe(-fd));
        }
        final UringFile opened = new UringFile(queue, fd, UringQueue.BUFFERS);
        if (!file.isNamed(path)) {
            opened.close();
            throw new FileChangedException("somebody else removed or replaced it");
        }
        return opened;
    }

    @Override
    public void write(final DiskBuffer buffer) {
        if (queue.writesItself) {
            buffer.tail.written(buffer, writeHere(buffer));
            return;
        }
        writing[buffer.index] = buffer;
        final boolean begun = queue.registered
                ? queue.operations.writeFixed(
                        fd, buffer.memory, buffer.index, 0, buffer.length, buffer.position, this, buffer.index)
                : queue.operations.write(fd, buffer.memory, 0, buffer.length, buffer.position, this, buffer.index);
        begin(begun);
    }

    /** {@return what went wrong, or null} */
    private IOException writeHere(final DiskBuffer buffer) {
        int done = 0;
        while (done < buffer.length) {
            final MemorySegment rest = done == 0 ? buffer.memory : buffer.memory.asSlice(done);
            final long result = LibcFile.pwrite(capture, fd, rest, buffer.length - done, buffer.position + done);
            if (result == 0 || result < 0 && result != -LibcHeader.EINTR) {
                return new IOException(result == 0 ? "nothing was written" : Errno.describe((int) -result));
            }
            done += (int) Math.max(0, result);
        }
        return null;
    }

    @Override
    public void sync(final FileTail tail) {
        syncing = tail;
        begin(queue.operations.sync(fd, true, this, SYNC_TOKEN));
    }

    private void begin(final boolean begun) {
        assert begun : "the queue begins no more than its table holds";
        queue.submit();
    }

    @Override
    public void onFileCompletion(final long token, final long result) {
        final IOException error = result < 0 ? new IOException(Errno.describe((int) -result)) : null;
        if (token == SYNC_TOKEN) {
            final FileTail synced = syncing;
            syncing = null;
            synced.synced(error);
        } else {
            final DiskBuffer buffer = writing[(int) token];
            writing[(int) token] = null;
            buffer.tail.written(buffer, error);
        }
    }

    /** FALLOC_FL_KEEP_SIZE: the blocks are there, the length is not touched, and no reader ever sees them. */
    @Override
    public boolean reserve(final long position, final long length) {
        return LibcFile.fallocate(capture, fd, LibcHeader.FALLOC_FL_KEEP_SIZE, position, length) == 0;
    }

    /** Cutting a file to the length it has frees the blocks beyond. */
    @Override
    public void trim(final long end) throws IOException {
        final int error = LibcFile.ftruncate(capture, fd, end);
        if (error < 0) {
            throw new IOException(Errno.describe(-error));
        }
    }

    @Override
    public void close() throws IOException {
        final int error = LibcFile.close(capture, fd);
        if (error < 0) {
            throw new IOException(Errno.describe(-error));
        }
    }
}
