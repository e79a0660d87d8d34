package io.ouli.engine.recording;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Cuts real files while they are mapped. Should one of these fail, it takes the test process with it: that is it. */
class CutUnderTheMappingTest {
    @TempDir
    private Path folder;

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);

    @BeforeAll
    static void logNothing() {
        Interactions.logNothing();
    }

    @AfterAll
    static void logAgain() {
        Interactions.logAgain();
    }

    private Path record(final int count) {
        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, RecordingOptions.of(pool))) {
            for (int i = 0; i < count; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "key" + i, "reply " + i));
            }
            writer.seal();
        }
        return file;
    }

    private static void cut(final Path file, final long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    @Test
    void shouldLookUpInASmallRecordingAndNotReplayWhatIsGone() throws IOException {
        final Path file = record(200);
        try (Recording recording = Recording.open(file)) {
            final long before = recording.find(Interactions.key("key0"), 0, 0);
            assertTrue(recording.verify(before));
            cut(file, 8_192);
            for (int i = 100; i < 200; i++) {
                final long slot = recording.find(Interactions.key("key" + i), 0, 0);
                assertTrue(slot >= 0);
                assertFalse(recording.verify(slot));
            }
            assertEquals(Recording.NOT_FOUND, recording.find(Interactions.key("none"), 0, 0));
            assertTrue(recording.verify(before));
        }
    }

    @Test
    void shouldLookUpWhatItHasOfALargeIndexAndAnswerDamagedForTheRest() throws IOException {
        final Path file = record(5_000);
        final byte[] key = Interactions.key("key77");
        try (Recording recording = Recording.open(file)) {
            for (int i = 0; i < 30_000; i++) {
                assertTrue(recording.verify(recording.find(key, 0, 0))); // Until the JIT has compiled it.
            }
            cut(file, 4_096);
            int damaged = 0;
            for (int i = 0; i < 5_000; i++) {
                final long slot = recording.find(Interactions.key("key" + i), 0, 0);
                damaged += slot == Recording.DAMAGED ? 1 : 0;
                assertTrue(slot == Recording.DAMAGED || !recording.verify(slot));
            }
            assertTrue(damaged > 4_900, "damaged: " + damaged);
        }
    }

    /** The rest of the page in which the file ends now reads as zeros, without a fault. */
    @Test
    void shouldNotReplayThePageThatLostItsEnd() throws IOException {
        final Path file = record(200);
        try (Recording recording = Recording.open(file)) {
            final long[] slots = new long[200];
            for (int i = 0; i < slots.length; i++) {
                slots[i] = recording.find(Interactions.key("key" + i), 0, 0);
                assertTrue(recording.verify(slots[i]));
            }
            final int cut = 10_000;
            cut(file, cut);
            for (final long slot : slots) {
                final boolean replayed = recording.verify(slot);
                assertEquals(recording.responseOffset(slot) + recording.responseLength(slot) <= cut / 4_096 * 4_096,
                        replayed);
            }
            final RecordingException e =
                    assertThrows(RecordingException.class, () -> recording.response(slots[199]));
            assertEquals(RecordingException.Reason.INTERFERENCE, e.reason());
            assertEquals(file, e.file());
        }
    }

    @Test
    void shouldGiveAnErrorOfTheKernelWhenItIsToldToSendWhatIsGone() throws IOException {
        final Path file = record(200);
        try (Recording recording = Recording.open(file);
                FileChannel out = FileChannel.open(
                        folder.resolve("out"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            final long slot = recording.find(Interactions.key("key199"), 0, 0);
            assertTrue(recording.verify(slot));
            cut(file, 4_096);
            assertThrows(IOException.class, () -> out.write(recording.segment()
                    .asSlice(recording.responseOffset(slot), recording.responseLength(slot)).asByteBuffer()));
            assertEquals(0, Files.size(folder.resolve("out")));
        }
    }
}
