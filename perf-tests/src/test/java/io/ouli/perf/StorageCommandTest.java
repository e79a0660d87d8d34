package io.ouli.perf;

import io.ouli.engine.recording.Catalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class StorageCommandTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReplayALargeRecordingAndManySessionsInASmallHeap() throws IOException {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final Path result = folder.resolve("result.json");
        assertEquals(0, Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "storage", "large", "sessions",
                "--interactions", "1200", "--requests", "300", "--rounds", "1", "--sessions", "1300", "--transports",
                "nio", "--heap", "32m", "--dir", folder.resolve("data").toString(), "-o", result.toString()),
                out + "\n" + err);
        assertTrue(out.toString().contains("1200 interactions, 5 MiB, nio"), out.toString());
        assertTrue(out.toString().contains("{sessions=1300.0"), out.toString());
        final Matcher open = Pattern.compile("openRecordings=([0-9]+)").matcher(out.toString());
        int samples = 0;
        while (open.find()) {
            // Those that nobody uses, and the one that is being used.
            assertTrue(Integer.parseInt(open.group(1)) <= Catalogue.DEFAULT_MAX_IDLE + 2, out.toString());
            samples++;
        }
        assertEquals(11, samples, out.toString());
        assertTrue(Files.readString(result).contains("\"1300 sessions, nio\""), Files.readString(result));
        try (var left = Files.list(folder.resolve("data"))) {
            assertEquals(0, left.count(), "the recordings are removed");
        }
    }
}
