package io.ouli.proxy.cli;

import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.recording.Recording;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A secret in each place and form, through {@code ouli record} and {@code ouli redact}; every file and log is read. */
class SecretsEndToEndTest {
    private static final String SECRET = "sk-Live/01+\"%&zZ9~";

    /** Nobody names this one; only its header tells. */
    private static final String TOKEN = "q9Zr4tW7xB2nM5kL8jH3";

    @TempDir
    private Path folder;

    private static final Pattern COMPRESSED = Pattern.compile("(?s)\u001f\u008b.{8}[^\0\1]");
    private static final List<String> CODINGS = List.of("gzip", "deflate", "br", "zstd");

    private final Map<String, byte[]> forms = forms();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer upstream;

    /** Written by the JDK's own encoders, to hold ours against. */
    private static Map<String, byte[]> forms() {
        final Map<String, String> texts = new LinkedHashMap<>();
        final String url = URLEncoder.encode(SECRET, StandardCharsets.US_ASCII);
        texts.put("raw", SECRET);
        texts.put("url", url);
        texts.put("url-twice", URLEncoder.encode(url, StandardCharsets.US_ASCII));
        texts.put("json", SECRET.replace("\"", "\\\"").replace("/", "\\/"));
        texts.put("html", SECRET.replace("&", "&amp;").replace("\"", "&quot;"));
        for (int before = 0; before < 3; before++) {
            final byte[] padded = ("u:".substring(0, before) + SECRET).getBytes(StandardCharsets.US_ASCII);
            texts.put("base64-" + before, Base64.getEncoder().withoutPadding().encodeToString(padded));
            texts.put("base64url-" + before, Base64.getUrlEncoder().withoutPadding().encodeToString(padded));
        }
        final Map<String, byte[]> bytes = new LinkedHashMap<>();
        texts.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.US_ASCII)));
        return bytes;
    }

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            final String[] path = exchange.getRequestURI().getPath().split("/");
            byte[] body = forms.getOrDefault(path[1], "innocent, max_tokens=5".getBytes(StandardCharsets.US_ASCII));
            final String kind = path.length > 2 ? path[2] : "";
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            if (kind.equals("file")) {
                body = StoredCodings.code("gzip", body);
            } else if (CODINGS.contains(kind)) {
                body = StoredCodings.code(kind, body);
                exchange.getResponseHeaders().set("Content-Encoding", kind);
            }
            if (kind.equals("header")) {
                exchange.getResponseHeaders().set("X-Auth-Token", TOKEN);
                exchange.getResponseHeaders().set("X-Echo", new String(body, StandardCharsets.US_ASCII));
            }
            exchange.sendResponseHeaders(200, kind.equals("chunks") ? 0 : body.length);
            for (int i = 0; i < body.length; i += 5) {
                exchange.getResponseBody().write(body, i, Math.min(5, body.length - i));
                if (kind.equals("chunks")) {
                    exchange.getResponseBody().flush();
                }
            }
            exchange.close();
        });
        upstream.start();
    }

    @AfterEach
    void stopUpstream() {
        upstream.stop(0);
        client.close();
    }

    private List<String> paths() {
        final List<String> paths = new ArrayList<>(List.of("/innocent"));
        for (final String form : forms.keySet()) {
            for (final String kind : List.of("body", "header", "chunks", "file")) {
                paths.add("/" + form + "/" + kind);
            }
            CODINGS.forEach(coding -> paths.add("/" + form + "/" + coding));
        }
        return paths;
    }

    /** Asks for every form in every place, with the secret in header, query and body of each request. */
    private List<byte[]> askAll(final int port) throws Exception {
        final List<byte[]> replies = new ArrayList<>();
        final String url = URLEncoder.encode(SECRET, StandardCharsets.US_ASCII);
        final String json = new String(forms.get("json"), StandardCharsets.US_ASCII);
        final Map<String, String> bodies = new LinkedHashMap<>();
        bodies.put("application/x-www-form-urlencoded", "a=" + url + "&" + url + "=b");
        bodies.put("application/json", "{\"" + json + "\":[1,\"" + json + "\"],\"max_tokens\":5}");
        bodies.put("multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\""
                + json + "\"\r\n\r\n" + SECRET + "\r\n--B--\r\n");
        final List<String> types = List.copyOf(bodies.keySet());
        int turn = 0;
        for (final String path : paths()) {
            final String type = types.get(turn % types.size());
            final byte[] plain = bodies.get(type).getBytes(StandardCharsets.US_ASCII);
            final HttpRequest.Builder request = HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + port + path + (path.equals("/innocent") ? "" : "?key=" + url)))
                    .header("Authorization", "Basic " + new String(forms.get("base64-2"), StandardCharsets.US_ASCII))
                    .header("Cookie", "a=b; s=" + SECRET)
                    .header("X-Basic", "Basic " + new String(forms.get("base64-1"), StandardCharsets.US_ASCII))
                    .header("X-Tok", SECRET)
                    .header("Content-Type", type);
            final String coding = turn % 2 == 0 ? null : CODINGS.get(turn / 2 % CODINGS.size());
            if (coding != null) {
                request.header("Content-Encoding", coding);
            }
            request.POST(HttpRequest.BodyPublishers.ofByteArray(
                    coding == null ? plain : StoredCodings.code(coding, plain)));
            final HttpResponse<byte[]> reply = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(200, reply.statusCode(), path);
            replies.add(reply.body());
            turn++;
        }
        return replies;
    }

    @Test
    void shouldKeepEveryFormOfASecretOffTheDiskAndTheLog() throws Exception {
        final Map<String, String> secret = Map.of("OULI_SECRETS", SECRET);
        final String dir = folder.resolve("r").toString();
        final List<byte[]> recorded;
        try (CliProcess record = CliProcess.start(folder, secret, "record", "--debug", "--target",
                "http://127.0.0.1:" + upstream.getAddress().getPort(), "--listen", "0", "--dir", dir)) {
            recorded = askAll(record.port());
            record.stop();
        }
        upstream.stop(0);
        assertArrayEquals(forms.get("raw"), recorded.get(1), "the client on record gets the upstream's bytes");
        assertClean(folder);
        try (CliProcess replay = CliProcess.start(folder, secret, "replay", "--debug", "--listen", "0", "--dir", dir)) {
            final List<byte[]> replayed = askAll(replay.port());
            assertEquals("REDACTED", new String(replayed.get(1), StandardCharsets.US_ASCII));
            assertArrayEquals(recorded.getFirst(), replayed.getFirst());
            replay.stop();
        }
        assertClean(folder);
    }

    @Test
    void shouldTakeSecretsOutOfAnOldRecording() throws Exception {
        final Path dir = folder.resolve("r");
        final Path secrets = Files.writeString(folder.resolve("secrets"), SECRET + "\n");
        try (CliProcess record = CliProcess.start(folder, Map.of(), "record", "--target",
                "http://127.0.0.1:" + upstream.getAddress().getPort(), "--listen", "0", "--dir", dir.toString())) {
            askAll(record.port());
            record.stop();
        }
        final Map<String, String> environment = Map.of("OULI_SECRETS_FILE", secrets.toString());
        final CliProcess before = run(environment, "scan", dir.toString());
        assertEquals(1, before.exitCode(), before.err());
        assertTrue(before.out().contains("OULI_SECRETS_FILE #1 is in it"), before.out());
        final CliProcess guessed = run(Map.of(), "scan", "--json", dir.toString());
        assertEquals(1, guessed.exitCode(), guessed.err());
        assertTrue(guessed.out().contains("\"rule\":\"named-value\",\"field\":\"response header x-auth-token\""),
                guessed.out());
        final String rule = "--redact-response-header=x-auth-token";
        assertTrue(guessed.out().contains("\"flags\":\"" + rule.replace('=', ' ') + "\""), guessed.out());
        assertEquals(1, run(environment, "redact", rule, "--dry-run", dir.toString()).exitCode());
        final CliProcess redact = run(environment, "redact", rule, "--json", dir.toString());
        assertEquals(0, redact.exitCode(), redact.err());
        assertTrue(redact.out().contains("\"secret OULI_SECRETS_FILE #1\":"), redact.out());
        assertTrue(redact.out().contains("\"response header x-auth-token\":11,"), redact.out());
        final CliProcess after = run(environment, "scan", dir.toString());
        assertEquals(0, after.exitCode(), after.out());
        Files.delete(secrets);
        assertClean(folder);
        assertEquals(0, run(Map.of(), "verify", dir.toString()).exitCode());
        try (CliProcess replay = CliProcess.start(
                folder, Map.of("OULI_SECRETS", SECRET), "replay", rule, "--listen", "0", "--dir", dir.toString())) {
            assertEquals("REDACTED", new String(askAll(replay.port()).get(1), StandardCharsets.US_ASCII));
            assertFalse(replay.err().contains("other redaction"), replay.err());
            replay.stop();
        }
    }

    @Test
    void shouldNameNeitherAFileNorASessionByASecret() throws Exception {
        final String secret = "hunter2hunter2";
        final String dir = folder.resolve("r").toString();
        try (CliProcess record = CliProcess.start(folder, Map.of("TEST_SERVER_SECRETS", secret), "record", "--debug",
                "--target", "http://127.0.0.1:" + upstream.getAddress().getPort(), "--listen", "0", "--dir", dir)) {
            assertEquals(400, named(record.port(), "a/" + secret));
            assertEquals(200, named(record.port(), "a/b"));
            record.stop();
            assertFalse(record.err().contains(secret), record.err());
        }
        assertTrue(Files.exists(Path.of(dir, "a", "b.ouli")));
        assertFalse(Files.exists(Path.of(dir, "a", secret + ".ouli")));
    }

    private int named(final int port, final String session) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/innocent"))
                .header("Test-Name", session).build(), HttpResponse.BodyHandlers.ofByteArray()).statusCode();
    }

    @Test
    void shouldSetAsideAndScanWhatHoldsASecretThatWasNamedTooLate() throws Exception {
        final Path dir = folder.resolve("r");
        final Map<String, String> secret = Map.of("OULI_SECRETS", SECRET);
        final String[] record = {"record", "--target", "http://127.0.0.1:" + upstream.getAddress().getPort(),
            "--listen", "0", "--dir", dir.toString(), "--existing", "append"};
        try (CliProcess first = CliProcess.start(folder, Map.of(), record)) {
            askAll(first.port());
            first.stop();
        }
        try (CliProcess second = CliProcess.start(folder, secret, record)) {
            assertEquals(200, named(second.port(), "default"));
            second.signal("TERM");
            assertEquals(4, second.exitCode(), second.err());
            assertTrue(second.err().contains("interaction 1: request header"), second.err());
            assertFalse(second.err().contains(SECRET), second.err());
        }
        final Path quarantined = dir.resolve("default.ouli.quarantine");
        assertTrue(Files.exists(quarantined));
        assertFalse(Files.exists(dir.resolve("default.ouli")));
        final CliProcess scan = run(secret, "scan", dir.toString());
        assertEquals(1, scan.exitCode(), scan.err());
        assertTrue(scan.out().contains("default.ouli.quarantine: interaction 1"), scan.out());
        assertEquals(0, run(secret, "redact", quarantined.toString()).exitCode());
        assertFalse(Files.exists(quarantined));
        assertClean(folder);
    }

    private CliProcess run(final Map<String, String> environment, final String... args) throws Exception {
        final CliProcess cli = CliProcess.start(folder, environment, args);
        cli.exitCode();
        return cli;
    }

    private void assertClean(final Path all) throws IOException {
        final List<Path> files;
        try (Stream<Path> walk = Files.walk(all)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (final Path file : files) {
            final String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            forms.forEach((name, form) -> assertFalse(
                    text.contains(new String(form, StandardCharsets.US_ASCII)), file + " holds it as " + name));
            assertNothingCompressed(file, file.toString().endsWith(".ouli") ? messages(file) : text);
        }
    }

    /** Written anew, a compressed file is stored: its first block is of type 0. */
    private static void assertNothingCompressed(final Path file, final String text) {
        assertFalse(COMPRESSED.matcher(text).find(), file + " holds a compressed body that had a secret in it");
    }

    /** What a recording was given: keys and checksums may have any two bytes one after the other. */
    private static String messages(final Path file) {
        final StringBuilder messages = new StringBuilder();
        try (Recording recording = Recording.open(file)) {
            for (int rank = 0; rank < recording.count(); rank++) {
                final long slot = recording.slotAt(rank);
                messages.append(new String(recording.request(slot), StandardCharsets.ISO_8859_1)).append("\n\n");
                messages.append(new String(recording.response(slot), StandardCharsets.ISO_8859_1)).append("\n\n");
            }
            assertTrue(recording.count() > 0);
        }
        return messages.toString();
    }
}
