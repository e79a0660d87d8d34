package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.StorageFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Writes and syncs on the spot: for tools that write one file and have nothing else to do. */
final class DirectQueue extends DiskQueue {
    private final Arena arena = Arena.ofShared();

    DirectQueue() {
        super(1);
    }

    @Override
    public String describe() {
        return "on the spot";
    }

    @Override
    DiskFile openFile(final Path path, final StorageFile file) {
        return new DiskFile() {
            @Override
            public void write(final DiskBuffer buffer) {
                buffer.tail.written(buffer, StorageJob.write(file, buffer));
            }

            @Override
            public void sync(final FileTail tail) {
                tail.synced(StorageJob.sync(file));
            }

            @Override
            public void close() {
                // The file is its opener's.
            }
        };
    }

    @Override
    void take(final long timeoutNanos) {
        throw new AssertionError("nothing is ever under way");
    }

    @Override
    MemorySegment memory(final int index) {
        return arena.allocate(BUFFER_BYTES, 64);
    }

    @Override
    public void close() {
        arena.close();
    }
}
