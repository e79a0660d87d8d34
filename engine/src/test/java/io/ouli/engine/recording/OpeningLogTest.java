package io.ouli.engine.recording;

import io.ouli.engine.ColdReply;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the log says of a recording that is not whole: what is known of it, and no more. */
class OpeningLogTest {
    private static final int COUNT = 10;

    private final Logger logger = Logger.getLogger("io.ouli.recording");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(final LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {
            // Nothing waits.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    };

    @TempDir
    private Path folder;
    private Path file;
    private Level level;

    @BeforeEach
    void listen() {
        level = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addHandler(handler);
        file = folder.resolve("a.ouli");
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(handler);
        logger.setLevel(level);
    }

    /** Returns where the interactions end. */
    private long record(final boolean seal) throws IOException {
        final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
        final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
        try (RecordingWriter writer = RecordingWriter.open(file, RecordingOptions.of(pool))) {
            for (int i = 0; i < COUNT; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "key" + i, "reply " + i));
            }
            writer.commit();
            final long end = writer.committedBytes();
            if (seal) {
                writer.seal();
            }
            return end;
        }
    }

    private void damage(final String... texts) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        for (final String text : texts) {
            bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text)] ^= 1;
        }
        Files.write(file, bytes);
    }

    private void cut(final long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private int openedCount() {
        try (Recording recording = Recording.open(file)) {
            return recording.count();
        }
    }

    @Test
    void shouldSayHowManyOfHowManyAreLeftWhenTheEndIsGone() throws IOException {
        final long end = record(true);
        cut(end - (end - FileHeader.BYTES) / COUNT * 7 / 2);

        assertTrue(openedCount() >= 6);

        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.getFirst().contains("bytes, its seal says ") && lines.getFirst().endsWith(
                "; 6 of the 10 interactions that it was sealed with were found sound by reading all of it,"
                        + " the others are not replayed; run ouli recover"), lines.toString());
    }

    @Test
    void shouldClaimNoLossWhereOnlyTheIndexIsGone() throws IOException {
        cut(record(true));

        assertEquals(COUNT, openedCount());

        assertTrue(lines.size() == 1 && lines.getFirst().endsWith(
                "; 10 sound interactions were found by reading all of it; run ouli recover"), lines.toString());
    }

    @Test
    void shouldSayNothingOfLossOfWhatWasNeverSealed() throws IOException {
        record(false);

        assertEquals(COUNT, openedCount());

        assertTrue(Files.exists(file) && lines.size() == 1 && lines.getFirst().endsWith(
                ": not sealed; 10 sound interactions were found by reading all of it"), lines.toString());
    }

    @Test
    void shouldSayOnceThatTheFileWasCutWhenAReplyIsReadFromTheDisk() throws IOException {
        final long end = record(true);
        try (Residency nothing = new Residency(0);
                Recording recording = Recording.open(file, ReadOptions.DEFAULT.withResidency(nothing));
                Arena arena = Arena.ofConfined()) {
            final MemorySegment buffer = arena.allocate(8_192);
            cut(end / 2);
            for (int round = 0; round < 2; round++) {
                final ColdReply reply = recording.coldReply(recording.find(Interactions.key("key9"), 0, 0));
                final int length = reply.length(8_192);
                reply.take(buffer, Math.max(0, (int) reply.file().read(reply.position(), buffer, length)));
                assertTrue(reply.damaged());
            }
        }

        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.getFirst().contains("a.ouli: the file was cut while it was open"), lines.toString());
    }

    @Test
    void shouldSayThatWhatIsAppendedToIsDamaged() throws IOException {
        record(true);
        appendOne(0);
        assertEquals(List.of(), lines, "all is sound");
        damage("reply 3", "reply 7");

        appendOne(0);

        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.getFirst().startsWith(file + ": 2 places among what was recorded before are damaged, the first"
                + " at byte ") && lines.getFirst().contains("; ouli verify lists them"), lines.toString());
        try (Recording recording = Recording.open(file)) {
            assertEquals(COUNT + 2, recording.count(), "nothing was left behind");
        }
    }

    /** What takes longer to read is looked at by another thread, and said once. */
    @Test
    void shouldSayItOfALargeFileBesideTheRecording() throws Exception {
        record(true);
        appendOne(3 << 20);
        damage("reply 3");
        final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
        try (RecordingWriter writer = RecordingWriter.open(file, appending(pool))) {
            final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (lines.isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            assertEquals(COUNT + 1, writer.count());
        }
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.getFirst().startsWith(file + ": 1 place among what was recorded before is damaged, the first"
                + " at byte "), lines.toString());
    }

    private static RecordingOptions appending(final FramePool pool) {
        return RecordingOptions.of(pool).withExisting(ExistingPolicy.APPEND);
    }

    private void appendOne(final int bytes) {
        final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
        final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
        try (RecordingWriter writer = RecordingWriter.open(file, appending(pool))) {
            Interactions.append(writer, builder,
                    Interactions.of(writer.nextSequence(), "more", "x".repeat(bytes)));
            writer.seal();
        }
    }
}
