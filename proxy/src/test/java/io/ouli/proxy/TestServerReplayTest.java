package io.ouli.proxy;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.RedactionPolicyBuilder;
import io.ouli.engine.testserver.TestServerRules;
import io.ouli.proxy.transfer.Importer;
import io.ouli.proxy.transfer.TestServerImport;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Recordings that google/test-server itself made (of curl, over its https upstream, with the secret hunter2-secret):
 * they replay to the requests that were recorded, by its hash and by Ouli's key.
 */
@Timeout(180)
class TestServerReplayTest {
    @TempDir
    private Path directory;

    private EndpointPolicy policy;

    @BeforeEach
    void importAll() throws IOException, URISyntaxException {
        final RedactionPolicyBuilder redaction = RedactionPolicy.builder()
                .secret("test", "hunter2-secret".getBytes(StandardCharsets.US_ASCII));
        final TestServerRules rules =
                new TestServerRules(null, List.of("X-Goog-Api-Key", "Authorization"), redaction.listedSecrets());
        policy = new EndpointPolicy(redaction.build(), FingerprintPolicy.DEFAULT, rules);
        final Importer importer = new Importer(directory, ExistingPolicy.FAIL, policy);
        new TestServerImport(importer, "default", false, outcome ->
                assertEquals(TestServerImport.Verdict.OK, outcome.verdict(), outcome::toString))
                .run(Path.of(TestServerReplayTest.class.getResource("/testserver").toURI()));
    }

    private ProxyServer replay(final MatchMode match) {
        return ProxyServer.start(ProxyConfig.builder()
                .engine(EngineConfig.builder(directory).matchMode(match).build())
                .endpoint(EndpointConfig.builder().policy(policy).build()).build());
    }

    private static String get(final String target, final String test, final String... fields) {
        return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:18080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
                + (test == null ? "" : "Test-Name: " + test + "\r\n")
                + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n";
    }

