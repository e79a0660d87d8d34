package io.ouli.proxy.cli;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.ouli.proxy.TestTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The serving commands from outside: processes, signals, sockets, exit codes. */
class ServeProcessTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch hangs = new CountDownLatch(1);
    private HttpServer upstream;

    @TempDir
    private Path folder;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(task -> Thread.ofVirtual().start(task));
        upstream.createContext("/", exchange -> {
            final byte[] body = (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)).getBytes();
            exchange.getResponseHeaders().add("Set-Cookie", "a=1");
            exchange.getResponseHeaders().add("Set-Cookie", "b=2");
            exchange.getResponseHeaders().add("Location", "http://upstream.example/next");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        upstream.createContext("/hangs", exchange -> {
            hangs.countDown();
            try {
                release.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        upstream.start();
    }

    @AfterEach
    void stopUpstream() {
        release.countDown();
        upstream.stop(0);
        client.close();
    }

    @Test
    void shouldRecordThenReplayWithTheUpstreamGone() throws Exception {
        final String dir = folder.resolve("the recordings").toString();
        final HttpResponse<byte[]> recorded;
        try (CliProcess record = start("record", "--target", target(), "--listen", "0", "--dir", dir)) {
            recorded = send(record.port(), "POST", "/orders?b=2&a=1", "{\"n\":1.0,\"m\":2}");
            assertTrue(record.err().contains("warning: endpoint default redacts nothing but authorization"),
                    record.err());
            record.stop();
            assertTrue(record.err().endsWith("closed\n"), record.err());
        }
        upstream.stop(0);
        try (CliProcess replay = start("replay", "--listen", "0", "--dir", dir)) {
            final HttpResponse<byte[]> replayed =
                    send(replay.port(), "POST", "/orders?a=1&b=2", "{ \"m\": 2, \"n\": 1 }");
            assertEquals(recorded.statusCode(), replayed.statusCode());
            assertEquals(recorded.headers(), replayed.headers());
            assertEquals(List.of("a=1", "b=2"), replayed.headers().allValues("Set-Cookie"));
            assertArrayEquals(recorded.body(), replayed.body());

            final HttpResponse<byte[]> miss = send(replay.port(), "GET", "/never", "");
            assertEquals(404, miss.statusCode());
            assertEquals("miss", miss.headers().firstValue("X-Ouli-Result").orElseThrow());
            replay.signal(CliProcess.isIgnored(CliProcess.SIGHUP) ? "TERM" : "HUP");
            assertEquals(0, replay.exitCode());
        }
    }

    @Test
    void shouldEndWhereNobodyCanBeToldItsPort() throws Exception {
        final Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "Linux has it");
        final Path err = folder.resolve("err");
        final Process replay = CliProcess.builder("replay", "--listen", "0", "--dir", folder.toString())
                .redirectOutput(full.toFile()).redirectError(err.toFile()).start();
        try {
            assertTrue(replay.waitFor(60, TimeUnit.SECONDS), () -> "it serves whom?");
            assertEquals(ExitCode.CANNOT_START, replay.exitValue());
            final String log = Files.readString(err);
            assertTrue(log.contains("error: standard output cannot be written, so nobody can be told"), log);
        } finally {
            replay.destroyForcibly();
        }
    }

    @Test
    void shouldSayOnceThatAnUpgradeIsNotForwarded() throws Exception {
        try (CliProcess record = start("record", "--target", target(), "--listen", "0", "--dir",
                folder.resolve("recordings").toString())) {
            for (final String protocol : List.of("h2c", "websocket", "websocket")) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), record.port())) {
                    socket.setSoTimeout(60_000);
                    socket.getOutputStream().write(("GET /chat?key=hush HTTP/1.1\r\nHost: a\r\n"
                            + "Connection: Upgrade, close\r\nUpgrade: " + protocol + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    final String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                    assertTrue(reply.startsWith("HTTP/1.1 200 "), reply);
                    assertEquals(!protocol.equals("h2c"), record.err().contains("asks for an upgrade"), record.err());
                }
            }
            record.stop();
            final String log = record.err();
            assertEquals(log.indexOf("asks for an upgrade"), log.lastIndexOf("asks for an upgrade"), log);
            assertFalse(log.contains("hush"), log);
        }
    }

    @Test
    void shouldWarnWhereAPassthroughHasNothingToReplay() throws Exception {
        final String absent = folder.resolve("absent").toString();
        try (CliProcess passthrough = start("passthrough", "--target", target(), "--listen", "0", "--dir", absent)) {
            assertEquals(200, send(passthrough.port(), "GET", "/a", "").statusCode());
            assertTrue(passthrough.err().contains("warning: there is no folder " + absent), passthrough.err());
        }
    }

    @Test
    void shouldTrustAnHttpsUpstreamByItsCertificateOrByOrderOnly() throws Exception {
        final HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(TestTls.local().server()));
        secure.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        secure.start();
        final String target = "https://127.0.0.1:" + secure.getAddress().getPort();
        final String dir = folder.resolve("r").toString();
        try (CliProcess record = start("record", "--target", target, "--listen", "0", "--dir", dir, "--upstream-ca",
                TestTls.local().certificate().toString())) {
            assertEquals(204, send(record.port(), "GET", "/", "").statusCode());
            assertFalse(record.err().contains("WARNING"), record.err());
        }
        try (CliProcess passthrough = start("passthrough", "--target", target, "--listen", "0", "--dir", dir,
                "--upstream-insecure")) {
            assertEquals(204, send(passthrough.port(), "GET", "/other", "").statusCode());
            assertTrue(passthrough.err().contains("WARNING: endpoint default does NOT check the certificate of "
                    + target), passthrough.err());
        } finally {
            secure.stop(0);
        }
    }

    @Test
    void shouldKeepSecretsOutOfTheRecordingAndOffTheLog() throws Exception {
        final Path secrets = folder.resolve("secrets");
        Files.writeString(secrets, "line-secret-2\n");
        try (CliProcess record = CliProcess.start(folder,
                Map.of("OULI_SECRETS", "comma-secret-1", "OULI_SECRETS_FILE", secrets.toString()),
                "record", "--target", target(), "--listen", "0", "--dir", folder.resolve("r").toString(), "--debug")) {
            send(record.port(), "POST", "/a?key=comma-secret-1", "line-secret-2");
            record.stop();
            final String log = record.err() + record.out();
            assertFalse(log.contains("secret-1") || log.contains("secret-2"), log);
            assertFalse(log.contains("warning"), log);
        }
        final String file = Files.readString(folder.resolve("r/default.ouli"), StandardCharsets.ISO_8859_1);
        assertTrue(file.contains("REDACTED"));
        assertFalse(file.contains("secret-1") || file.contains("secret-2"));
    }

    @Test
    void shouldServeAFileOfTestServerAsItIs() throws Exception {
        final Path config = folder.resolve("test-server.yml");
        Files.writeString(config, """
                endpoints:
                  - target_host: 127.0.0.1
                    target_type: http
                    target_port: %d
                    source_type: http
                    source_port: 0
                    health: /healthz
                    redact_request_headers:
                      - X-Mine
                    response_header_replacements:
                      - header: Location
                        regex: "^http://upstream.example/"
                        replace: "http://localhost/"
                """.formatted(upstream.getAddress().getPort()));
        final String dir = folder.resolve("r").toString();
        try (CliProcess record = start("record", "--config", config.toString(), "--dir", dir)) {
            final int port = record.port();
            assertEquals("http://localhost/next",
                    send(port, "GET", "/a", "").headers().firstValue("Location").orElseThrow());
            assertEquals(200, send(port, "GET", "/healthz", "").statusCode());
            record.stop();
        }
        final CliRun shown = CliRun.of("show", folder.resolve("r/default.ouli").toString());
        assertTrue(shown.out().contains("< Location: http://localhost/next\n"), shown.out());
        assertTrue(shown.out().contains("> X-Mine: REDACTED\n"), shown.out());
        assertFalse(shown.out().contains("healthz"), shown.out());
    }

    /** The JDK's own hook removes what it finds half written: without the mend every third was empty. */
    @Test
    void shouldKeepAProfileThatASignalEnds() throws Exception {
        final Path recordings = Files.createDirectories(folder.resolve("empty"));
        for (int round = 0; round < 3; round++) {
            final Path file = folder.resolve("profile" + round);
            try (CliProcess replay = start("replay", "--listen", "0", "--dir", recordings.toString(),
                    "--profile", "cpu=" + file)) {
                replay.port();
                replay.stop();
                assertTrue(replay.err().contains("profile: " + file + ".jfr (flight recording)"), replay.err());
            }
            assertFalse(RecordingFile.readAllEvents(Path.of(file + ".jfr")).isEmpty());
            assertTrue(Files.notExists(Path.of(file + ".jfr~")));
        }
    }

    @Test
    void shouldFillAFlightRecordingFromTheFirstRequestToTheEnd() throws Exception {
        final Path file = folder.resolve("whole.jfr");
        final String dir = Files.createDirectories(folder.resolve("r")).toString();
        try (CliProcess replay = CliProcess.start(folder,
                Map.of("JAVA_TOOL_OPTIONS",
                        "-XX:StartFlightRecording:filename=" + file + ",+ouli.Request#enabled=true"),
                "replay", "--listen", "0", "--dir", dir, "--transport", "nio")) {
            assertEquals(404, send(replay.port(), "GET", "/first", "").statusCode());
            replay.stop();
        }
        assertEquals(1, RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("ouli.Request")).count());
    }

    private static boolean listens(final int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (final IOException refused) {
            return false;
        }
    }

    @Test
    void shouldExitAtOnceAtTheSecondSignal() throws Exception {
        try (CliProcess record = start("record", "--target", target(), "--listen", "0", "--dir",
                folder.resolve("r").toString())) {
            final int port = record.port();
            Thread.ofVirtual().start(() -> send(port, "GET", "/hangs", ""));
            assertTrue(hangs.await(60, TimeUnit.SECONDS));
            record.signal("TERM");
            while (listens(port)) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertTrue(record.isAlive(), "it waits for the exchange under way: " + record.err());
            record.signal("TERM");
            assertEquals(143, record.exitCode());
        }
    }

    @Test
    void shouldSayInOneLineWhyItCannotStart() throws Exception {
        final String dir = Files.createDirectories(folder.resolve("r")).toString();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String port = Integer.toString(taken.getLocalPort());
            assertFails(ExitCode.CANNOT_START, port, "record", "--target", target(), "--listen", port, "--dir", dir);
            assertFalse(Files.exists(folder.resolve("r/default.ouli")), "no empty recording is left behind");
        }
        assertFails(ExitCode.USAGE, "nowhere", "replay", "--listen", "0", "--dir", folder + "/nowhere");
        final Path file = Files.writeString(folder.resolve("file"), "");
        assertFails(ExitCode.USAGE, file.toString(), "record", "--target", target(), "--listen", "0", "--dir",
                file.toString());
        final Path config = Files.writeString(folder.resolve("c.yml"), "endpoints:\n  - taget: x\n");
        assertFails(ExitCode.USAGE, config + ":2: unknown key 'endpoints[0].taget'", "record", "--config",
                config.toString());
        assertFails(ExitCode.USAGE, "--session 'a b'", "replay", "--listen", "0", "--session", "a b", "--dir", dir);
        assertFails(ExitCode.USAGE, "--upstream-ca is for https", "record", "--listen", "0", "--target", target(),
                "--dir", dir, "--upstream-ca", "ca.pem");
        assertFails(ExitCode.USAGE, folder + "/ca.pem does not exist", "record", "--listen", "0", "--target",
                "https://127.0.0.1", "--dir", folder + "/new", "--upstream-ca", folder + "/ca.pem");
        assertFalse(Files.exists(folder.resolve("new")), "a refused start leaves nothing behind");
        assertFails(ExitCode.USAGE, "contradict each other", "record", "--listen", "0", "--target", "https://a",
                "--dir", dir, "--upstream-ca", "ca.pem", "--upstream-insecure");
        assertFails(ExitCode.USAGE, "--target is missing", "record", "--listen", "0", "--dir", dir);
        Files.writeString(folder.resolve("r/default.ouli"), "somebody else's");
        assertFails(ExitCode.CANNOT_START, "default.ouli", "record", "--target", target(), "--listen", "0", "--dir",
                dir);
        assertEquals("somebody else's", Files.readString(folder.resolve("r/default.ouli")), "nothing is touched");
    }

    @Test
    void shouldShowTheStackTraceOnlyWhenAsked() throws Exception {
        final CliProcess cli = CliProcess.run(folder, "replay", "--listen", "0", "--dir", folder + "/nowhere",
                "--debug");

        assertEquals(ExitCode.USAGE, cli.exitCode());
        assertTrue(cli.err().contains("\tat io.ouli"), cli.err());
    }

    @Test
    void shouldPrintJsonForPrograms() throws Exception {
        try (CliProcess record = start("record", "--target", target(), "--listen", "0", "--dir",
                folder.resolve("r").toString(), "--json")) {
            while (!record.out().contains("}\n")) {
                assertTrue(record.isAlive(), record.err());
                TimeUnit.MILLISECONDS.sleep(20);
            }
            record.stop();
            final List<String> lines = record.out().lines().toList();
            assertTrue(lines.getFirst().matches("\\{\"event\":\"listening\",\"endpoint\":\"default\","
                    + "\"url\":\"http://127.0.0.1:[0-9]+\",\"port\":[0-9]+,\"mode\":\"record\",.*}"), record.out());
            assertTrue(lines.getLast().equals("{\"event\":\"closed\",\"notRecorded\":[]}"), record.out());
        }
    }

    @Test
    void shouldTellProgramsWhatWasNotRecorded() throws Exception {
        try (CliProcess record = start("record", "--target", target(), "--listen", "0", "--dir",
                folder.resolve("r").toString(), "--json")) {
            while (!record.out().contains("}\n")) {
                assertTrue(record.isAlive(), record.err());
                TimeUnit.MILLISECONDS.sleep(20);
            }
            Files.delete(folder.resolve("r/default.ouli"));
            record.signal("TERM");
            assertEquals(ExitCode.NOT_KEPT, record.exitCode(), record.err());
            assertEquals("{\"event\":\"closed\",\"notRecorded\":[\"default\"]}",
                    record.out().lines().toList().getLast(), record.err());
        }
    }

    @Test
    void shouldTakeAMissingFileOfSecretsForWrongUsage() throws Exception {
        try (CliProcess replay = CliProcess.start(folder, Map.of("OULI_SECRETS_FILE", folder + "/none"),
                "replay", "--listen", "0", "--dir", folder.toString())) {
            assertEquals(ExitCode.USAGE, replay.exitCode(), replay.err());
            assertTrue(replay.err().contains("/none: the file that OULI_SECRETS_FILE names cannot be read"),
                    replay.err());
        }
    }

    private void assertFails(final int exitCode, final String named, final String... args) {
        final CliRun cli = CliRun.of(args);

        assertEquals(exitCode, cli.exitCode(), cli.err());
        final List<String> errors = cli.err().lines().filter(line -> line.startsWith("ouli: error: ")).toList();
        assertEquals(1, errors.size(), cli.err());
        assertTrue(errors.getFirst().contains(named), cli.err());
        assertFalse(cli.err().contains("\tat "), cli.err());
        assertEquals("", cli.out());
    }

    private CliProcess start(final String... args) throws IOException {
        return CliProcess.start(folder, Map.of(), args);
    }

    private String target() {
        return "http://127.0.0.1:" + upstream.getAddress().getPort();
    }

    private HttpResponse<byte[]> send(final int port, final String method, final String path, final String body) {
        final HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("X-Mine", "mine")
                .build();
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
