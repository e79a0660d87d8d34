package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Carries out one of what is under way when it is asked what has ended: any one of it. */
public final class ReorderingQueue extends DiskQueue {
    private final Arena arena = Arena.ofShared();
    private final List<Runnable> pending = new ArrayList<>();
    private final Random random;

    public ReorderingQueue(final long seed) {
        super(3);
        random = new Random(seed);
    }

    @Override
    public String describe() {
        return "in any order";
    }

    @Override
    DiskFile openFile(final Path path, final StorageFile file) {
        return new DiskFile() {
            @Override
            public void write(final DiskBuffer buffer) {
                pending.add(() -> buffer.tail.written(buffer, StorageJob.write(file, buffer)));
            }

            @Override
            public void sync(final FileTail tail) {
                pending.add(() -> tail.synced(StorageJob.sync(file)));
            }

            @Override
            public void close() throws IOException {
                // The file is its opener's.
            }
        };
    }

    @Override
    void take(final long timeoutNanos) {
        pending.remove(random.nextInt(pending.size())).run();
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
