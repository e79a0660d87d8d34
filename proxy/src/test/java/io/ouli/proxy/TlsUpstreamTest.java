package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** https upstreams on the worker's own transport: trust, names, protocols, sessions, and every byte as it came. */
@Timeout(120)
class TlsUpstreamTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String PECULIAR = "HTTP/1.1 299 Quite Alright\r\nzeta: 1\r\nAlpha: 2\r\nzETA:  3\r\n"
            + "Trailer: T\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n4\r\nbcde\r\n2\r\nfg\r\n0\r\nT: z\r\n\r\n";
    /** Spaces around a value are not kept, and hop-by-hop fields are written last; the rest is. */
    private static final String STORED = PECULIAR.replace("zETA:  3", "zETA: 3");

    @TempDir
    private Path directory;

    private ProxyServer record(final URI target, final UpstreamTls tls) {
        return ProxyServer.start(Proxies.config(Mode.RECORD, directory, target, tls).build());
    }

    private static UpstreamTls trusting(final TestTls keys) {
        return new UpstreamTls(keys.certificate(), false, false);
    }

    private static RawUpstream upstream(final String response) throws Exception {
        return new RawUpstream(TestTls.local().server(), RawUpstream.always(response, true));
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, NIO", "TLSv1.3, NIO", "TLSv1.2, AUTO", "TLSv1.3, AUTO"})
    void shouldKeepEveryByteThatTheUpstreamSent(final String protocol, final TransportChoice choice) throws Exception {
        final AtomicReference<SSLSocket> seen = new AtomicReference<>();
        try (RawUpstream upstream = upstream(PECULIAR)) {
            upstream.onHandshake(socket -> {
                final SSLParameters parameters = socket.getSSLParameters();
                parameters.setProtocols(new String[] {protocol});
                parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
                socket.setSSLParameters(parameters);
                seen.set(socket);
            });
            try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.RECORD, directory,
                            URI.create("https://localhost:" + upstream.port()), trusting(TestTls.local()))
                            .transport(TransportOptions.DEFAULT.withChoice(choice)).build());
                    RawClient client = Proxies.client(proxy)) {
                assertEquals(STORED, client.send(GET).read(STORED.length()));
            }
            assertEquals("http/1.1", seen.get().getApplicationProtocol());
            assertEquals(protocol, seen.get().getSession().getProtocol());
            assertEquals(List.of(new SNIHostName("localhost")),
                    ((ExtendedSSLSession) seen.get().getSession()).getRequestedServerNames());
            assertTrue(upstream.requests().getFirst().contains("\r\nHost: localhost:" + upstream.port() + "\r\n"));
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(STORED, client.send(GET).read(STORED.length()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldResumeSessionsOnNewConnections(final String protocol) throws Exception {
        final List<SSLSocket> sockets = new CopyOnWriteArrayList<>();
        try (RawUpstream upstream = new RawUpstream(TestTls.local().server(), RawUpstream.always(
                RESPONSE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"), false));
                ProxyServer proxy = record(upstream.url(), trusting(TestTls.local()));
                RawClient client = Proxies.client(proxy)) {
            upstream.onHandshake(socket -> {
                socket.setEnabledProtocols(new String[] {protocol});
                sockets.add(socket);
            });
            for (int i = 0; i < 4; i++) {
                assertEquals(RESPONSE, client.send(GET).readResponse());
                Thread.sleep(5);
            }
            assertEquals(4, sockets.size());
            assertEquals(1, sockets.stream().map(socket -> socket.getSession().getCreationTime()).distinct().count(),
                    "one whole handshake, the others resume its session");
        }
    }

    @Test
    void shouldNotTrustACertificateThatNobodyVouchesFor() throws Exception {
        try (RawUpstream upstream = upstream(RESPONSE)) {
            assertRefused(upstream.url(), UpstreamTls.DEFAULT, "PKIX");
        }
    }

    @Test
    void shouldNotTrustACertificateOfAnotherHost() throws Exception {
        final TestTls other = TestTls.make("dns:other.example");
        try (RawUpstream upstream = new RawUpstream(other.server(), RawUpstream.always(RESPONSE, true))) {
            assertRefused(upstream.url(), trusting(other), "127.0.0.1");
            try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.PASSTHROUGH, directory, upstream.url(),
                            new UpstreamTls(null, true, false)).build()); RawClient client = Proxies.client(proxy)) {
                assertEquals(RESPONSE, client.send(GET).readResponse(), "insecure trusts it");
            }
        }
    }

    @Test
    void shouldRefuseAnUpstreamThatSpeaksHttp2Alone() throws Exception {
        try (RawUpstream upstream = upstream(RESPONSE)) {
            upstream.onHandshake(socket -> {
                final SSLParameters parameters = socket.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"h2"});
                socket.setSSLParameters(parameters);
            });
            assertRefused(upstream.url(), trusting(TestTls.local()), "no_application_protocol");
        }
    }

    @Test
    void shouldRefuseAnUpstreamThatSpeaksNoTls() throws Exception {
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> false)) {
            upstream.greeting("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            assertRefused(URI.create("https://127.0.0.1:" + upstream.port()), UpstreamTls.DEFAULT, "SSL message");
        }
    }

    @Test
    void shouldRefuseAnUpstreamThatLeavesInTheHandshake() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> leaveAfterTenBytes(listener));
            assertRefused(URI.create("https://127.0.0.1:" + listener.getLocalPort()), UpstreamTls.DEFAULT, "handshake");
        }
    }

    private static void leaveAfterTenBytes(final ServerSocket listener) {
        try {
            while (true) {
                final Socket socket = listener.accept();
                socket.getInputStream().readNBytes(10);
                socket.close();
            }
        } catch (final IOException e) {
            // Closed.
        }
    }

    @Test
    void shouldAnswer504WhenTheHandshakeHangs() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.RECORD, directory,
                        URI.create("https://127.0.0.1:" + listener.getLocalPort()), UpstreamTls.DEFAULT)
                        .timeouts(ProxyTimeouts.DEFAULT.withUpstreamConnect(Duration.ofMillis(300))).build());
                RawClient client = Proxies.client(proxy)) {
            final String got = client.send(GET).readResponse();
            assertTrue(got.startsWith("HTTP/1.1 504 "), got);
            assertTrue(got.contains("\"code\":\"connect-timeout\""), got);
        }
    }

    private void assertRefused(final URI target, final UpstreamTls tls, final String detail) throws Exception {
        final Path recordings = directory.resolve("refused");
        try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.RECORD, recordings, target, tls).build());
                RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < 2; i++) {
                final String got = client.send(GET).readResponse();
                assertTrue(got.startsWith("HTTP/1.1 502 Bad Gateway\r\n"), got);
                assertTrue(got.contains("\"code\":\"tls\"") && got.contains(detail), got);
            }
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, recordings, null);
                RawClient client = Proxies.client(proxy)) {
            assertTrue(client.send(GET).readResponse().startsWith("HTTP/1.1 404 "));
        }
    }

    @Test
    void shouldNameACaFileThatCannotBeUsed() throws Exception {
        final Path nothing = directory.resolve("nothing.pem");
        final Path garbage = Files.writeString(directory.resolve("garbage.pem"), "garbage");
        final Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        for (final Path file : List.of(nothing, garbage, empty)) {
            final var e = assertThrows(io.ouli.engine.OuliException.class, () -> record(
                    URI.create("https://127.0.0.1:1"), new UpstreamTls(file, false, false)).close());
            assertTrue(e.getMessage().contains(file.toString()) && e.getMessage().contains("--upstream-ca"),
                    e.getMessage());
        }
    }
}
