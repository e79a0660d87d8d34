package io.ouli.proxy;

import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a replaying proxy says to good and bad clients. */
@Timeout(120)
class ProtocolTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\n40000\r\n" + "x".repeat(0x40000) + "\r\n1\r\n!\r\n0\r\nT: 1\r\n\r\n";

    @TempDir
    private Path directory;
    private ProxyServer proxy;

    @BeforeEach
    void record() throws Exception {
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            out.write((request.startsWith("GET /chunked") ? CHUNKED : RESPONSE).getBytes(StandardCharsets.US_ASCII));
            return true;
        }); ProxyServer recording = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(recording)) {
            client.send(GET).readResponse();
            client.send("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello").readResponse();
            client.send(GET.replace("/a", "/chunked")).read(CHUNKED.length());
        }
        proxy = Proxies.start(Mode.REPLAY, directory, null);
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private void assertStillServes() throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(GET).readResponse());
        }
    }

    @Test
    void shouldServeARequestThatComesByteByByte() throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            final String post = "POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
            for (final byte octet : (post + "1\r\nh\r\n4\r\nello\r\n0\r\n\r\n" + GET)
                    .getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {octet});
            }
            assertEquals(RESPONSE + RESPONSE, client.read(2 * RESPONSE.length()));
        }
    }

    @Test
    void shouldTellAClientThatAsksToSendItsBody() throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            client.send("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.readUntil("\r\n\r\n"));
            assertEquals(RESPONSE, client.send("hello").readResponse());
            client.send("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
            assertEquals(RESPONSE, client.readResponse(), "no need to ask when the body is there");
        }
    }

    @Test
    void shouldCloseAfterTheReplyToHttp10AndToConnectionClose() throws Exception {
        for (final String request : List.of(
                "GET /a HTTP/1.0\r\n\r\n", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")) {
            try (RawClient client = Proxies.client(proxy)) {
                assertEquals(RESPONSE, client.send(request + GET).readAll());
            }
        }
    }

    @Test
    void shouldTakeTheChunksOutForHttp10() throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            assertEquals("HTTP/1.1 200 OK\r\n\r\nhello" + "x".repeat(0x40000) + "!",
                    client.send("GET /chunked HTTP/1.0\r\n\r\n").readAll());
        }
    }

    @Test
    void shouldServeAClientThatHasShutDownItsOutput() throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE + RESPONSE, client.send(GET + GET).endOutput().readAll());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "400 | GET / HTTP/1.1\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\nHost: h\\n\\n",
        "400 | POST / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 3\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0",
        "400 | POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\n\\r\\n",
        "400 | POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nab\\r\\n0\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nHost: h\\r\\nX: a\\r\\n b\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nHost : h\\r\\n\\r\\n",
        "413 | POST / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 99999999999\\r\\n\\r\\n",
        "413 | POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nfffffff\\r\\n",
        "417 | GET / HTTP/1.1\\r\\nHost: h\\r\\nExpect: wonders\\r\\n\\r\\n",
        "501 | CONNECT h:443 HTTP/1.1\\r\\nHost: h:443\\r\\n\\r\\n",
        "501 | POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n",
        "505 | GET / HTTP/2.0\\r\\nHost: h\\r\\n\\r\\n",
    })
    void shouldRefuseAndClose(final int status, final String request) throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            final String bytes = request.replace("\\r", "\r").replace("\\n", "\n");
            final String got = client.send(GET + bytes + GET).readAll();
            assertTrue(got.startsWith(RESPONSE + "HTTP/1.1 " + status + " "), got);
            assertTrue(got.contains("Connection: close\r\n"), got);
            assertTrue(got.endsWith("}\n"), "nothing behind the refusal: " + got);
        }
        assertStillServes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"414", "431"})
    void shouldRefuseWhatIsTooLong(final String status) throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            final String filler = "x".repeat(100_000);
            client.send(status.equals("414") ? "GET /" + filler : "GET / HTTP/1.1\r\nHost: h\r\nX: " + filler);
            final String refusal = client.readAll();
            assertTrue(refusal.startsWith("HTTP/1.1 " + status + " "), refusal);
            assertTrue(refusal.contains(" is longer than 8192 bytes\"}"), refusal);
        }
        assertStillServes();
    }

    @Test
    void shouldSayWhyARequestIsMissed() throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            final String miss = client.send(GET.replace("/a", "/never")).readResponse();
            assertTrue(miss.startsWith("HTTP/1.1 404 Not Found\r\n"), miss);
            assertTrue(miss.contains("\r\nX-Ouli-Result: miss\r\n"), miss);
            assertTrue(miss.contains("no-key"), miss);
            final String head = client.send("HEAD /never HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("\r\n\r\n");
            assertTrue(head.contains("X-Ouli-Result: miss"), head);
            assertEquals(RESPONSE, client.send(GET).readResponse(), "no body stood behind the head");
            final String other = client.send("GET /a HTTP/1.1\r\nHost: h\r\nTest-Name: a/b\r\n\r\n").readResponse();
            assertTrue(other.contains("no-recording"), other);
        }
    }

    @Test
    void shouldGiveAMissTheStatusThatIsConfigured() throws Exception {
        proxy.close();
        proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null).missStatus(418).build());
        try (RawClient client = Proxies.client(proxy)) {
            assertTrue(client.send(GET.replace("/a", "/never")).readResponse().startsWith("HTTP/1.1 418 "));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205, 304})
    void shouldSendNoBodyWithAMissWhoseStatusAllowsNone(final int status) throws Exception {
        proxy.close();
        proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null).missStatus(status).build());
        try (RawClient client = Proxies.client(proxy)) {
            final String miss = client.send(GET.replace("/a", "/never")).readUntil("\r\n\r\n");
            assertTrue(miss.startsWith("HTTP/1.1 " + status + ' ') && miss.contains("X-Ouli-Result: miss\r\n"), miss);
            assertEquals(RESPONSE, client.send(GET).readResponse(), "no body stood behind the head");
        }
    }

    @Test
    void shouldSayThatStrictOrderIsBroken() throws Exception {
        proxy.close();
        proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null)
                .engine(EngineConfig.builder(directory).matchMode(MatchMode.STRICT).build()).build());
        try (RawClient client = Proxies.client(proxy)) {
            final String early = client.send(GET.replace("/a", "/chunked")).readResponse();
            assertTrue(early.startsWith("HTTP/1.1 409 Conflict\r\n"), early);
            assertTrue(early.contains("X-Ouli-Result: miss"), early);
            assertEquals(RESPONSE, client.send(GET).readResponse());
        }
    }

    @Test
    void shouldMissWhatIsUsedUp() throws Exception {
        proxy.close();
        proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null)
                .engine(EngineConfig.builder(directory).exhausted(Exhausted.MISS).build()).build());
        try (RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(GET).readResponse());
            assertTrue(client.send(GET).readResponse().contains("exhausted"));
            final String reset = "GET /a HTTP/1.1\r\nHost: h\r\nX-Ouli-Reset-Chain: TRUE\r\n\r\n";
            assertEquals(RESPONSE, client.send(reset).readResponse());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/../b", "a//b", "/a", "a/", "a b", "a\\b", "ä"})
    void shouldRefuseASessionNameThatIsNone(final String name) throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            final String refusal =
                    client.send("GET /a HTTP/1.1\r\nHost: h\r\nX-Ouli-Test-Name: " + name + "\r\n\r\n").readResponse();
            assertTrue(refusal.startsWith("HTTP/1.1 400 "), refusal);
            assertEquals(RESPONSE, client.send(GET).readResponse(), "the request was sound, the connection is kept");
        }
    }

    @Test
    void shouldIgnoreSessionNamesOnAFixedEndpoint() throws Exception {
        proxy.close();
        proxy = ProxyServer.start(ProxyConfig.builder().directory(directory)
                .endpoint(EndpointConfig.builder().fixedSession(true).build()).build());
        try (RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(GET.replace("\r\n\r\n", "\r\nTest-Name: ../x\r\n\r\n")).readResponse());
        }
    }

    @Test
    void shouldKeepSessionsApart() throws Exception {
        final int[] count = {0};
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            assertTrue(!request.toLowerCase(Locale.ROOT).contains("test-name"), request);
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + count[0]++)
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        }); ProxyServer recording = Proxies.start(Mode.RECORD, directory.resolve("apart"), upstream.url());
                RawClient client = Proxies.client(recording)) {
            client.send(GET.replace("\r\n\r\n", "\r\nTest-Name: one\r\n\r\n")).readResponse();
            client.send(GET.replace("\r\n\r\n", "\r\nX-Ouli-Test-Name: two/3\r\nTest-Name: one\r\n\r\n"))
                    .readResponse();
        }
        try (ProxyServer replaying = Proxies.start(Mode.REPLAY, directory.resolve("apart"), null);
                RawClient client = Proxies.client(replaying)) {
            assertTrue(client.send(GET.replace("\r\n\r\n", "\r\nTest-Name: two/3\r\n\r\n")).readResponse()
                    .endsWith("\r\n1"));
            assertTrue(client.send(GET.replace("\r\n\r\n", "\r\nTest-Name: one\r\n\r\n")).readResponse()
                    .endsWith("\r\n0"));
        }
    }

    @Test
    void shouldAnswerItsHealthPathItself() throws Exception {
        proxy.close();
        proxy = ProxyServer.start(ProxyConfig.builder().directory(directory)
                .endpoint(EndpointConfig.builder().healthPath("/health").build()).build());
        try (RawClient client = Proxies.client(proxy)) {
            final String healthy = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            assertEquals(healthy, client.send(GET.replace("/a", "/health")).readResponse());
            assertEquals(healthy, client.send(GET.replace("/a", "/health?x")).readResponse());
            assertTrue(client.send(GET.replace("/a", "/healthy")).readResponse().contains("no-key"));
        }
    }

    @Test
    void shouldSurviveClientsThatVanish() throws Exception {
        for (final String part : List.of("", "GET", GET, GET + GET + "GET",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe",
                GET.replace("/a", "/chunked").repeat(50))) {
            Proxies.client(proxy).send(part).reset();
            Proxies.client(proxy).send(part).close();
            Proxies.client(proxy).send(part).endOutput().close();
        }
        assertStillServes();
    }
}
