package io.ouli.proxy;

import io.ouli.engine.Mode;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** An upstream that speaks HTTP/2 over TLS, by somebody else's server: recorded, and replayed as HTTP/1.1. */
@Timeout(120)
class Http2ServerTest {
    private static final String BODY = "x".repeat(200_000);

    @TempDir
    private Path directory;
    private final Server server = new Server();
    private ServerConnector connector;
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws Exception {
        final SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setSslContext(TestTls.local().server());
        final HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(new HttpConfiguration());
        final ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http2.getProtocol());
        connector = new ServerConnector(server, 1, 1, new SslConnectionFactory(tls, alpn.getProtocol()), alpn, http2);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Answers());
        server.start();
    }

    /** Says what it was asked; cuts the connection off at /cut. */
    private final class Answers extends Handler.Abstract {
        @Override
        public boolean handle(final Request request, final Response response, final Callback callback)
                throws Exception {
            final String path = request.getHttpURI().getPath();
            seen.add(request.getConnectionMetaData().getProtocol() + " " + request.getMethod() + " "
                    + request.getHttpURI().getPathQuery() + " " + request.getHeaders().getValuesList("X-One") + " "
                    + Content.Source.asByteBuffer(request).remaining());
            response.getHeaders().add("Set-Cookie", "a=1").add("Set-Cookie", "b=2").add("X-Path", path);
            if (path.equals("/cut")) {
                response.getHeaders().put("Content-Length", BODY.length());
                response.write(false, ByteBuffer.wrap(new byte[100]), Callback.NOOP);
                request.getConnectionMetaData().getConnection().getEndPoint().close();
                callback.succeeded();
                return true;
            }
            response.setStatus(path.equals("/missing") ? 404 : 200);
            Content.Sink.write(response, true, path.equals("/large") ? BODY : "ok", callback);
            return true;
        }
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private ProxyServer record() {
        return ProxyServer.start(Proxies.config(Mode.RECORD, directory,
                URI.create("https://127.0.0.1:" + connector.getLocalPort()),
                new UpstreamTls(TestTls.local().certificate(), false, true)).build());
    }

    private static String get(final String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nX-One: 2\r\n\r\n";
    }

    @Test
    void shouldRecordOverHttp2AndReplayTheSameBytes() throws Exception {
        final List<String> requests = List.of(get("/large?q=1"), get("/small"), get("/missing"),
                "POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody",
                "HEAD /large HTTP/1.1\r\nHost: h\r\n\r\n");
        final List<String> live = new ArrayList<>();
        try (ProxyServer proxy = record(); RawClient client = Proxies.client(proxy)) {
            for (final String request : requests) {
                live.add(reply(client, request));
            }
        }
        server.stop();
        assertEquals(List.of("HTTP/2.0 GET /large?q=1 [1, 2] 0", "HTTP/2.0 GET /small [1, 2] 0",
                "HTTP/2.0 GET /missing [1, 2] 0", "HTTP/2.0 POST /small [] 4", "HTTP/2.0 HEAD /large [] 0"),
                List.copyOf(seen));
        assertTrue(live.getFirst().startsWith("HTTP/1.1 200 "), live.getFirst());
        assertTrue(live.getFirst().endsWith("\r\n\r\n" + BODY));
        assertEquals(3, live.getFirst().toLowerCase(Locale.ROOT).split("set-cookie: [ab]=[12]\r\n").length);
        assertTrue(live.get(2).startsWith("HTTP/1.1 404 "), live.get(2));
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < requests.size(); i++) {
                assertEquals(live.get(i), reply(client, requests.get(i)));
            }
        }
    }

    private static String reply(final RawClient client, final String request) throws Exception {
        client.send(request);
        return request.startsWith("HEAD") ? client.readUntil("\r\n\r\n") : client.readResponse();
    }

    @Test
    void shouldRecordManyAtOnce() throws Exception {
        final int clients = 8;
        try (ProxyServer proxy = record(); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final List<Callable<String>> calls = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                final String request = get("/small/" + i);
                calls.add(() -> {
                    try (RawClient client = Proxies.client(proxy)) {
                        return client.send(request).readResponse();
                    }
                });
            }
            int i = 0;
            for (final Future<String> call : threads.invokeAll(calls)) {
                final String reply = call.get();
                assertTrue(reply.toLowerCase(Locale.ROOT).contains("x-path: /small/" + i + "\r\n"), reply);
                i++;
            }
        }
        assertEquals(clients, seen.size());
    }

    @Test
    void shouldNotReplayWhatTheUpstreamCutOff() throws Exception {
        try (ProxyServer proxy = record(); RawClient client = Proxies.client(proxy)) {
            // Before the head has left it is a 502, behind it the connection is cut.
            client.send(get("/cut").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).readUntilGone();
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            assertTrue(client.send(get("/cut")).readResponse().startsWith("HTTP/1.1 404 "));
        }
    }
}
