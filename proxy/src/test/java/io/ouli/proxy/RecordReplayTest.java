package io.ouli.proxy;

import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Limits;
import io.ouli.engine.Mode;
import io.ouli.engine.recording.Durability;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class RecordReplayTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void shouldReplayWhatWasRecordedByteForByte(final Durability durability) throws Exception {
        final String response = "HTTP/1.1 200 Fine\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 5\r\n\r\nhello";
        try (RawUpstream upstream = RawUpstream.answering(response)) {
            final ProxyConfig config = Proxies.config(Mode.RECORD, directory, upstream.url())
                    .engine(EngineConfig.builder(directory).durability(durability).build()).build();
            try (ProxyServer proxy = ProxyServer.start(config); RawClient client = Proxies.client(proxy)) {
                assertEquals(response, client.send(GET).readResponse());
            }
        }
        assertReplays(GET, response);
    }

    /** Both replies of one connection, so that the end of the first is known to be right. */
    private void assertReplays(final String request, final String response) throws Exception {
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(response, client.send(request).read(response.length()));
            assertEquals(response + response, client.send(request + request).read(2 * response.length()));
        }
    }

    private void assertRecordsAndReplays(
            final RawUpstream upstream, final String request, final String live, final String replayed)
            throws Exception {
        try (ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            assertEquals(live, client.send(request).read(live.length()));
            assertEquals(live, client.send(request).read(live.length()), "on the same connection");
        }
        upstream.close();
        assertReplays(request, replayed);
    }

    @Test
    void shouldKeepChunksAndTrailers() throws Exception {
        final String body = "3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nX-Sum: 7\r\n\r\n";
        final String upstreamHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n";
        final String stored = "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertRecordsAndReplays(RawUpstream.answering(upstreamHead + body.replace("3\r\n", "0003;ext=1\r\n")),
                GET, stored + body, stored + body);
    }

    @Test
    void shouldKeepChunksThatComeInPieces() throws Exception {
        final String body = "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";
        final String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        final RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            for (final byte octet : (head + body).getBytes(StandardCharsets.US_ASCII)) {
                out.write(octet);
                out.flush();
                Thread.sleep(1);
            }
            return true;
        });
        assertRecordsAndReplays(upstream, GET, head + body, head + body);
    }

    @Test
    void shouldPutABodyThatEndsWithTheConnectionInAChunk() throws Exception {
        final String inAChunk =
                "HTTP/1.1 200 OK\r\nServer: old\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        assertRecordsAndReplays(RawUpstream.answeringAndClosing("HTTP/1.0 200 OK\r\nServer: old\r\n\r\nhello"), GET,
                inAChunk, inAChunk);
    }

    @Test
    void shouldSendNoBodyWithHead() throws Exception {
        final String head = "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n";
        assertRecordsAndReplays(RawUpstream.answering(head), "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", head, head);
    }

    @Test
    void shouldSendNoBodyWithHeadOfChunks() throws Exception {
        final String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertRecordsAndReplays(RawUpstream.answering(head), "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", head, head);
    }

    @Test
    void shouldSendNoBodyWith204And304() throws Exception {
        final String noContent = "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n";
        assertRecordsAndReplays(RawUpstream.answering(noContent), GET, noContent, noContent);
    }

    @Test
    void shouldSendNoBodyWith304ThatHasALength() throws Exception {
        final String notModified = "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 99\r\n\r\n";
        assertRecordsAndReplays(RawUpstream.answering(notModified), GET, notModified, notModified);
    }

    @Test
    void shouldForwardInterimResponsesAndNotRecordThem() throws Exception {
        final String early = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
        final String last = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        assertRecordsAndReplays(RawUpstream.answering(early + early + last), GET, early + early + last, last);
    }

    @Test
    void shouldForwardSoManyInterimResponsesAndNoMore() throws Exception {
        final String most = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(Limits.MAX_INTERIM_RESPONSES);
        final String last = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        assertRecordsAndReplays(RawUpstream.answering(most + last), GET, most + last, last);
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 102 Processing\r\n\r\n" + most + last);
                ProxyServer proxy = Proxies.start(Mode.PASSTHROUGH, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            final String got = client.send("GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").readAll();
            final String answer = got.substring(got.lastIndexOf("HTTP/1.1 "));
            assertTrue(answer.startsWith("HTTP/1.1 502 ") && answer.contains("more than 128 interim responses"), got);
        }
    }

    @Test
    void shouldDropHopByHopFieldsOfResponses() throws Exception {
        assertRecordsAndReplays(RawUpstream.answering("HTTP/1.1 200 OK\r\nConnection: X-Private, keep-alive\r\n"
                        + "X-Private: 1\r\nKeep-Alive: timeout=5\r\nX-Kept: 2\r\nContent-Length: 0\r\n\r\n"), GET,
                "HTTP/1.1 200 OK\r\nX-Kept: 2\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX-Kept: 2\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void shouldRecordAChunkedRequestByItsBody() throws Exception {
        final String response = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
        final String front = "POST /a HTTP/1.1\r\nHost: h\r\n";
        final String chunked = front + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\nT: 1\r\n\r\n";
        final String whole = front + "Content-Length: 5\r\n\r\nhello";
        try (RawUpstream upstream = RawUpstream.answering(response)) {
            try (ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                    RawClient client = Proxies.client(proxy)) {
                assertEquals(response, client.send(chunked).readResponse());
            }
            assertTrue(upstream.requests().getFirst().endsWith("Content-Length: 5\r\n\r\nhello"),
                    upstream.requests().toString());
        }
        assertReplays(whole, response);
        assertReplays(chunked, response);
    }

    @Test
    void shouldReplayRepeatedRequestsInTheirOrder() throws Exception {
        final int[] count = {0};
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            count[0]++;
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + count[0]).getBytes(StandardCharsets.US_ASCII));
            return true;
        }); ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < 3; i++) {
                client.send(GET).readResponse();
            }
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            final StringBuilder bodies = new StringBuilder();
            for (int i = 0; i < 4; i++) {
                final String response = client.send(GET).readResponse();
                bodies.append(response.charAt(response.length() - 1));
            }
            assertEquals("1233", bodies.toString());
            final String reset = client.send("GET /a HTTP/1.1\r\nHost: h\r\nX-Ouli-Reset-Chain: true\r\n\r\n")
                    .readResponse();
            assertTrue(reset.endsWith("\r\n\r\n1"), reset);
        }
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws Exception {
        final RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            final String path = request.split(" ")[1];
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path)
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        final StringBuilder requests = new StringBuilder();
        final StringBuilder responses = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            final String path = "/p" + i;
            requests.append("GET ").append(path).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
            responses.append("HTTP/1.1 200 OK\r\nContent-Length: ").append(path.length()).append("\r\n\r\n")
                    .append(path);
        }
        try (upstream; ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            assertEquals(responses.toString(), client.send(requests.toString()).read(responses.length()));
        }
        assertReplays(requests.toString(), responses.toString());
    }

    @Test
    void shouldRecordOnlyWhatIsNewInModeAuto() throws Exception {
        final RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        final String other = GET.replace("/a", "/b");
        try (upstream) {
            for (final String request : List.of(GET, other, GET)) {
                try (ProxyServer proxy = Proxies.start(Mode.AUTO, directory, upstream.url());
                        RawClient client = Proxies.client(proxy)) {
                    client.send(request).readResponse();
                }
            }
            assertEquals(2, upstream.requests().size());
        }
        assertReplays(other, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    @Test
    void shouldForwardWhatIsNotRecordedInModePassthrough() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            try (ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                    RawClient client = Proxies.client(proxy)) {
                client.send(GET).readResponse();
            }
            try (ProxyServer proxy = Proxies.start(Mode.PASSTHROUGH, directory, upstream.url());
                    RawClient client = Proxies.client(proxy)) {
                client.send(GET).readResponse();
                client.send(GET.replace("/a", "/b")).readResponse();
            }
            assertEquals(2, upstream.requests().size());
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            assertTrue(client.send(GET.replace("/a", "/b")).readResponse().startsWith("HTTP/1.1 404 "));
        }
    }

    @Test
    void shouldPleaseAnotherClientAndServer() throws Exception {
        final byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            final byte[] got = exchange.getRequestBody().readAllBytes();
            final String path = exchange.getRequestURI().getPath();
            exchange.getResponseHeaders().add("Set-Cookie", "a=1");
            exchange.getResponseHeaders().add("Set-Cookie", "b=2");
            switch (path) {
                case "/noise" -> respond(exchange, 200, noise, noise.length);
                case "/chunked" -> respond(exchange, 200, noise, 0);
                case "/gzip" -> {
                    exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                    final byte[] zipped = gzip("zipped ".repeat(1_000));
                    respond(exchange, 200, zipped, zipped.length);
                }
                case "/redirect" -> {
                    exchange.getResponseHeaders().add("Location", "/noise");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/gone" -> respond(exchange, 410, "gone".getBytes(StandardCharsets.US_ASCII), 4);
                default -> respond(exchange, 200, (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + Arrays.hashCode(got)).getBytes(StandardCharsets.UTF_8), 0);
            }
            exchange.close();
        });
        server.start();
        final Map<String, HttpResponse<byte[]>> recorded;
        final URI target = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (ProxyServer proxy = Proxies.start(Mode.RECORD, directory, target)) {
            recorded = askEverything(proxy, noise);
        } finally {
            server.stop(0);
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null)) {
            final Map<String, HttpResponse<byte[]>> replayed = askEverything(proxy, noise);
            recorded.forEach((name, response) -> {
                assertEquals(response.statusCode(), replayed.get(name).statusCode(), name);
                assertEquals(response.headers().map(), replayed.get(name).headers().map(), name);
                assertArrayEquals(response.body(), replayed.get(name).body(), name);
            });
        }
        assertEquals(List.of("a=1", "b=2"), recorded.get("GET /noise").headers().allValues("set-cookie"));
        assertArrayEquals(noise, recorded.get("GET /chunked").body());
        assertFalse(recorded.containsKey("nothing"));
    }

    private static void respond(
            final com.sun.net.httpserver.HttpExchange exchange, final int status, final byte[] body, final long length)
            throws IOException {
        exchange.sendResponseHeaders(status, length);
        exchange.getResponseBody().write(body);
    }

    private static byte[] gzip(final String text) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static Map<String, HttpResponse<byte[]>> askEverything(final ProxyServer proxy, final byte[] noise)
            throws Exception {
        final Map<String, HttpResponse<byte[]>> responses = new LinkedHashMap<>();
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (final String path : List.of("/noise", "/chunked", "/gzip", "/redirect", "/gone", "/x?q=1&r=%20")) {
                ask(client, proxy, "GET", path, new byte[0], responses);
            }
            ask(client, proxy, "POST", "/post", noise, responses);
            ask(client, proxy, "PUT", "/put", "text".getBytes(StandardCharsets.UTF_8), responses);
            ask(client, proxy, "DELETE", "/delete", new byte[0], responses);
            ask(client, proxy, "HEAD", "/noise", new byte[0], responses);
        }
        return responses;
    }

    private static void ask(
            final HttpClient client,
            final ProxyServer proxy,
            final String method,
            final String path,
            final byte[] body,
            final Map<String, HttpResponse<byte[]>> responses) throws Exception {
        final HttpRequest request = HttpRequest.newBuilder(Proxies.url(proxy, path))
                .method(method, body.length == 0
                        ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body)).build();
        responses.put(method + " " + path, client.send(request, HttpResponse.BodyHandlers.ofByteArray()));
    }
}
