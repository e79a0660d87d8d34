package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A writer that has let go of its descriptors for a while. */
class ParkedWriterTest {
    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    private final RecordingOptions options = RecordingOptions.of(pool).withClock(() -> 1_700_000_000_000_000_000L);
    private final RecordingOptions appending = options.withExisting(ExistingPolicy.APPEND);

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("a.ouli");
    }

    private void append(final RecordingWriter writer, final String key) {
        Interactions.append(writer, builder, Interactions.of(writer.nextSequence(), key, "reply to " + key));
    }

    private static void refused(final Reason reason, final Runnable action, final String... parts) {
        final RecordingException refused = assertThrows(RecordingException.class, action::run);
        assertEquals(reason, refused.reason(), refused::toString);
        for (final String part : parts) {
            assertTrue(refused.getMessage().contains(part), refused::getMessage);
        }
    }

    @Test
    void shouldWriteWhatOneThatIsNeverParkedWrites() throws IOException {
        for (final boolean parks : new boolean[] {false, true}) {
            try (RecordingWriter writer = RecordingWriter.open(folder.resolve(parks + ".ouli"), options)) {
                for (int round = 0; round < 3; round++) {
                    append(writer, "a");
                    assertFalse(writer.park(), "something is not committed");
                    writer.commit();
                    assertEquals(parks, parks && writer.park());
                    append(writer, "b" + round);
                    writer.commit();
                    assertEquals(parks, parks && writer.park());
                    writer.commit();
                    writer.seal();
                    assertEquals(parks, parks && writer.park());
                    writer.seal();
                    assertEquals(parks, writer.isParked());
                }
            }
        }
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("false.ouli")), Files.readAllBytes(folder.resolve("true.ouli")));
        assertEquals(0, pool.lent());
    }

    @Test
    void shouldHaveNoDescriptorAndKeepOthersOut() throws IOException {
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            append(writer, "x");
            writer.commit();
            assertEquals(OpenFiles.REAL ? 2 : -1, OpenFiles.in(folder));
            assertTrue(writer.park());
            assertTrue(OpenFiles.in(folder) <= 0);
            refused(Reason.LOCKED, () -> RecordingWriter.open(file, appending), file.toString(),
                    Long.toString(ProcessHandle.current().pid()));
            try (Recording recording = Recording.open(file)) {
                assertEquals(1, recording.count());
            }
        }
        assertFalse(Files.exists(folder.resolve("a.ouli~lock")));
        try (RecordingWriter writer = RecordingWriter.open(file, appending)) {
            assertEquals(1, writer.count());
        }
    }

    @Test
    void shouldKeepOtherProcessesOutUntilItIsKilled() throws Exception {
        final Process other = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp", System.getProperty("java.class.path"), OtherProcess.class.getName(), file.toString())
                .redirectErrorStream(true).start();
        try {
            assertEquals("parked", new String(other.getInputStream().readNBytes("parked".length())));
            refused(Reason.LOCKED, () -> RecordingWriter.open(file, appending), "process " + other.pid());
            refused(Reason.LOCKED, () -> new RecordingRecovery(options).recover(file), "process " + other.pid());
            other.getOutputStream().write('\n');
            other.getOutputStream().flush();
            assertEquals("appended", new String(other.getInputStream().readNBytes("appended".length())),
                    "a refusal takes nothing away");
            refused(Reason.LOCKED, () -> RecordingWriter.open(file, appending), "process " + other.pid());
            other.destroyForcibly().waitFor();
            try (RecordingWriter writer = RecordingWriter.open(file, appending)) {
                assertEquals(2, writer.count(), "a killed writer leaves its lock and what it committed");
            }
        } finally {
            other.destroyForcibly();
        }
        assertFalse(Files.exists(folder.resolve("a.ouli~lock")));
    }

    /** Writes and parks, appends and parks when it is told to, and waits to be killed. */
    static final class OtherProcess {
        private OtherProcess() {
        }

        public static void main(final String[] args) throws IOException {
            final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
            final RecordingWriter writer = RecordingWriter.open(Path.of(args[0]), RecordingOptions.of(pool));
            final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
            for (final String said : new String[] {"parked", "appended"}) {
                Interactions.append(writer, builder, Interactions.of(writer.nextSequence(), said, "y"));
                writer.commit();
                writer.park();
                System.out.print(said);
                System.out.flush();
                System.in.read();
            }
            System.in.read();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "99999999 since 5", "4194304000 since 1", "1", "1 since 99999999999", "", "\0\0\0", "since", "1 since x",
        "123456789012345678901234567890123456789012345678901234567890123456789 since 4"})
    void shouldTakeOverWhatADeadProcessOrNobodyHas(final String text) throws IOException {
        RecordingWriter.open(file, options).close();
        Files.writeString(folder.resolve("a.ouli~lock"), text);
        try (RecordingWriter writer = RecordingWriter.open(file, appending)) {
            append(writer, "x");
            writer.seal();
        }
        assertFalse(Files.exists(folder.resolve("a.ouli~lock")));
    }

    /** What somebody else did to the file meanwhile is found out before anything is written. */
    @ParameterizedTest
    @ValueSource(strings = {"removed", "replaced", "cut", "grown", "sealed"})
    void shouldStopWhenTheFileIsNotAsItWasLeft(final String deed) throws IOException {
        final byte[] left;
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            append(writer, "x");
            writer.commit();
            assertTrue(writer.park());
            final byte[] bytes = Files.readAllBytes(file);
            switch (deed) {
                case "removed" -> Files.delete(file);
                case "replaced" -> {
                    Files.write(folder.resolve("b"), bytes);
                    Files.move(folder.resolve("b"), file, StandardCopyOption.REPLACE_EXISTING);
                }
                case "cut" -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
                case "grown" -> Files.write(file, new byte[1], StandardOpenOption.APPEND);
                default -> {
                    bytes[16] ^= 1;
                    Files.write(file, bytes);
                }
            }
            left = Files.exists(file) ? Files.readAllBytes(file) : null;
            refused(Reason.INTERFERENCE, () -> append(writer, "y"), file.toString());
            assertTrue(writer.failed() != null);
            assertThrows(RecordingException.class, writer::seal);
        }
        assertArrayEquals(left, Files.exists(file) ? Files.readAllBytes(file) : null);
        assertFalse(Files.exists(folder.resolve("a.ouli~lock")));
        assertTrue(OpenFiles.in(folder) <= 0);
    }
}