    private static String post(final String target, final String test, final String body) {
        return "POST " + target + " HTTP/1.1\r\nHost: x\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nTest-Name: " + test
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.ISO_8859_1).length + "\r\n\r\n" + body;
    }

    private static String ask(final ProxyServer proxy, final String request) throws IOException {
        try (RawClient client = Proxies.client(proxy)) {
            return client.send(request).endOutput().readAll();
        }
    }

    @Test
    void shouldReplayWhatItRecordedByItsHashAndByKey() throws IOException {
        final String body = "{\"b\": 1.0, \"a\": [1e21, 1E-7, 100000000000000000000, 0.1], \"s\":\"<x>&\\u2028 "
                + "\u00c3\u00a9 hunter2-secret\"}";
        for (final MatchMode match : List.of(MatchMode.TEST_SERVER, MatchMode.KEY)) {
            try (ProxyServer proxy = replay(match)) {
                for (int round = 0; round < 2; round++) {
                    final String first = ask(proxy, get("/a/1", "alpha", "X-Ouli-Reset-Chain: true"));
                    assertTrue(first.contains("\"path\":\"/a/1\""), first);
                    final String second = ask(proxy, post("/a/2?key=hunter2-secret", "alpha", body));
                    assertTrue(second.contains("\"big\":12345678901234567000,"), second);
                    assertTrue(ask(proxy, get("/a/3", "alpha").replaceFirst("GET", "DELETE")).contains("\"/a/3\""));
                    final String fourth = ask(proxy, get("/gz/4", "alpha", "Accept-Encoding: deflate, gzip, br, zstd",
                            "X-Goog-Api-Key: other", "Authorization: Bearer another", "Cookie: c=1", "X-Two: 1",
                            "X-Two: 2"));
                    assertTrue(fourth.contains("X-One: a, b\r\n") && fourth.contains("\"/gz/4\""), fourth);
                    assertTrue(!fourth.contains("Content-Encoding"), fourth);
                }
            }
        }
    }

    @Test
    void shouldStreamEventsKeepFoldersAndServeWhatNamesNoTest() throws IOException {
        try (ProxyServer proxy = replay(MatchMode.TEST_SERVER)) {
            final String test = "folder/sub/beta gamma";
            assertTrue(ask(proxy, get("/b/1", test, "Connection: keep-alive", "Pragma: no-cache")).contains("/b/1"));
            final String events = ask(proxy, post("/b/stream?alt=sse", test, "{}"));
            assertTrue(events.contains("Transfer-Encoding: chunked\r\n"), events);
            assertTrue(events.contains("data: {\"k\":\"REDACTED\",\"n\":0,\"t\":"), events);
            assertEquals(4, events.split("data: ").length, events);
            final String html = ask(proxy, get("/html", test));
            assertTrue(html.contains("Content-Type: text/html\r\n"), html);
            assertTrue(html.endsWith("Content-Length: 0\r\n\r\n"), html);
            for (int round = 0; round < 2; round++) {
                assertTrue(ask(proxy, get("/plain", null)).startsWith("HTTP/1.1 200 "));
            }
        }
    }

    @Test
    void shouldFollowARecordingWhoseChainRanThroughAnother() throws IOException {
        try (ProxyServer proxy = replay(MatchMode.TEST_SERVER)) {
            for (final String path : List.of("/i/1", "/i/2")) {
                for (final String test : List.of("inter-one", "inter-two")) {
                    assertTrue(ask(proxy, get(path, test)).startsWith("HTTP/1.1 200 "), path + test);
                }
            }
        }
    }

    @Test
    void shouldMissWhatIsOutOfItsChainAndSayWhy() throws IOException {
        try (ProxyServer proxy = replay(MatchMode.TEST_SERVER)) {
            final String early = ask(proxy, get("/a/3", "alpha").replaceFirst("GET", "DELETE"));
            assertTrue(early.startsWith("HTTP/1.1 404 ") && early.contains("\"no-key\""), early);
            assertTrue(early.contains("or of the request before it"), early);
            assertTrue(ask(proxy, get("/a/1", "alpha")).startsWith("HTTP/1.1 200 "), "a miss advances nothing");
            final String other = ask(proxy, get("/a/1", "inter-one", "Authorization: Bearer hush"));
            assertTrue(other.contains("\"field\": \"path\"") && !other.contains("hush"), other);
        }
    }

    @Test
    void shouldRecordItsHashItselfAndReplayByIt() throws IOException {
        final Path own = directory.resolve("own");
        final String first = post("/one", "mine", "{\"a\":1}");
        final String second = get("/two", "mine", "Connection: keep-alive");
        final RedactionPolicy redaction = RedactionPolicy.defaults();
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            final String line = request.split("\r\n")[0];
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + line.length() + "\r\n\r\n" + line)
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        })) {
            final EndpointConfig endpoint = EndpointConfig.builder().mode(Mode.RECORD).target(upstream.url())
                    .policy(new EndpointPolicy(redaction, FingerprintPolicy.DEFAULT)).build();
            try (ProxyServer proxy = ProxyServer.start(ProxyConfig.builder()
                    .engine(EngineConfig.builder(own).mode(Mode.RECORD).matchMode(MatchMode.TEST_SERVER).build())
                    .endpoint(endpoint).build())) {
                assertTrue(ask(proxy, first).endsWith("POST /one HTTP/1.1"));
                assertTrue(ask(proxy, second).endsWith("GET /two HTTP/1.1"));
            }
        }
        try (ProxyServer proxy = ProxyServer.start(ProxyConfig.builder()
                .engine(EngineConfig.builder(own).matchMode(MatchMode.TEST_SERVER).build())
                .endpoint(EndpointConfig.builder().build()).build())) {
            assertTrue(ask(proxy, second).startsWith("HTTP/1.1 404 "), "second before first");
            assertTrue(ask(proxy, first).endsWith("POST /one HTTP/1.1"));
            assertTrue(ask(proxy, second.replace("Connection: keep-alive\r\n", "")).startsWith("HTTP/1.1 404 "));
            assertTrue(ask(proxy, second).endsWith("GET /two HTTP/1.1"));
        }
    }
}
