package io.ouli.proxy.cli;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A process that may open hardly a file: whatever it fails at, that is said, and is no fault of the program. */
class FileLimitTest {
    @TempDir
    private Path folder;

    @Test
    void shouldSayThatTooFewFilesMayBeOpened() throws Exception {
        int said = 0;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String port = Integer.toString(taken.getLocalPort());
            for (int files = 10; files <= 22; files += 3) {
                // Whoever comes so far says that the port is taken: no other end is expected.
                try (CliProcess cli = CliProcess.start(folder, Map.of("OULI_TEST_FILES", Integer.toString(files)),
                        "replay", "--listen", port, "--dir", folder.toString())) {
                    assertEquals(ExitCode.CANNOT_START, cli.exitCode(), files + " files: " + cli.err());
                    assertFalse(cli.err().contains("a fault of Ouli") || cli.err().contains("NoClassDef"), cli.err());
                    assertTrue(cli.err().contains("ulimit -n 1024") || cli.err().contains(port)
                            || cli.err().contains("Too many open files"), cli.err());
                    said += cli.err().contains("ulimit -n 1024") ? 1 : 0;
                }
            }
        }
        assertTrue(said > 0, "the limit was met");
    }
}
