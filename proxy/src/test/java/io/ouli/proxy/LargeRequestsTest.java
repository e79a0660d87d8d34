package io.ouli.proxy;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Limits;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.Replayer;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.metrics.Counter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Requests that take long to redact: other connections are answered meanwhile. */
@Timeout(120)
class LargeRequestsTest {
    private static final String GET = "GET /small HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String UNKNOWN = "GET /small?page=2 HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    private static String large(final char end) {
        final String body = "x".repeat(Limits.MAX_BYTES_REDACTED_INLINE) + end;
        return "POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Keeps the thread that redacts busy until a latch is counted down. */
    private static CountDownLatch busy(final ProxyServer proxy) throws Exception {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch free = new CountDownLatch(1);
        final byte[] request = GET.getBytes(StandardCharsets.US_ASCII);
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        new RequestParser().parse(request, 0, request.length, head);
        try (Replayer replayer = proxy.engine().newReplayer(EndpointPolicy.defaults())) {
            replayer.prepare(head, request, request.length, 0, () -> {
                begun.countDown();
                try {
                    free.await(60, TimeUnit.SECONDS);
                } catch (final InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        assertTrue(begun.await(30, TimeUnit.SECONDS));
        return free;
    }

    private static RawUpstream upstream() throws Exception {
        return new RawUpstream(null, RawUpstream.always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true));
    }

    private static void assertAnswers(final RawClient client, final String request, final String status)
            throws Exception {
        final String got = client.send(request).readResponse();
        assertTrue(got.startsWith("HTTP/1.1 " + status), got);
    }

    @Test
    void shouldAnswerOthersWhileARequestIsRedacted() throws Exception {
        try (RawUpstream upstream = upstream();
                ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient slow = Proxies.client(proxy); RawClient other = Proxies.client(proxy)) {
            final CountDownLatch free = busy(proxy);
            slow.send(large('1') + GET);
            for (int i = 0; i < 3; i++) {
                assertAnswers(other, GET, "200 OK");
            }
            free.countDown();
            assertTrue(slow.readResponse().endsWith("ok"));
            assertTrue(slow.readResponse().endsWith("ok"), "the pipelined request is served after it");
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient slow = Proxies.client(proxy); RawClient other = Proxies.client(proxy)) {
            CountDownLatch free = busy(proxy);
            slow.send(large('1') + GET);
            assertAnswers(other, GET, "200 OK");
            free.countDown();
            assertTrue(slow.readResponse().endsWith("ok"));
            assertTrue(slow.readResponse().endsWith("ok"));
            free = busy(proxy);
            slow.send(large('2') + GET);
            assertAnswers(other, UNKNOWN, "404");
            free.countDown();
            final String miss = slow.readResponse();
            assertTrue(miss.startsWith("HTTP/1.1 404 ") && miss.contains("\"reason\": \"no-key\"")
                    && miss.contains("body@262144"), miss);
            assertTrue(slow.readResponse().endsWith("ok"));
        }
    }

    @Test
    void shouldLetGoOfAClientThatLeavesMeanwhile() throws Exception {
        try (RawUpstream upstream = upstream();
                ProxyServer proxy = Proxies.start(Mode.AUTO, directory, upstream.url());
                RawClient other = Proxies.client(proxy)) {
            final CountDownLatch free = busy(proxy);
            try (RawClient leaving = Proxies.client(proxy)) {
                leaving.send(large('1'));
                assertAnswers(other, GET, "200 OK");
            }
            assertAnswers(other, GET, "200 OK");
            free.countDown();
            assertAnswers(other, large('3'), "200 OK");
            assertAnswers(other, large('3'), "200 OK");
            // The one that left may have been forwarded before it was known to be gone, and then its upstream's reply
            // is still to come when the others have theirs.
            Eventually.holds("nothing is left of anybody", () -> proxy.engine().framePool().lent() == 0);
        }
    }

    @Test
    void shouldForwardWhatIsNotRecordedWithoutWaiting() throws Exception {
        Files.createFile(directory.resolve("taken.ouli"));
        try (RawUpstream upstream = upstream();
                ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            final CountDownLatch free = busy(proxy);
            for (int i = 0; i < 2; i++) {
                assertAnswers(client, large('1').replace("Host: h", "Host: h\r\nX-Ouli-Test-Name: taken"), "200 OK");
            }
            free.countDown();
            assertEquals(2, proxy.counters().getFirst().get(Counter.FORWARDED));
            assertThrows(OuliException.class, proxy::close);
        }
    }

    /** Test-server's hash is computed by the other thread as well. */
    @Test
    void shouldAnswerOthersWhileARequestIsHashedLikeTestServer() throws Exception {
        final String object = "{\"x\":\"" + "x".repeat(Limits.MAX_BYTES_REDACTED_INLINE) + "\"}";
        final String large =
                "POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: " + object.length() + "\r\n\r\n" + object;
        final EngineConfig.Builder engine = EngineConfig.builder(directory).matchMode(MatchMode.TEST_SERVER);
        try (RawUpstream upstream = upstream();
                ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.RECORD, directory, upstream.url())
                        .engine(engine.mode(Mode.RECORD).build()).build());
                RawClient client = Proxies.client(proxy)) {
            assertAnswers(client, large, "200 OK");
            assertAnswers(client, GET, "200 OK");
        }
        try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null)
                .engine(engine.mode(Mode.REPLAY).build()).build());
                RawClient slow = Proxies.client(proxy); RawClient other = Proxies.client(proxy)) {
            final CountDownLatch free = busy(proxy);
            slow.send(large);
            assertAnswers(other, GET, "200 OK");
            assertTrue(slow.isQuiet(200), "the worker hashed it itself");
            free.countDown();
            assertTrue(slow.readResponse().endsWith("ok"));
        }
    }
}
