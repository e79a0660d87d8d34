package io.ouli.proxy.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Targets that can be no upstream are refused as wrong usage, typed or in a file, before anything is made. */
class RefusedTargetTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ftp://a | not an http or https URL",
        "http://a:99999 | port is not from 1 to 65535",
        "http://a:0 | port is not from 1 to 65535",
        "http://u:p@a | user information",
        "http://a/b?c=d | query or a fragment",
    })
    void shouldBeWrongUsage(final String target, final String reason) throws IOException {
        final Path recordings = folder.resolve("recordings");
        final CliRun typed = CliRun.of("record", "--listen", "0", "--dir", recordings.toString(), "--target", target);
        assertEquals(ExitCode.USAGE, typed.exitCode(), typed.err());
        assertTrue(typed.err().contains(reason), typed.err());
        final Path config = Files.writeString(folder.resolve("ouli.yml"),
                "endpoints:\n  - {listen: 0, target: '" + target + "'}\n");
        final CliRun written = CliRun.of(
                "record", "--config", config.toString(), "--dir", recordings.toString());
        assertEquals(ExitCode.USAGE, written.exitCode(), written.err());
        assertTrue(written.err().contains(reason), written.err());
        assertFalse(Files.exists(recordings), "a refused start leaves nothing behind");
    }

    @ParameterizedTest
    @CsvSource({
        "8080, http://127.0.0.1:8080", "8080, http://LOCALHOST:8080/v1", "0.0.0.0:8080, http://127.0.0.1:8080",
        "[::1]:8080, http://[::1]:8080"})
    void shouldNotBeTheProxyItself(final String listen, final String target) {
        final Path recordings = folder.resolve("recordings");
        final CliRun run = CliRun.of(
                "record", "--listen", listen, "--dir", recordings.toString(), "--target", target);
        assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
        assertTrue(run.err().contains("endpoint default listens on its own target, " + target), run.err());
        assertFalse(Files.exists(recordings), "a refused start leaves nothing behind");
    }
}
