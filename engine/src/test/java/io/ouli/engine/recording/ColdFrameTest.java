package io.ouli.engine.recording;

import io.ouli.engine.ColdReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Replies that are read in parts because they are not in memory, and what the budget lets in. */
class ColdFrameTest {
    private static final int[] SIZES = {1, 100, 3_000, 4_096, 20_000, 100_000};

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

    private static String reply(final int size) {
        return "x".repeat(size / 2) + "y".repeat(size - size / 2);
    }

    private Path record() {
        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, RecordingOptions.of(pool))) {
            for (int i = 0; i < SIZES.length; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "key" + i, reply(SIZES[i])));
            }
            writer.seal();
        }
        return file;
    }

    /** Reads a reply in ranges of at most so many bytes. @return null if it is damaged. */
    private static String read(final ColdReply reply, final int most) throws IOException {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment buffer = arena.allocate(most);
            while (!reply.done() && !reply.damaged()) {
                final int length = reply.length(most);
                assertTrue(length > 0 && length <= most);
                buffer.fill((byte) 0x55);
                reply.take(buffer, (int) reply.file().read(reply.position(), buffer, length));
                all.write(buffer.asSlice(reply.partOffset(), reply.partLength()).toArray(ValueLayout.JAVA_BYTE));
            }
        }
        return reply.damaged() ? null : all.toString(StandardCharsets.ISO_8859_1);
    }

    private static long slot(final Recording recording, final int number) {
        return recording.find(Interactions.key("key" + number), 0, 0);
    }

    @Test
    void shouldGiveTheSameBytesInRangesOfAnySize() throws IOException {
        final Path file = record();
        for (final int most : new int[] {128, 129, 1_000, 4_096, 65_536, 1 << 20}) {
            try (Residency nothing = new Residency(0);
                    Recording recording = Recording.open(file, ReadOptions.DEFAULT.withResidency(nothing))) {
                for (int i = 0; i < SIZES.length; i++) {
                    final long slot = slot(recording, i);
                    assertFalse(recording.isResident(slot));
                    final String whole = new String(recording.response(slot), StandardCharsets.ISO_8859_1);
                    assertEquals(whole, read(recording.coldReply(slot), most), "checked while it is read");
                    assertEquals(whole, read(recording.coldReply(slot), most), "known to be sound");
                }
            }
        }
    }

    @Test
    void shouldGiveNoPartOfWhatIsDamaged() throws IOException {
        final Path file = record();
        final long[] offsets = new long[SIZES.length];
        try (Recording recording = Recording.open(file)) {
            for (int i = 0; i < SIZES.length; i++) {
                final long slot = slot(recording, i);
                offsets[i] = recording.responseOffset(slot) + recording.responseLength(slot);
            }
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (final long end : offsets) {
                channel.write(ByteBuffer.wrap(new byte[] {'z'}), end - 1);
            }
        }
        for (final int most : new int[] {128, 4_096, 1 << 20}) {
            try (Residency nothing = new Residency(0);
                    Recording recording = Recording.open(file, ReadOptions.DEFAULT.withResidency(nothing))) {
                for (int i = 0; i < SIZES.length; i++) {
                    final ColdReply reply = recording.coldReply(slot(recording, i));
                    assertNull(read(reply, most));
                    assertEquals(0, reply.partLength());
                    assertFalse(reply.checkMapped());
                    assertTrue(recording.coldReply(slot(recording, i)).damaged(), "remembered");
                }
            }
        }
    }

    @Test
    void shouldNoticeThatTheFileWasCut() throws IOException {
        final Path file = record();
        try (Residency nothing = new Residency(0);
                Recording recording = Recording.open(file, ReadOptions.DEFAULT.withResidency(nothing))) {
            final long slot = slot(recording, SIZES.length - 1);
            assertTrue(recording.verify(slot));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(recording.responseOffset(slot) + 10);
            }
            assertNull(read(recording.coldReply(slot), 1 << 20));
        }
    }

    @Test
    void shouldLetInWhatTheBudgetAllowsAndTakeItBack() {
        final Path file = record();
        try (Recording sample = Recording.open(file);
                Residency all = new Residency(sample.dataBytes())) {
            for (int round = 0; round < 3; round++) {
                try (Recording recording = Recording.open(file, ReadOptions.DEFAULT.withResidency(all));
                        Recording second = Recording.open(file, ReadOptions.DEFAULT.withResidency(all))) {
                    for (int i = 0; i < SIZES.length; i++) {
                        assertTrue(recording.isResident(slot(recording, i)));
                        assertFalse(second.isResident(slot(second, i)), "the first one has it all");
                    }
                }
            }
        }
    }

    @Test
    void shouldBringInTheBeginningOfALargeRecordingBesides() throws InterruptedException {
        final Path file = folder.resolve("large.ouli");
        final String kilobytes = reply(64 << 10);
        try (RecordingWriter writer = RecordingWriter.open(file, RecordingOptions.of(pool))) {
            for (int i = 0; i < 400; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "key" + i, kilobytes));
            }
            writer.seal();
        }
        try (Residency part = new Residency(10 << 20);
                Recording recording = Recording.open(file, ReadOptions.DEFAULT.withResidency(part))) {
            while (!recording.isResident(slot(recording, 100))) {
                Thread.sleep(1);
            }
            assertFalse(recording.isResident(slot(recording, 399)));
        }
    }
}
