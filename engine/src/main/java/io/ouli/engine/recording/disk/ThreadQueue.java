package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Writes and syncs on a thread of its own, {@code ouli-disk}, in the order in which they were started. */
final class ThreadQueue extends DiskQueue {
    private static final int BUFFERS = 6;

    private final Arena arena = Arena.ofShared();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("ouli-disk").factory());
    /** What is left to do on the owner's thread for each operation that has ended. */
    private final BlockingQueue<Runnable> done = new LinkedBlockingQueue<>();
    private final String why;

    /** @param why this one and not io_uring. */
    ThreadQueue(final String why) {
        super(BUFFERS);
        this.why = why;
    }

    @Override
    public String describe() {
        return "by FileChannel on a thread of its own (" + why + ")";
    }

    @Override
    DiskFile openFile(final Path path, final StorageFile file) {
        return new DiskFile() {
            @Override
            public void write(final DiskBuffer buffer) {
                thread.execute(() -> {
                    final IOException error = StorageJob.write(file, buffer);
                    done.add(() -> buffer.tail.written(buffer, error));
                });
            }

            @Override
            public void sync(final FileTail tail) {
                thread.execute(() -> {
                    final IOException error = StorageJob.sync(file);
                    done.add(() -> tail.synced(error));
                });
            }

            @Override
            public void close() {
                // The file is its opener's.
            }
        };
    }

    @Override
    void take(final long timeoutNanos) {
        try {
            Runnable next = done.poll(timeoutNanos, TimeUnit.NANOSECONDS);
            while (next != null) {
                next.run();
                next = done.poll();
            }
        } catch (final InterruptedException e) {
            // Whoever interrupts has to wait: a write under way has this queue's memory.
            Thread.currentThread().interrupt();
            Thread.onSpinWait();
        }
    }

    @Override
    MemorySegment memory(final int index) {
        return arena.allocate(BUFFER_BYTES, 64);
    }

    @Override
    public void close() {
        thread.close();
        arena.close();
    }
}
