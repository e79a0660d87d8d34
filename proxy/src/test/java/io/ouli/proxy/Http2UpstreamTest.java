package io.ouli.proxy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.ouli.engine.Mode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** https upstreams through java.net.http, as {@code upstream_http2} asks for. */
@Timeout(120)
class Http2UpstreamTest {
    private static final String GET = "GET /a?q={1}|%zz HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nX-One: 2\r\n\r\n";

    @TempDir
    private Path directory;
    private HttpsServer server;
    private volatile String seen;

    @BeforeEach
    void start() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(TestTls.local().server()));
        server.createContext("/", exchange -> {
            seen = exchange.getRequestURI() + " " + exchange.getRequestHeaders().get("X-one")
                    + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().add("Set-Cookie", "a=1");
            exchange.getResponseHeaders().add("Set-Cookie", "b=2");
            final byte[] body = "x".repeat(200_000).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, exchange.getRequestURI().getPath().equals("/chunked") ? 0 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private ProxyServer record(final URI target, final UpstreamTls tls) {
        return ProxyServer.start(ProxyConfig.builder().directory(directory.resolve("recordings"))
                .endpoint(EndpointConfig.builder().mode(Mode.RECORD).target(target).tls(tls).build()).build());
    }

    private static UpstreamTls trusting() {
        return new UpstreamTls(TestTls.local().certificate(), false, true);
    }

    private URI target() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    void shouldRecordFromHttps() throws Exception {
        final Path recordings = directory.resolve("recordings");
        final String live;
        final String post = "POST /chunked HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";
        try (ProxyServer proxy = record(target(), trusting());
                RawClient client = Proxies.client(proxy)) {
            live = client.send(GET).readResponse();
            assertEquals("/a?q=%7B1%7D%7C%25zz [1, 2] ", seen);
            client.send(post).readUntil("\r\n0\r\n\r\n");
            assertEquals("/chunked null body", seen);
        }
        server.stop(0);
        assertTrue(live.startsWith("HTTP/1.1 200 OK\r\n"), live);
        assertTrue(live.endsWith("\r\n\r\n" + "x".repeat(200_000)));
        assertEquals(2, live.toLowerCase(Locale.ROOT).split("set-cookie: ").length - 1);
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, recordings, null);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(live, client.send(GET).readResponse());
            assertTrue(client.send(post).readUntil("\r\n0\r\n\r\n").contains("x".repeat(200_000)));
        }
    }

    @Test
    void shouldAnswer502WhenTheCertificateIsNotTrusted() throws Exception {
        assertFails("\"code\":\"tls\"", target(), new UpstreamTls(null, false, true));
    }

    @Test
    void shouldAnswer502WhenNobodyListens() throws Exception {
        final URI target = target();
        server.stop(0);
        assertFails("\"code\":\"unreachable\"", target, trusting());
    }

    @Test
    void shouldAnswer502WhenTheNameIsUnknown() throws Exception {
        assertFails("\"code\":\"unresolved\"", URI.create("https://no-such-host.invalid"), trusting());
    }

    private void assertFails(final String code, final URI target, final UpstreamTls tls) throws Exception {
        final Path recordings = directory.resolve("recordings");
        try (ProxyServer proxy = record(target, tls);
                RawClient client = Proxies.client(proxy)) {
            for (final String request : List.of(GET, GET)) {
                final String got = client.send(request).readResponse();
                assertTrue(got.startsWith("HTTP/1.1 502 "), got);
                assertTrue(got.contains(code), got);
            }
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, recordings, null);
                RawClient client = Proxies.client(proxy)) {
            assertTrue(client.send(GET).readResponse().startsWith("HTTP/1.1 404 "));
        }
    }
}
