package io.ouli.engine.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class RecordingErrorsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"Too many open files,ulimit -n", "EFBIG (27),ulimit -f", "File too large,ulimit -f",
        "EIO (5),the system's log", "No space left on device,make room"})
    void shouldNameTheRemedy(final String reason, final String remedy) {
        final String message =
                RecordingErrors.of(new IOException(reason), Path.of("a.ouli"), 64, "writing").getMessage();
        assertTrue(message.contains(remedy), message);
    }

    /** To open a pipe waits for its other end: that would hold up a thread that serves clients for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"mkdir", "mkfifo"})
    void shouldOpenNothingButFiles(final String command) throws Exception {
        final Path file = folder.resolve("a.ouli");
        assumeTrue(new ProcessBuilder(command, file.toString()).start().waitFor() == 0, command);
        final RecordingOptions appending = RecordingOptions.of(new FramePool(0)).withExisting(ExistingPolicy.APPEND);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            final RecordingException refused =
                    assertThrows(RecordingException.class, () -> Recording.open(file).close());
            assertTrue(refused.getMessage().contains("no regular file"), refused::getMessage);
            assertThrows(RecordingException.class, () -> RecordingWriter.open(file, appending).close());
        });
    }
}
