package io.ouli.engine.events;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StartedRecordingTest {
    private static boolean isIn(final String words) {
        return StartedRecording.isIn(words.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldFindTheFlagAmongTheWordsOfACommandLine() {
        assertTrue(isIn("java\0-XX:StartFlightRecording\0Main\0"));
        assertTrue(isIn("java\0-Xmx1g\0-XX:StartFlightRecording:filename=a.jfr\0Main\0"));
        assertFalse(isIn("java\0-Xmx1g\0Main\0replay\0--dir=-XX:StartFlightRecording\0"));
        assertFalse(isIn(""));
    }
}
