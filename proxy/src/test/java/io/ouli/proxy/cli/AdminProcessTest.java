package io.ouli.proxy.cli;

import io.ouli.proxy.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The flags of the server and its admin port, and {@code stats --live}, from outside. */
@Timeout(120)
class AdminProcessTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path folder;

    private static int port(final CliProcess process, final String event) throws Exception {
        final Pattern pattern = Pattern.compile("\\{\"event\":\"" + event + "\".*\"port\":([0-9]+)");
        for (int i = 0; i < 3_000 && process.isAlive(); i++) {
            final Matcher matcher = pattern.matcher(process.out());
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("no event " + event + ": " + process.out() + process.err());
    }

    @Test
    void shouldServeOnIpv6WithPinnedWorkersAndShowItsCounters() throws Exception {
        Files.createDirectories(folder.resolve("r"));
        try (CliProcess replay = CliProcess.start(folder, Map.of(), "replay", "--dir", folder.resolve("r").toString(),
                "--listen", "[::1]:0", "--workers", "1", "--pin", "auto", "--max-connections", "7", "--admin", "0",
                "--json")) {
            final int port = port(replay, "listening");
            final int admin = port(replay, "admin");
            try (RawClient client = new RawClient(new InetSocketAddress(InetAddress.getByName("::1"), port))) {
                assertTrue(client.send(GET).readResponse().startsWith("HTTP/1.1 404 "));
                assertTrue(client.send(GET).readResponse().startsWith("HTTP/1.1 404 "));
                final CliProcess text = CliProcess.run(folder, "stats", "--live", Integer.toString(admin));
                assertTrue(text.out().startsWith("requests      2 (0/s)\nhits          0 (0/s)\nmisses        2 (0/s)\n"
                        + "              no-recording 2\n"), text.out() + text.err());
                assertTrue(text.out().contains("connections   1 open, 1 accepted, 0 refused, 0 timed out\n"),
                        text.out());
                assertTrue(text.out().contains("\ndurations     p50 ") && text.out().contains(" of 2\nrecently  "),
                        text.out());
                final Matcher memory = Pattern.compile("\nmemory {8}kernel .*, by owner .* \\(([+-][0-9.]+) %\\)\n")
                        .matcher(text.out());
                assertTrue(memory.find(), text.out());
                assertTrue(Math.abs(Double.parseDouble(memory.group(1))) < 10, text.out());
                for (final String owner : new String[] {"buffers", "counters", "heap", "histograms", "rings"}) {
                    assertTrue(text.out().contains("\n  " + owner + " "), text.out());
                }
                final CliProcess json =
                        CliProcess.run(folder, "stats", "--live", "127.0.0.1:" + admin, "--json");
                assertTrue(json.out().startsWith("{\"admin\":\"127.0.0.1:" + admin + "\",\"requestsPerSecond\":0,"
                        + "\"metrics\":{\"requests_total\":2,"), json.out() + json.err());
                assertTrue(json.out().contains("\"missesByReason\":{\"exhausted\":0,\"no-key\":0,\"no-recording\":2,"),
                        json.out());
            }
            replay.stop();
        }
    }

    @Test
    void shouldBusyPollUntilItIsStopped() throws Exception {
        Files.createDirectories(folder.resolve("r"));
        for (final String transport : new String[] {"auto", "nio"}) {
            try (CliProcess replay = CliProcess.start(folder, Map.of(), "replay", "--listen", "0", "--busy-poll",
                    "--dir", folder.resolve("r").toString(), "--transport", transport);
                    RawClient client = new RawClient(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), replay.port()))) {
                assertTrue(client.send(GET).readResponse().startsWith("HTTP/1.1 404 "));
                replay.stop();
            }
        }
    }

    @Test
    void shouldSayWhatIsWrongInOneLine() throws Exception {
        Files.createDirectories(folder.resolve("r"));
        final String[] replay = {"replay", "--listen", "0", "--dir", folder.resolve("r").toString()};
        assertWrong("--pin 4095: processor 4095 may not be used by this process", replay, "--pin", "4095");
        assertWrong("--pin fast is neither none, auto nor a list such as 0,2-3", replay, "--pin", "fast");
        assertWrong("--pin 0 names 1 processors for 2 workers", replay, "--pin", "0", "--workers", "2");
        assertWrong("--admin '0.0.0.0:0' is not on this machine", replay, "--admin", "0.0.0.0:0");
        assertWrong("--admin must end with a port from 0 to 65535, not 'x'", replay, "--admin", "x");
        assertWrong("--max-connections must be a number from 1 to 262144, not '0'", replay, "--max-connections", "0");
        assertWrong("--resident-budget must be a size such as 0, 512m or 2g, not 'lots'",
                replay, "--resident-budget", "lots");
        final String[] stats = {"stats", "--live"};
        final int port;
        try (ServerSocket freed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = freed.getLocalPort();
        }
        assertWrong("no admin port answers at 127.0.0.1:" + port, stats, Integer.toString(port));
        assertWrong("--live asks one proxy", stats, "1", "2");
        assertWrong("--every is for --live", new String[] {"stats", "--every", "1"});
        assertWrong("FILE|DIR... is missing", new String[] {"stats"});
    }

    private void assertWrong(final String message, final String[] command, final String... flags) throws Exception {
        final String[] line = Arrays.copyOf(command, command.length + flags.length);
        System.arraycopy(flags, 0, line, command.length, flags.length);
        final CliRun run = CliRun.of(line);
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().startsWith("ouli: error: " + message), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }
}
