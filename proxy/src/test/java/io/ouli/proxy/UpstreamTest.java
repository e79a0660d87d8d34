package io.ouli.proxy;

import io.ouli.engine.Mode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a proxy makes of upstreams, good and bad, by http and by https. */
@Timeout(120)
@ParameterizedClass
@ValueSource(booleans = {false, true})
class UpstreamTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    @Parameter
    private boolean secure;
    @TempDir
    private Path directory;

    private RawUpstream upstream(final RawUpstream.Script script) throws Exception {
        return new RawUpstream(secure ? TestTls.local().server() : null, script);
    }

    private RawUpstream answering(final String response) throws Exception {
        return upstream(RawUpstream.always(response, true));
    }

    private RawUpstream answeringAndClosing(final String response) throws Exception {
        return upstream(RawUpstream.always(response, false));
    }

    private URI url(final String authority) {
        return URI.create((secure ? "https://" : "http://") + authority);
    }

    private void assertNothingRecorded() throws Exception {
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            final String miss = client.send(GET).readResponse();
            assertTrue(miss.startsWith("HTTP/1.1 404 "), miss);
        }
    }

    /** Asks for what its upstream does not answer. @return the proxy's own answer. */
    private static String assertRefuses(final RawClient client, final String status, final String code)
            throws IOException {
        final String got = client.send(GET).readResponse();
        assertTrue(got.startsWith("HTTP/1.1 " + status + "\r\n"), got);
        assertTrue(got.contains("X-Ouli-Result: upstream-error\r\n"), got);
        assertTrue(got.contains("\"code\":\"" + code + "\""), got);
        return got;
    }

    private ProxyServer record(final RawUpstream upstream) {
        return Proxies.start(Mode.RECORD, directory, upstream.url());
    }

    /** A port on which nobody listens, nor can anybody else while it is held. */
    private static Socket heldPort() throws Exception {
        final Socket held = new Socket();
        held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return held;
    }

    @Test
    void shouldAnswer502WhenNobodyListens() throws Exception {
        try (Socket held = heldPort()) {
            final URI target = url("127.0.0.1:" + held.getLocalPort());
            assertNobodyListens(target);
        }
        assertNothingRecorded();
    }

    private void assertNobodyListens(final URI target) throws Exception {
        try (ProxyServer proxy = Proxies.start(Mode.RECORD, directory, target);
                RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < 2; i++) {
                final String got = assertRefuses(client, "502 Bad Gateway", "unreachable");
                assertTrue(got.contains(target.toString()), got);
            }
        }
    }

    @Test
    void shouldAnswer504WhenTheUpstreamDoesNotAccept() throws Exception {
        final List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ProxyServer proxy = ProxyServer.start(
                        Proxies.config(Mode.RECORD, directory, url("127.0.0.1:" + full.getLocalPort()))
                        .timeouts(ProxyTimeouts.DEFAULT.withUpstreamConnect(Duration.ofMillis(300))).build());
                RawClient client = Proxies.client(proxy)) {
            // Nobody accepts, so the kernel's queue fills up, and further connections are not answered.
            for (int i = 0; i < 8; i++) {
                waiting.add(SocketChannel.open());
                waiting.getLast().configureBlocking(false);
                waiting.getLast().connect(full.getLocalSocketAddress());
            }
            assertRefuses(client, "504 Gateway Timeout", "connect-timeout");
        } finally {
            for (final SocketChannel channel : waiting) {
                channel.close();
            }
        }
        assertNothingRecorded();
    }

    @Test
    void shouldLogOneLineWithWhatToDo() throws Exception {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final Handler handler = new Handler() {
            @Override
            public void publish(final LogRecord record) {
                lines.add(record.getMessage());
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        final Logger logger = Logger.getLogger("io.ouli.proxy.server.Relay");
        logger.addHandler(handler);
        try (Socket held = heldPort()) {
            final URI target = url("127.0.0.1:" + held.getLocalPort());
            try (ProxyServer proxy = Proxies.start(Mode.RECORD, directory, target);
                    RawClient client = Proxies.client(proxy)) {
                client.send(GET).readResponse();
            } finally {
                logger.removeHandler(handler);
            }
            assertEquals(List.of("endpoint default: the upstream cannot be reached (" + target
                    + ": ECONNREFUSED); check that it runs and listens there"), lines);
        }
    }

    @Test
    void shouldAnswer502WhenTheNameIsUnknown() throws Exception {
        try (ProxyServer proxy = Proxies.start(Mode.RECORD, directory, url("no-such-host.invalid"));
                RawClient client = Proxies.client(proxy)) {
            assertRefuses(client, "502 Bad Gateway", "unresolved");
        }
        assertNothingRecorded();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    })
    void shouldAnswer502WhenTheResponseIsMalformed(final String response) throws Exception {
        try (RawUpstream upstream = answering(response); ProxyServer proxy = record(upstream);
                RawClient client = Proxies.client(proxy)) {
            assertRefuses(client, "502 Bad Gateway", "bad-response");
        }
        assertNothingRecorded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Le"})
    void shouldAnswer502WhenTheUpstreamClosesBeforeItsHeadIsWhole(final String response) throws Exception {
        try (RawUpstream upstream = answeringAndClosing(response); ProxyServer proxy = record(upstream);
                RawClient client = Proxies.client(proxy)) {
            assertRefuses(client, "502 Bad Gateway", "cut-off");
        }
        assertNothingRecorded();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n",
    })
    void shouldCutOffTheClientWhenTheUpstreamDiesInTheBody(final String response) throws Exception {
        try (RawUpstream upstream = answeringAndClosing(response); ProxyServer proxy = record(upstream);
                RawClient client = Proxies.client(proxy)) {
            final String got = client.send(GET).readUntilGone();
            assertTrue(response.startsWith(got) && !got.endsWith("0\r\n\r\n"), got);
        }
        assertNothingRecorded();
    }

    @Test
    void shouldRewriteTheRequestHead() throws Exception {
        try (RawUpstream upstream = answering(RESPONSE);
                ProxyServer proxy = Proxies.start(Mode.RECORD, directory,
                        URI.create(upstream.url() + "/base/")); RawClient client = Proxies.client(proxy)) {
            client.send("""
                    POST /p?q=%20 HTTP/1.1\r
                    Host: client-saw-this\r
                    Connection: X-Private, TE\r
                    X-Private: 1\r
                    TE: trailers\r
                    X-Ouli-Test-Name: s\r
                    X-Kept:   a  b \r
                    x-kept: c\r
                    Expect: 100-continue\r
                    Content-Length: 3\r
                    Upgrade: h2c\r
                    Keep-Alive: 1\r
                    Proxy-Authorization: secret\r
                    \r
                    abc""").readUntil("ok");
            assertEquals(List.of("POST /base/p?q=%20 HTTP/1.1\r\nHost: 127.0.0.1:" + upstream.port()
                    + "\r\nX-Kept: a  b\r\nx-kept: c\r\nContent-Length: 3\r\nTE: trailers\r\nConnection: TE\r\n"
                    + "\r\nabc"),
                    upstream.requests());
        }
    }

    @Test
    void shouldTurnAbsoluteTargetsIntoPaths() throws Exception {
        try (RawUpstream upstream = answering(RESPONSE); ProxyServer proxy = record(upstream);
                RawClient client = Proxies.client(proxy)) {
            for (final String target : List.of("http://x/y?z", "http://x?z", "http://x", "*")) {
                client.send((target.equals("*") ? "OPTIONS " : "GET ") + target + " HTTP/1.1\r\nHost: x\r\n\r\n")
                        .readResponse();
            }
            assertEquals(List.of("GET /y?z", "GET /?z", "GET /", "OPTIONS *"), upstream.requests().stream()
                    .map(request -> request.substring(0, request.indexOf(" HTTP/"))).toList());
        }
    }

    @Test
    void shouldSendTheConfiguredHost() throws Exception {
        try (RawUpstream upstream = answering(RESPONSE);
                ProxyServer proxy = ProxyServer.start(ProxyConfig.builder().directory(directory)
                        .endpoint(Proxies.endpoint(Mode.RECORD, upstream.url())
                                .hostHeader("api.example.com").build()).build());
                RawClient client = Proxies.client(proxy)) {
            client.send(GET).readResponse();
            assertTrue(upstream.requests().getFirst().contains("\r\nHost: api.example.com\r\n"));
        }
    }

    @Test
    void shouldReplaceInResponseHeaders() throws Exception {
        final String replaced = "HTTP/1.1 302 Found\r\nLocation: http://here/x\r\nContent-Length: 0\r\n\r\n";
        try (RawUpstream upstream = answering(
                "HTTP/1.1 302 Found\r\nlocation: https://there.example/x\r\nContent-Length: 0\r\n\r\n"
                        .replace("location", "Location"));
                ProxyServer proxy = ProxyServer.start(ProxyConfig.builder().directory(directory)
                        .endpoint(Proxies.endpoint(Mode.RECORD, upstream.url())
                                .replacements(List.of(new ResponseHeaderReplacement(
                                        "LOCATION", "https://([a-z]+)\\.example", "http://here"))).build()).build());
                RawClient client = Proxies.client(proxy)) {
            assertEquals(replaced, client.send(GET).readResponse());
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(replaced, client.send(GET).readResponse());
        }
    }

    @Test
    void shouldKeepConnectionsToTheUpstream() throws Exception {
        try (RawUpstream upstream = answering(RESPONSE); ProxyServer proxy = record(upstream)) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = Proxies.client(proxy)) {
                    client.send(GET).readResponse();
                    client.send(GET).readResponse();
                }
            }
            assertEquals(1, upstream.connections());
        }
    }

    @Test
    void shouldNotReuseAConnectionThatTheUpstreamWantsClosed() throws Exception {
        try (RawUpstream upstream = answering(
                RESPONSE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
                ProxyServer proxy = record(upstream); RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(GET).readResponse());
            assertEquals(RESPONSE, client.send(GET).readResponse());
            assertEquals(2, upstream.connections());
        }
    }

    @Test
    void shouldSendASafeRequestAgainWhenAKeptConnectionIsStale() throws Exception {
        try (RawUpstream upstream = dyingOnSecondRequest(); ProxyServer proxy = record(upstream);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(GET).readResponse());
            assertEquals(RESPONSE, client.send(GET).readResponse());
            assertEquals(2, upstream.connections());
            assertEquals(3, upstream.requests().size());
        }
    }

    @Test
    void shouldNotSendAPostAgain() throws Exception {
        try (RawUpstream upstream = dyingOnSecondRequest(); ProxyServer proxy = record(upstream);
                RawClient client = Proxies.client(proxy)) {
            final String post = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
            assertEquals(RESPONSE, client.send(post).readResponse());
            final String second = client.send(post).readResponse();
            assertTrue(second.startsWith("HTTP/1.1 502 "), second);
            assertEquals(2, upstream.requests().size());
        }
    }

    /** Each connection answers one request, and closes without a word on the second. */
    private RawUpstream dyingOnSecondRequest() throws Exception {
        final Set<Socket> used = ConcurrentHashMap.newKeySet();
        return upstream((request, out, socket) -> {
            if (!used.add(socket)) {
                return false;
            }
            out.write(RESPONSE.getBytes(StandardCharsets.US_ASCII));
            return true;
        });
    }

    @Test
    void shouldNoticeThatKeptConnectionsWereClosed() throws Exception {
        try (RawUpstream upstream = answering(RESPONSE); ProxyServer proxy = record(upstream);
                RawClient client = Proxies.client(proxy)) {
            final String post = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
            client.send(post).readResponse();
            upstream.endConnections();
            Eventually.holds("the proxy has noticed", () -> upstream.openConnections() == 0);
            assertEquals(RESPONSE, client.send(post).readResponse());
        }
    }

    @Test
    void shouldAnswer504WhenTheUpstreamIsSilent() throws Exception {
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            Thread.sleep(60_000);
            return false;
        }); ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.RECORD, directory, upstream.url())
                .timeouts(ProxyTimeouts.DEFAULT.withUpstreamRead(Duration.ofMillis(300))).build());
                RawClient client = Proxies.client(proxy)) {
            assertRefuses(client, "504 Gateway Timeout", "read-timeout");
        }
        assertNothingRecorded();
    }

    @Test
    void shouldSendTheFirstBytesOnBeforeTheLastHaveCome() throws Exception {
        final CountDownLatch seen = new CountDownLatch(1);
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertTrue(seen.await(60, TimeUnit.SECONDS));
            out.write("4\r\nlast\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return true;
        }); ProxyServer proxy = record(upstream); RawClient client = Proxies.client(proxy)) {
            client.send(GET).readUntil("5\r\nfirst\r\n");
            seen.countDown();
            assertEquals("4\r\nlast\r\n0\r\n\r\n", client.readUntil("0\r\n\r\n"));
        }
    }

    @Test
    void shouldNotBufferForASlowClient() throws Exception {
        final AtomicLong written = new AtomicLong();
        final long total = 64L << 20;
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            writeCounted(out, total, written);
            return true;
        }); ProxyServer proxy = Proxies.start(Mode.PASSTHROUGH, directory, upstream.url());
                RawClient client = new RawClient(Proxies.address(proxy))) {
            client.socket().setReceiveBufferSize(32 << 10);
            client.send(GET).readUntil("\r\n\r\n");
            Thread.sleep(1_000);
            final long whileClientSlept = written.get();
            assertTrue(whileClientSlept < total / 2, "the upstream was read on: " + whileClientSlept);
            long got = 0;
            final byte[] buffer = new byte[64 << 10];
            while (got < total) {
                final int n = client.socket().getInputStream().read(buffer);
                assertTrue(n > 0, "closed after " + got);
                for (int i = 0; i < n; i++) {
                    assertEquals((byte) (got + i), buffer[i]);
                }
                got += n;
            }
            assertEquals(total, got);
        }
    }

    private static void writeCounted(final OutputStream out, final long total, final AtomicLong written)
            throws Exception {
        final byte[] block = new byte[16 << 10];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) i;
        }
        while (written.get() < total) {
            out.write(block);
            written.addAndGet(block.length);
        }
    }

    @Test
    void shouldRecordNothingWhenTheClientLeavesInTheMiddle() throws Exception {
        final CountDownLatch gone = new CountDownLatch(1);
        final CountDownLatch noticed = new CountDownLatch(1);
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertTrue(gone.await(60, TimeUnit.SECONDS));
            if (socket.getInputStream().read() < 0) {
                noticed.countDown();
            }
            return false;
        }); ProxyServer proxy = record(upstream)) {
            final RawClient client = Proxies.client(proxy);
            client.send(GET).readUntil("first");
            client.reset();
            gone.countDown();
            assertTrue(noticed.await(60, TimeUnit.SECONDS), "the upstream connection is closed too");
        }
        assertNothingRecorded();
    }

    @Test
    void shouldSendALargeRequestAndRecordALargeResponse() throws Exception {
        final byte[] body = new byte[5 << 20];
        new Random(1).nextBytes(body);
        final byte[] head = ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        final String front = "PUT /large HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n\r\n";
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            final byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
            out.write(head);
            out.write(bytes, bytes.length - body.length, body.length);
            return true;
        }); ProxyServer proxy = record(upstream); RawClient client = Proxies.client(proxy)) {
            client.send(front).send(body).read(head.length);
            assertArrayEquals(body,
                    client.read(body.length).getBytes(StandardCharsets.ISO_8859_1));
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            client.send(front).send(body).read(head.length);
            Thread.sleep(300);
            assertArrayEquals(body,
                    client.read(body.length).getBytes(StandardCharsets.ISO_8859_1));
            assertFalse(client.send(GET).readResponse().isEmpty());
        }
    }

    @Test
    void shouldTouchNoUpstreamOnReplay() throws Exception {
        try (RawUpstream upstream = answering(RESPONSE)) {
            try (ProxyServer proxy = record(upstream); RawClient client = Proxies.client(proxy)) {
                client.send(GET).readResponse();
            }
            final int before = upstream.connections();
            try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, upstream.url());
                    RawClient client = Proxies.client(proxy)) {
                client.send(GET).readResponse();
                client.send(GET.replace("/a", "/never")).readResponse();
            }
            assertEquals(before, upstream.connections());
        }
    }
}
