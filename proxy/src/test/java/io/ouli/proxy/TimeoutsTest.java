package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.metrics.Counter;
import io.ouli.proxy.worker.LoopNetwork;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class TimeoutsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    private ProxyServer replay(final ProxyTimeouts timeouts) throws Exception {
        return replay(timeouts, LoopNetwork.REAL);
    }

    private ProxyServer replay(final ProxyTimeouts timeouts, final LoopNetwork network) throws Exception {
        Files.createDirectories(directory);
        return ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null).timeouts(timeouts).build(), network);
    }

    @Test
    void shouldRefuseAHeadThatTakesTooLongHoweverItTrickles() throws Exception {
        final HeldClock clock = new HeldClock();
        try (ProxyServer proxy = replay(ProxyTimeouts.DEFAULT.withHeader(Duration.ofSeconds(3)), clock);
                RawClient client = Proxies.client(proxy)) {
            final String begun = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
            client.send(begun);
            clock.awaitReceived(begun.length());
            for (int i = 1; i <= 3; i++) {
                clock.pass(proxy, Duration.ofMillis(900));
                client.send("a");
                clock.awaitReceived(begun.length() + i);
            }
            assertTrue(client.isQuiet(50), "there is time left");
            // Since the last byte there is, since the first there is none.
            clock.pass(proxy, Duration.ofMillis(2_500));
            assertTrue(client.readAll().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
            assertEquals(1, proxy.counters().getFirst().get(Counter.CONNECTIONS_TIMED_OUT));
        }
    }

    @Test
    void shouldRefuseABodyThatStops() throws Exception {
        final HeldClock clock = new HeldClock();
        try (ProxyServer proxy = replay(ProxyTimeouts.DEFAULT.withBody(Duration.ofSeconds(3)), clock);
                RawClient client = Proxies.client(proxy)) {
            final String head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n";
            client.send(head);
            clock.awaitReceived(head.length());
            for (int i = 1; i <= 8; i++) {
                clock.pass(proxy, Duration.ofMillis(900));
                client.send("a");
                clock.awaitReceived(head.length() + i);
            }
            assertTrue(client.isQuiet(50), "a body that goes on is waited for");
            clock.pass(proxy, Duration.ofMillis(3_500));
            assertTrue(client.readAll().startsWith("HTTP/1.1 408 "));
        }
    }

    @Test
    void shouldCloseAnIdleConnectionWithoutAWord() throws Exception {
        try (ProxyServer proxy = replay(ProxyTimeouts.DEFAULT.withIdle(SHORT));
                RawClient fresh = Proxies.client(proxy); RawClient used = Proxies.client(proxy)) {
            used.send(GET).readResponse();
            assertEquals("", fresh.readAll());
            assertEquals("", used.readAll());
        }
    }

    @Test
    void shouldCutOffAClientThatTakesNothing() throws Exception {
        final byte[] body = new byte[32 << 20];
        final byte[] head = ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            out.write(head);
            out.write(body);
            return true;
        }); ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            client.send(GET).read(head.length + body.length);
        }
        try (ProxyServer proxy = replay(ProxyTimeouts.DEFAULT.withSend(SHORT));
                RawClient client = Proxies.client(proxy)) {
            client.send(GET).readUntil("\r\n\r\n");
            Eventually.holds("the proxy has given up",
                    () -> proxy.counters().getFirst().get(Counter.CONNECTIONS_TIMED_OUT) == 1);
            final int got = client.readUntilGone().length();
            assertTrue(got < body.length, "the whole body came: " + got);
        }
    }
}
