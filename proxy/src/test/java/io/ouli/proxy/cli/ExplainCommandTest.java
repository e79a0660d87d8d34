package io.ouli.proxy.cli;

import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.Mode;
import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.ProxyServer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code ouli explain} over raw requests, curl's arguments and a recording. */
class ExplainCommandTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void record() throws Exception {
        final HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        upstream.start();
        final URI target = URI.create("http://127.0.0.1:" + upstream.getAddress().getPort());
        try (HttpClient client = HttpClient.newHttpClient();
                ProxyServer proxy = ProxyServer.start(ProxyConfig.builder().directory(folder).endpoint(
                        EndpointConfig.builder().mode(Mode.RECORD).target(target).build()).build())) {
            for (final String body : List.of("{\"page\": 1, \"user\": \"ada\"}", "{\"page\": 2}")) {
                client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                + proxy.addresses().getFirst().getPort() + "/items?a=1"))
                        .header("Content-Type", "application/json").header("Authorization", "Bearer hush-hush")
                        .POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        } finally {
            upstream.stop(0);
        }
        file = folder.resolve("default.ouli");
    }

    private static CliRun withInput(final String input, final String... args) {
        final InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)));
        try {
            return CliRun.of(args);
        } finally {
            System.setIn(before);
        }
    }

    private static String key(final String output) {
        final Matcher matcher = Pattern.compile("key ([0-9a-f]{64})").matcher(output);
        assertTrue(matcher.find(), output);
        return matcher.group(1);
    }

    @Test
    void shouldPrintTheFormAndTheRecordedKey() {
        final CliRun run = CliRun.of("explain", file.toString(), "--number", "2");

        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("# " + file + ", interaction 2\nouli/1\nM POST\nP /items\n"), run.out());
        assertTrue(run.out().contains("{\"page\":2}\n"), run.out());
        assertTrue(CliRun.of("show", file.toString(), "--number", "2", "--json").out().contains(key(run.out())));
        assertFalse(run.out().contains("other rules"), run.out());
    }

    @Test
    void shouldGiveOneKeyToRawHttpAndToCurl() throws Exception {
        final String raw = "POST /items?a=1\nContent-Type: application/json\n\n{\"user\":\"ada\",\"page\":1.0}\n";
        final Path written = Files.writeString(folder.resolve("request.http"), raw);
        final CliRun fromFile = CliRun.of("explain", written.toString());
        final CliRun fromInput = withInput(raw.replace("\n", "\r\n"), "explain", "-");

        assertEquals(ExitCode.OK, fromFile.exitCode(), fromFile.err());
        assertEquals(key(fromFile.out()), key(fromInput.out()));
        final CliRun curl = CliRun.of("explain", "curl", "-H", "Accept:", "-H", "Content-Type: application/json", "-d",
                "{\"page\":1,\"user\":\"ada\"}", "http://anywhere/items?a=1");
        assertEquals(key(fromFile.out()), key(curl.out()));
        final CliRun both = CliRun.of("explain", file.toString(), "--number=1", written.toString());
        assertEquals(ExitCode.OK, both.exitCode(), both.out() + both.err());
        assertTrue(both.out().endsWith("\nthe same key\n"), both.out());
    }

    @Test
    void shouldSayFirstWhereTwoDiffer() {
        final CliRun two = CliRun.of("explain", file.toString(), "--number", "1", "--number", "2");
        assertEquals(ExitCode.DIFFERENT, two.exitCode(), two.err());
        assertTrue(two.out().contains("\nfirst difference: body /page: first \"1\", second \"2\"\n"
                + "then: body /user: first \"\"ada\"\", second nothing\n"), two.out());

        final CliRun closest = CliRun.of("explain", file.toString(), "--json", "curl", "-H", "Accept:", "--json",
                "{\"page\": 3}", "http://h/items?a=1");
        assertEquals(ExitCode.DIFFERENT, closest.exitCode(), closest.err());
        assertTrue(closest.out().contains("interaction 2\""), closest.out());
        assertTrue(closest.out().contains("\"same\":false,\"differences\":[{\"field\":\"body\",\"pointer\":\"/page\","
                + "\"recorded\":\"2\",\"received\":\"3\"}],\"differenceCount\":1}"), closest.out());
        assertEquals(1, closest.out().lines().count());
    }

    @Test
    void shouldRedactAndIgnoreByTheFilesRules() throws Exception {
        final Path config = Files.writeString(folder.resolve("ouli.yml"), """
                fingerprint: {include_headers: [authorization], ignore_json: [/page]}
                endpoints:
                  - {name: one, target: "https://one.example", listen: 0}
                  - {name: two, target: "https://two.example", listen: 0, fingerprint: {ignore_body: true}}
                """);
        final CliRun run = CliRun.of("explain", "--config", config.toString(), "--endpoint", "one", "curl", "-u",
                "me:secret", "--json", "{\"page\":1}", "http://h/");
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(run.out().contains("REDACTED") && run.out().contains("{}\n"), run.out());
        assertFalse(run.out().contains("bWU6c2VjcmV0"), run.out());
        assertFalse(CliRun.of("explain", "--config", config.toString(), "--endpoint=2", "curl", "-d", "x", "h").out()
                .contains("\nB "));
        final CliRun which = CliRun.of("explain", "--config", config.toString(), "curl", "http://h");
        assertEquals(ExitCode.USAGE, which.exitCode());
        assertTrue(which.err().contains("say which with --endpoint"), which.err());
        final CliRun stale = CliRun.of(
                "explain", "--config", config.toString(), "--endpoint=one", file.toString(), "--number=1");
        assertTrue(stale.out().contains("recorded under other rules"), stale.out());
    }

    @Test
    void shouldRefuseWhatIsNoRequest() throws Exception {
        final Path garbage = Files.writeString(folder.resolve("garbage"), "no request at all, is it?\n\nx");
        for (final List<String> words : List.of(
                List.of(garbage.toString()), List.of("/absent"), List.of(folder.toString()), List.of("curl"),
                List.of("curl", "--unheard", "http://h"), List.of(file.toString()), List.of(file.toString(), "-", "-"),
                List.of(file.toString(), "--number", "3"), List.of("--number", "1", garbage.toString()),
                List.of("curl", "http://a", "http://b", "http://c"), List.<String>of())) {
            final String[] args = Stream.concat(Stream.of("explain"), words.stream())
                    .toArray(String[]::new);
            final CliRun run = withInput("GET / HTTP/1.1\r\n\r\n", args);
            assertEquals(ExitCode.USAGE, run.exitCode(), words + run.out() + run.err());
            assertEquals(1, run.err().lines().count(), run.err());
            assertEquals("", run.out());
        }
    }
}
