package io.ouli.engine.recording;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FrameBuilderTest {
    private static final byte[] BYTES = new byte[FrameHeader.KEY_BYTES];

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);

    @Test
    void shouldSayThatNoFrameWasBegun() {
        final List<Runnable> all = List.of(
                () -> builder.key(BYTES, 0),
                () -> builder.keyOf(BYTES, 0, BYTES.length),
                builder::keyOfRequest,
                () -> builder.copyKey(BYTES, 0),
                () -> builder.status(200),
                () -> builder.flags(0),
                () -> builder.request(BYTES, 0, 1),
                () -> builder.request(MemorySegment.ofArray(BYTES), 0, 1),
                () -> builder.response(BYTES, 0, 1),
                () -> builder.response(MemorySegment.ofArray(BYTES), 0, 1),
                () -> builder.chunk(0, 0, 0),
                builder::finish);
        for (final Runnable each : all) {
            final var e = assertThrows(IllegalStateException.class, each::run);
            assertTrue(e.getMessage().contains("begin one first"), e.getMessage());
        }
        builder.abort();
        assertEquals(0, pool.lent());
    }

    @Test
    void shouldTakeOneFrameAfterTheOther() {
        builder.begin(0, 0);
        assertThrows(IllegalStateException.class, () -> builder.begin(1, 0));
        builder.abort();
        builder.begin(1, 0);
        builder.finish().release();
        assertThrows(IllegalStateException.class, builder::finish);
        assertEquals(0, pool.lent());
    }

    @Test
    void shouldRefuseWhatNoReaderWouldTake() {
        for (final int sequence : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> builder.begin(sequence, 0));
        }
        assertEquals(0, pool.lent());
        builder.begin(0, 0);
        builder.response(BYTES, 0, 2);
        assertThrows(IllegalArgumentException.class, () -> builder.status(1 << 16));
        assertThrows(IllegalArgumentException.class, () -> builder.status(-1));
        assertThrows(IllegalArgumentException.class, () -> builder.flags(FrameFlags.LAST));
        assertThrows(IndexOutOfBoundsException.class, () -> builder.chunk(-1, 1, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> builder.chunk(1, 2, 0));
        builder.abort();
    }

    /** What was refused leaves no trace: the frame is as if it had not been asked for. */
    @Test
    void shouldGoOnAfterBytesThatAreNotThere(@TempDir final Path folder) {
        final Path file = folder.resolve("s.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, RecordingOptions.of(pool))) {
            builder.begin(writer.nextSequence(), 0);
            builder.request(BYTES, 0, 5);
            assertThrows(IndexOutOfBoundsException.class, () -> builder.request(BYTES, 0, 4_000));
            assertThrows(IndexOutOfBoundsException.class, () -> builder.request(BYTES, 0, -3));
            assertThrows(IndexOutOfBoundsException.class,
                    () -> builder.request(MemorySegment.ofArray(BYTES), 0, Long.MAX_VALUE));
            builder.response(BYTES, 0, 7);
            assertThrows(IndexOutOfBoundsException.class, () -> builder.response(BYTES, 0, 4_000));
            assertEquals(7, builder.responseLength());
            final Frame frame = builder.finish();
            writer.append(frame);
            frame.release();
            assertThrows(IllegalStateException.class, () -> writer.append(frame));
            writer.seal();
        }
        try (Recording recording = Recording.open(file)) {
            assertEquals(1, recording.count());
            final long slot = recording.slotAt(0);
            assertTrue(recording.verify(slot));
            assertEquals(7, recording.responseLength(slot));
        }
    }
}
