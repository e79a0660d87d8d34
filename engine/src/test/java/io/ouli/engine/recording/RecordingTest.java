package io.ouli.engine.recording;

import io.ouli.engine.recording.Interactions.Interaction;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RecordingTest {
    @TempDir
    private Path folder;

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    private final RecordingOptions options = RecordingOptions.of(pool).withClock(() -> 1_700_000_000_000_000_000L);

    @AfterEach
    void shouldLeakNoFrame() {
        assertEquals(0, pool.lent());
        pool.close();
        assertEquals(0, pool.retainedBytes());
    }

    @Test
    void shouldReplayInOrderOfArrivalWhateverTheOrderOfCompletion() {
        final Path file = folder.resolve("a/b.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            Interactions.append(writer, builder, Interactions.of(2, "x", "third"));
            Interactions.append(writer, builder, Interactions.of(0, "x", "first"));
            Interactions.append(writer, builder, Interactions.of(3, "y", "only"));
            Interactions.append(writer, builder, Interactions.of(1, "x", "second"));
            writer.seal();
            assertEquals(4, writer.nextSequence());
        }
        try (Recording recording = Recording.open(file)) {
            assertEquals(Recording.State.SEALED, recording.state());
            assertEquals(4, recording.count());
            expect(recording, "x", 0, Interactions.of(0, "x", "first"), 0);
            expect(recording, "x", 1, Interactions.of(1, "x", "second"), 0);
            expect(recording, "x", 2, Interactions.of(2, "x", "third"), FrameFlags.LAST);
            expect(recording, "y", 0, Interactions.of(3, "y", "only"), FrameFlags.LAST);
            assertEquals(Recording.NOT_FOUND, recording.find(Interactions.key("x"), 0, 3));
            assertEquals(Recording.NOT_FOUND, recording.find(Interactions.key("z"), 0, 0));
            for (int rank = 0; rank < 4; rank++) {
                assertEquals(rank, recording.sequence(recording.slotAt(rank)));
            }
        }
    }

    private static void expect(
            final Recording recording,
            final String name,
            final int occurrence,
            final Interaction expected,
            final int flags) {
        final long slot = recording.find(Interactions.key(name), 0, occurrence);
        assertTrue(slot >= 0);
        assertTrue(recording.verify(slot));
        assertTrue(recording.verify(slot));
        assertArrayEquals(expected.request(), Interactions.request(recording, slot));
        assertArrayEquals(expected.response(), Interactions.response(recording, slot));
        assertEquals(expected.status(), recording.status(slot));
        assertEquals(expected.flags() | flags, recording.flags(slot));
        assertEquals(expected.sequence(), recording.sequence(slot));
        assertEquals(occurrence, recording.occurrence(slot));
        assertEquals(1_000L * expected.sequence(), recording.timeNanos(slot));
    }

    @Test
    void shouldReplayWhatWasNeverSealed() {
        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            Interactions.append(writer, builder, Interactions.of(0, "x", "first"));
            Interactions.append(writer, builder, Interactions.of(1, "x", "second"));
            writer.commit();
            try (Recording recording = Recording.open(file)) {
                assertEquals(Recording.State.UNSEALED, recording.state());
                expect(recording, "x", 1, Interactions.of(1, "x", "second"), FrameFlags.LAST);
            }
        }
    }

    @Test
    void shouldAppendAfterTheSeal() {
        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            Interactions.append(writer, builder, Interactions.of(0, "x", "first"));
            writer.seal();
        }
        try (RecordingWriter writer = RecordingWriter.open(file, options.withExisting(ExistingPolicy.APPEND))) {
            assertEquals(1, writer.nextSequence());
            Interactions.append(writer, builder, Interactions.of(1, "x", "second"));
            writer.commit();
            try (Recording recording = Recording.open(file)) {
                assertEquals(Recording.State.UNSEALED, recording.state());
                expect(recording, "x", 0, Interactions.of(0, "x", "first"), 0);
                expect(recording, "x", 1, Interactions.of(1, "x", "second"), FrameFlags.LAST);
            }
            writer.seal();
            writer.seal();
        }
        try (Recording recording = Recording.open(file)) {
            assertEquals(Recording.State.SEALED, recording.state());
            expect(recording, "x", 0, Interactions.of(0, "x", "first"), 0);
            expect(recording, "x", 1, Interactions.of(1, "x", "second"), FrameFlags.LAST);
        }
    }
}
