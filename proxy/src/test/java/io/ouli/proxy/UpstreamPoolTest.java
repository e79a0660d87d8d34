package io.ouli.proxy;

import io.ouli.engine.Mode;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Kept connections to upstreams, and upstreams that close them at the worst moments; by http and by https. */
@Timeout(120)
@ParameterizedClass
@ValueSource(booleans = {false, true})
class UpstreamPoolTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final int MOST_KEPT = 10;

    @Parameter
    private boolean secure;
    @TempDir
    private Path directory;

    private RawUpstream upstream(final RawUpstream.Script script) throws Exception {
        return new RawUpstream(secure ? TestTls.local().server() : null, script);
    }

    private ProxyServer passthrough(final RawUpstream upstream, final ProxyTimeouts timeouts) {
        return ProxyServer.start(Proxies.config(Mode.PASSTHROUGH, directory, upstream.url())
                .timeouts(timeouts).build());
    }

    private static void answer(final OutputStream out) throws Exception {
        out.write(RESPONSE.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Test
    void shouldKeepTenUnusedConnectionsForLong() throws Exception {
        final int burst = MOST_KEPT + 5;
        final CyclicBarrier all = new CyclicBarrier(burst);
        final HeldClock clock = new HeldClock();
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            all.await(60, TimeUnit.SECONDS);
            answer(out);
            return true;
        }); ProxyServer proxy = ProxyServer.start(
                Proxies.config(Mode.PASSTHROUGH, directory, upstream.url()).build(), clock)) {
            ask(proxy, burst);
            clock.pass(proxy, Duration.ofMillis(900));
            assertEquals(burst, upstream.openConnections());
            ask(proxy, burst);
            assertEquals(burst, upstream.connections(), "a burst that goes on finds its connections");
            clock.pass(proxy, Duration.ofMillis(1_500));
            awaitOpen(upstream, MOST_KEPT);
            clock.pass(proxy, Duration.ofSeconds(60));
            TimeUnit.MILLISECONDS.sleep(100); // Long enough for one that was closed to be noticed, mostly.
            assertEquals(MOST_KEPT, upstream.openConnections());
        }
    }

    @Test
    void shouldCloseUnusedConnectionsAfterTheirTime() throws Exception {
        try (RawUpstream upstream = upstream(RawUpstream.always(RESPONSE, true)); ProxyServer proxy = passthrough(
                upstream, ProxyTimeouts.DEFAULT.withUpstreamIdle(Duration.ofMillis(300)))) {
            ask(proxy, 1);
            awaitOpen(upstream, 0);
            ask(proxy, 1);
            assertEquals(2, upstream.connections());
        }
    }

    /** Asks by so many clients at once, and waits for every reply. */
    private static void ask(final ProxyServer proxy, final int clients) throws Exception {
        final List<RawClient> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(Proxies.client(proxy).send(GET));
        }
        for (final RawClient client : all) {
            assertEquals(RESPONSE, client.readResponse());
            client.close();
        }
    }

    private static void awaitOpen(final RawUpstream upstream, final int connections) throws Exception {
        Eventually.holds(connections + " upstream connections are open",
                () -> upstream.openConnections() == connections);
    }

    @Test
    void shouldLoseNoRequestToAnUpstreamThatClosesAfterEachReply() throws Exception {
        try (RawUpstream upstream = upstream(RawUpstream.always(RESPONSE, false));
                ProxyServer proxy = passthrough(upstream, ProxyTimeouts.DEFAULT);
                RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < 100; i++) {
                assertEquals(RESPONSE, client.send(GET).readResponse(), "request " + i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, true, true", "HEAD, true, false", "PUT, true, true", "DELETE, false, true",
        "OPTIONS, false, false"})
    void shouldRetryWhatMayBeSentTwice(final String method, final boolean reset, final boolean body) throws Exception {
        try (RawUpstream upstream = dyingOnSecondRequest(reset, "");
                ProxyServer proxy = passthrough(upstream, ProxyTimeouts.DEFAULT);
                RawClient client = Proxies.client(proxy)) {
            final String request = request(method, body);
            for (int i = 0; i < 2; i++) {
                final String got = client.send(request).readUntil("\r\n\r\n");
                assertTrue(got.startsWith("HTTP/1.1 200 "), got);
                if (!method.equals("HEAD")) {
                    client.read(2);
                }
            }
            assertEquals(3, upstream.requests().size());
            assertEquals(upstream.requests().get(1), upstream.requests().get(2), "the same bytes, body and all");
            assertTrue(!body || upstream.requests().get(2).endsWith("\r\n\r\nbody"));
        }
    }

    private static String request(final String method, final boolean body) {
        return method + " /a HTTP/1.1\r\nHost: h\r\n" + (body ? "Content-Length: 4\r\n\r\nbody" : "\r\n");
    }

    @ParameterizedTest
    @CsvSource({"POST, '', true", "POST, '', false", "PATCH, '', true", "GET, H, true", "GET, H, false",
        "GET, 'HTTP/1.1 200 OK\r\n', true"})
    void shouldNotRetryWhatMayHaveHadAnEffect(final String method, final String begun, final boolean reset)
            throws Exception {
        try (RawUpstream upstream = dyingOnSecondRequest(reset, begun);
                ProxyServer proxy = passthrough(upstream, ProxyTimeouts.DEFAULT);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(request(method, true)).readResponse());
            final String got = client.send(request(method, true)).readResponse();
            assertTrue(got.startsWith("HTTP/1.1 502 ") && got.contains("\"code\":\"cut-off\""), got);
            assertEquals(begun.isEmpty(), got.contains("it may have been done, so it was not sent again"), got);
            assertEquals(2, upstream.requests().size());
        }
    }

    @Test
    void shouldRetryOnceOnly() throws Exception {
        final Set<Socket> used = ConcurrentHashMap.newKeySet();
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            if (!used.isEmpty()) {
                return false;
            }
            used.add(socket);
            answer(out);
            return true;
        }); ProxyServer proxy = passthrough(upstream, ProxyTimeouts.DEFAULT);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(GET).readResponse());
            final String got = client.send(GET).readResponse();
            assertTrue(got.startsWith("HTTP/1.1 502 "), got);
            assertEquals(3, upstream.requests().size());
        }
    }

    @Test
    void shouldNotTakeBytesThatNobodyAskedForAsAReply() throws Exception {
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            answer(out);
            if (request.startsWith("GET /first")) {
                TimeUnit.MILLISECONDS.sleep(50);
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil".getBytes(StandardCharsets.US_ASCII));
            }
            return true;
        }); ProxyServer proxy = passthrough(upstream, ProxyTimeouts.DEFAULT);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(GET.replace("/a", "/first")).readResponse());
            awaitOpen(upstream, 0);
            assertEquals(RESPONSE, client.send(GET).readResponse());
            assertEquals(2, upstream.connections());
        }
    }

    /** Each connection answers one request, and on the second begins an answer, perhaps, and dies. */
    private RawUpstream dyingOnSecondRequest(final boolean reset, final String begun) throws Exception {
        final Set<Socket> used = ConcurrentHashMap.newKeySet();
        return upstream((request, out, socket) -> {
            if (used.add(socket)) {
                out.write((request.startsWith("HEAD") ? RESPONSE.substring(0, RESPONSE.length() - 2) : RESPONSE)
                        .getBytes(StandardCharsets.US_ASCII));
                return true;
            }
            out.write(begun.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            if (reset) {
                TimeUnit.MILLISECONDS.sleep(begun.isEmpty() ? 0 : 50);
                socket.setSoLinger(true, 0);
                socket.close();
            }
            return false;
        });
    }
}
