package io.ouli.engine.recording;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertTrue;

class RecordingErrorsTest {
    @ParameterizedTest
    @CsvSource({"Too many open files,ulimit -n", "EFBIG (27),ulimit -f", "File too large,ulimit -f",
        "EIO (5),the system's log", "No space left on device,make room"})
    void shouldNameTheRemedy(final String reason, final String remedy) {
        final String message =
                RecordingErrors.of(new IOException(reason), Path.of("a.ouli"), 64, "writing").getMessage();
        assertTrue(message.contains(remedy), message);
    }
}
