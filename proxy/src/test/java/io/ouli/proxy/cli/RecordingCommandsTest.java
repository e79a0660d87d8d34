package io.ouli.proxy.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.Mode;
import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.ProxyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code show}, {@code verify}, {@code recover} and {@code stats} over a recording of four interactions. */
class RecordingCommandsTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void record() throws Exception {
        final HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            final boolean binary = exchange.getRequestURI().getPath().equals("/binary");
            final byte[] body = binary ? new byte[] {0, 1, (byte) 0xFF, 3} : "text \u00e9\n".getBytes("UTF-8");
            exchange.sendResponseHeaders(binary ? 206 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        upstream.start();
        final URI target = URI.create("http://127.0.0.1:" + upstream.getAddress().getPort());
        try (HttpClient client = HttpClient.newHttpClient();
                ProxyServer proxy = ProxyServer.start(ProxyConfig.builder().directory(folder).endpoint(
                        EndpointConfig.builder().mode(Mode.RECORD).target(target).session("team/one").build())
                        .build())) {
            for (final String path : List.of("/text", "/binary", "/text", "/last")) {
                client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                        + proxy.addresses().getFirst().getPort() + path))
                        .POST(HttpRequest.BodyPublishers.ofString("asked")).build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        } finally {
            upstream.stop(0);
        }
        file = folder.resolve("team/one.ouli");
    }

    @Test
    void shouldShowInteractionsAsHttpInTheOrderOfArrival() {
        final CliRun run = CliRun.of("show", file.toString());

        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("### 1\n> POST /text HTTP/1.1\n> "), run.out());
        assertTrue(run.out().contains("\n>\nasked\n< HTTP/1.1 200 OK\n"), run.out());
        assertTrue(run.out().contains("\n<\ntext \u00e9\n"), run.out());
        assertTrue(run.out().contains("\n### 2\n> POST /binary HTTP/1.1\n"), run.out());
        assertTrue(run.out().contains("\n(4 bytes, SHA-256 "), run.out());
        assertTrue(run.out().contains("\n### 3 (the same request, time 2)\n"), run.out());
        assertArrayEquals(run.bytes(), CliRun.of("show", file.toString()).bytes(), "the same every time, for git diff");
    }

    @Test
    void shouldShowOneInteractionAloneAndItsExactBytes() throws IOException {
        final String one = CliRun.of("show", file.toString(), "--number", "2").out();
        assertTrue(one.startsWith("### 2\n") && !one.contains("### 3"), one);

        final byte[] raw = CliRun.of("show", file.toString(), "--number=2", "--raw", "response").bytes();
        final String head = new String(raw, StandardCharsets.ISO_8859_1);
        assertTrue(head.startsWith("HTTP/1.1 206 Partial Content\r\n"), head);
        assertTrue(head.endsWith("\r\n\r\n\u0000\u0001\u00ff\u0003"), head);
        assertTrue(CliRun.of("show", file.toString(), "--number=2", "--raw", "request").out()
                .endsWith("\r\n\r\nasked"));

        final CliRun beyond = CliRun.of("show", file.toString(), "--number", "5");
        assertEquals(ExitCode.DIFFERENT, beyond.exitCode());
        assertTrue(beyond.err().contains("has no interaction 5; it has 4"), beyond.err());
        assertEquals(ExitCode.USAGE, CliRun.of("show", file.toString(), "--raw", "response").exitCode());
        assertEquals(ExitCode.USAGE, CliRun.of("show", folder.toString()).exitCode());
    }

    @Test
    void shouldListAndPrintJson() throws IOException {
        final List<String> list = CliRun.of("show", file.toString(), "--list").out().lines().toList();
        assertEquals(4, list.size());
        assertTrue(list.get(1).matches("2\t20[0-9T:.-]+Z\t206\t[0-9]+ B\tPOST /binary"), list.get(1));

        final List<String> objects = CliRun.of("show", file.toString(), "--json").out().lines().toList();
        assertEquals(4, objects.size());
        for (final String object : objects) {
            try (JsonParser parser = new JsonFactory().createParser(object)) {
                while (parser.nextToken() != null) {
                    assertTrue(parser.currentTokenLocation().getCharOffset() >= 0);
                }
            }
        }
        assertTrue(objects.get(0).contains("\"request\":{\"method\":\"POST\",\"target\":\"/text\",\"headers\":[["),
                objects.get(0));
        assertTrue(objects.get(0).contains("\"body\":\"text \u00e9\\n\""), objects.get(0));
        assertTrue(objects.get(1).contains("\"response\":{\"status\":206,"), objects.get(1));
        assertTrue(objects.get(1).contains("\"bodyBytes\":4,\"bodyBase64\":\"AAH/Aw==\""), objects.get(1));
    }

    @Test
    void shouldVerifyListTheDamageRecoverAndVerifyAgain() throws IOException {
        final CliRun sound = CliRun.of("verify", folder.toString());
        assertEquals(ExitCode.OK, sound.exitCode());
        assertEquals(file + ": sound, 4 interactions\n", sound.out());
        assertEquals(ExitCode.OK, CliRun.of("recover", file.toString()).exitCode(), "nothing to lose");

        final byte[] bytes = Files.readAllBytes(file);
        final int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("/binary");
        bytes[at] ^= 1;
        Files.write(file, bytes);

        final CliRun damaged = CliRun.of("verify", file.toString());
        assertEquals(ExitCode.DIFFERENT, damaged.exitCode());
        assertTrue(damaged.out().contains(", interaction 2: "), damaged.out());
        assertTrue(damaged.out().contains(file + ": damaged, 3 interactions"), damaged.out());
        final CliRun json = CliRun.of("verify", "--json", file.toString());
        assertTrue(json.out().contains("\"sequence\":1") && json.out().contains("\"verdict\":\"damaged\""), json.out());
        final CliRun shown = CliRun.of("show", file.toString());
        assertEquals(ExitCode.DIFFERENT, shown.exitCode());
        assertTrue(shown.out().contains("### 1\n") && !shown.out().contains("### 2\n"), shown.out());

        final CliRun recovered = CliRun.of("recover", file.toString());
        assertEquals(ExitCode.DIFFERENT, recovered.exitCode());
        assertTrue(recovered.out().contains("3 interactions kept, 1 damaged, 0 unreadable regions"), recovered.out());
        assertTrue(Files.exists(Path.of(file + "~damaged")));
        assertEquals(ExitCode.OK, CliRun.of("verify", file.toString()).exitCode());
    }

    @Test
    void shouldTellWhatIsNoRecording() throws IOException {
        final Path other = Files.writeString(folder.resolve("other.ouli"), "no recording at all");
        for (final String command : List.of("verify", "recover", "show")) {
            final CliRun run = CliRun.of(command, other.toString());
            assertEquals(ExitCode.USAGE, run.exitCode(), command + run.out() + run.err());
            assertTrue((run.out() + run.err()).contains(other.toString()), command + run.out() + run.err());
        }
        assertTrue(CliRun.of("verify", other.toString()).out().contains("or run ouli recover if it was one"));
        final Path hollow = Files.write(folder.resolve("hollow.ouli"),
                Arrays.copyOf("OULIRECR".getBytes(StandardCharsets.US_ASCII), 4_096));
        for (final Path each : List.of(other, hollow)) {
            final CliRun run = CliRun.of("recover", each.toString());
            assertEquals(ExitCode.USAGE, run.exitCode());
            assertFalse(run.err().contains("run ouli recover"), "no remedy that was just tried: " + run.err());
        }
        assertEquals(ExitCode.USAGE, CliRun.of("verify", folder + "/absent").exitCode());
        assertEquals(ExitCode.USAGE, CliRun.of("show", folder + "/absent").exitCode());
        final Path empty = Files.createDirectory(folder.resolve("empty"));
        assertTrue(CliRun.of("stats", empty.toString()).err().contains("has no recordings"));
        assertTrue(CliRun.of("stats", "").err().contains("an empty name"));
        assertTrue(CliRun.of("verify", folder.toString()).out().contains("unreadable: " + other));
        assertEquals("no recording at all", Files.readString(other), "nothing is touched");
    }

    @Test
    void shouldSayOnceWhatIsWrongWithAFileThatIsNoRecording() throws IOException {
        final Path other = Files.writeString(folder.resolve("other.ouli"), "no recording at all");
        final CliRun show = CliRun.of("show", other.toString());
        final CliRun redact = CliRun.of("redact", other.toString());
        assertEquals(ExitCode.USAGE, redact.exitCode(), redact.err());
        assertEquals(show.err(), redact.err());
        assertEquals(redact.err().indexOf(other.toString()), redact.err().lastIndexOf(other.toString()), redact.err());
    }

    @Test
    void shouldNotLetTheNameOfAFileSteerTheTerminal() throws IOException {
        final Path sly = Files.copy(file, folder.resolve("a\u001b[31m\nb: sound\u0007.ouli"));
        final String shown = folder + "/a\\u001b[31m\\u000ab: sound\\u0007.ouli";
        for (final List<String> words : List.of(
                List.of("verify"), List.of("recover"), List.of("redact"), List.of("redact", "--dry-run"))) {
            final List<String> line = new ArrayList<>(words);
            line.add(sly.toString());
            final CliRun run = CliRun.of(line.toArray(String[]::new));
            assertEquals(ExitCode.OK, run.exitCode(), run.err());
            assertTrue(run.out().startsWith(shown + ": "), run.out());
            assertEquals(1, run.out().lines().count(), run.out());
        }
        Files.writeString(sly, "no recording at all");
        assertTrue(CliRun.of("verify", sly.toString()).out().startsWith("unreadable: " + shown));
        final String error = CliRun.of("redact", sly.toString()).err();
        assertTrue(error.contains("a\\u001b[31m b: sound\\u0007.ouli") && error.indexOf(0x1b) < 0, error);
    }

    @Test
    void shouldSumUpAFolder() {
        final CliRun run = CliRun.of("stats", folder.toString());

        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(run.out().contains("sessions      1\ninteractions  4\n"), run.out());
        assertTrue(run.out().contains("200: 3, 206: 1"), run.out());
        final String json = CliRun.of("stats", folder.toString(), "--json").out();
        assertTrue(json.contains("\"interactions\":4") && json.contains("\"statuses\":{\"200\":3,\"206\":1}"), json);
        assertTrue(json.contains("\"largest\":[{\"file\":\"" + file + "\",\"number\":"), json);
        assertFalse(json.strip().contains("\n"));
    }

    @Test
    void shouldHelpWithoutACommandAndForgiveAMistypedOne() {
        final CliRun none = CliRun.of();
        assertEquals(ExitCode.USAGE, none.exitCode());
        assertEquals("", none.out());
        assertTrue(none.err().contains("Usage: ouli COMMAND"), none.err());

        final CliRun help = CliRun.of("--help");
        assertEquals(ExitCode.OK, help.exitCode());
        assertTrue(help.out().contains("\n  verify ") && help.out().contains("Exit codes: 0 done;"), help.out());
        assertEquals(ExitCode.OK, CliRun.of("verify", "--help").exitCode());
        assertEquals(CliRun.of("verify", "--help").out(), CliRun.of("help", "verify").out());
        assertEquals(CliRun.of("--help").out(), CliRun.of("help", "--help").out());
        assertEquals(ExitCode.USAGE, CliRun.of("help", "verfiy").exitCode());
        assertTrue(CliRun.of("--version").out().startsWith("ouli "));

        final CliRun mistyped = CliRun.of("verfy", file.toString());
        assertEquals(ExitCode.USAGE, mistyped.exitCode());
        assertTrue(mistyped.err().contains("unknown command 'verfy'; did you mean 'verify'?"), mistyped.err());
        assertTrue(CliRun.of("benhc").err().contains("unknown command 'benhc'; did you mean 'bench'?"));
    }
}
