package io.ouli.proxy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.ouli.engine.Mode;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class HttpsUpstreamTest {
    private static final char[] PASSWORD = "password".toCharArray();
    private static final String GET = "GET /a?q={1}|%zz HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nX-One: 2\r\n\r\n";

    @TempDir
    private Path directory;
    private SSLContext before;
    private HttpsServer server;
    private volatile String seen;

    @BeforeEach
    void start() throws Exception {
        before = SSLContext.getDefault();
        final SSLContext tls = selfSigned();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
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
        SSLContext.setDefault(tls);
    }

    @AfterEach
    void stop() {
        SSLContext.setDefault(before);
        server.stop(0);
    }

    private SSLContext selfSigned() throws Exception {
        final Path store = directory.resolve("keys.p12");
        final int exit = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "password",
                "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "SAN=ip:127.0.0.1")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        assertEquals(0, exit);
        final KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        final KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD);
        final TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private URI target() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    void shouldRecordFromHttps() throws Exception {
        final Path recordings = directory.resolve("recordings");
        final String live;
        final String post = "POST /chunked HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";
        try (ProxyServer proxy = Proxies.start(Mode.RECORD, recordings, target());
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
        SSLContext.setDefault(before);
        assertFails("\"code\":\"tls\"", target());
    }

    @Test
    void shouldAnswer502WhenNobodyListens() throws Exception {
        final URI target = target();
        server.stop(0);
        assertFails("\"code\":\"unreachable\"", target);
    }

    @Test
    void shouldAnswer502WhenTheNameIsUnknown() throws Exception {
        assertFails("\"code\":\"unresolved\"", URI.create("https://no-such-host.invalid"));
    }

    private void assertFails(final String code, final URI target) throws Exception {
        final Path recordings = directory.resolve("recordings");
        try (ProxyServer proxy = Proxies.start(Mode.RECORD, recordings, target);
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
