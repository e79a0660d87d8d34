package io.ouli.engine.recording;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the hot paths allocate on the heap once they are compiled: nothing, but for what is shared by thousands. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int COUNT = 20_000;

    @TempDir
    private Path folder;

    private static void assertAllocatesNothing(final Runnable once, final int warmUps) {
        for (int i = 0; i < warmUps; i++) {
            once.run();
        }
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5 && least > 0; round++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            once.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        final double each = (double) least / COUNT;
        assertTrue(each < 0.5, each + " B for each");
    }

    @Test
    void shouldNotAllocateWhenAppending() {
        try (FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
                RecordingWriter writer = RecordingWriter.open(
                        folder.resolve("a.ouli"), RecordingOptions.of(pool).withDurability(Durability.NONE, 0))) {
            final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
            final byte[] key = Interactions.key("key");
            final byte[] kilobyte = new byte[1_000];
            assertAllocatesNothing(() -> {
                for (int i = 0; i < COUNT; i++) {
                    builder.begin(i, i);
                    builder.key(key, 0);
                    builder.request(kilobyte, 0, 100);
                    builder.response(kilobyte, 0, 1_000);
                    builder.chunk(10, 20, 30);
                    builder.status(200);
                    builder.flags(FrameFlags.STREAM);
                    final Frame frame = builder.finish();
                    writer.append(frame);
                    frame.release();
                    if (i % 1_000 == 0) {
                        writer.commit();
                    }
                }
            }, 10);
        }
    }

    @Test
    void shouldNotAllocateWhenAppendingManyWhoseKeysWait() {
        try (FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
                RecordingWriter writer = RecordingWriter.open(
                        folder.resolve("c.ouli"), RecordingOptions.of(pool).withDurability(Durability.NONE, 0))) {
            final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT, true);
            final byte[] kilobyte = new byte[1_000];
            final Frame[] frames = new Frame[FrameKeys.MAX_FRAMES];
            assertAllocatesNothing(() -> {
                for (int i = 0; i < COUNT; i += frames.length) {
                    for (int k = 0; k < frames.length; k++) {
                        builder.begin(i, i);
                        if (k % 2 == 0) {
                            builder.keyOf(kilobyte, 0, 100 + k);
                        } else {
                            builder.keyOfRequest();
                        }
                        builder.request(kilobyte, 0, 100);
                        builder.response(kilobyte, 0, 1_000);
                        frames[k] = builder.finish();
                    }
                    writer.append(frames, frames.length);
                    for (final Frame frame : frames) {
                        frame.release();
                    }
                }
                writer.commit();
            }, 10);
        }
    }

    @Test
    void shouldNotAllocateWhenLookingUp() {
        final Path file = folder.resolve("b.ouli");
        final byte[][] keys = new byte[COUNT][];
        try (FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
                RecordingWriter writer = RecordingWriter.open(file, RecordingOptions.of(pool))) {
            final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
            for (int i = 0; i < COUNT; i++) {
                keys[i] = Interactions.key("key" + i);
                Interactions.append(writer, builder, Interactions.of(i, "key" + i, "reply"));
            }
            writer.seal();
        }
        try (Recording recording = Recording.open(file)) {
            assertAllocatesNothing(() -> {
                long sum = 0;
                for (int i = 0; i < COUNT; i++) {
                    final long slot = recording.find(keys[i], 0, 0);
                    if (!recording.verify(slot)) {
                        throw new AssertionError("damaged");
                    }
                    sum += recording.responseOffset(slot) + recording.responseLength(slot) + recording.flags(slot)
                            + recording.find(keys[i], 0, 1);
                }
                assertTrue(sum > 0);
            }, 10);
        }
    }
}
