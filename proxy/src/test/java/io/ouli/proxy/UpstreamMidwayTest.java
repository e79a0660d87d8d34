package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Replies that stream, and those that end in the middle, by http and by https: what is not whole is not recorded. */
@Timeout(120)
@ParameterizedClass
@ValueSource(booleans = {false, true})
class UpstreamMidwayTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n";
    private static final String BY_CLOSE = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello";

    @Parameter
    private boolean secure;
    @TempDir
    private Path directory;

    private RawUpstream upstream(final RawUpstream.Script script) throws Exception {
        return new RawUpstream(secure ? TestTls.local().server() : null, script);
    }

    private ProxyServer record(final RawUpstream upstream) {
        return Proxies.start(Mode.RECORD, directory, upstream.url());
    }

    private void assertReplays(final String reply) throws Exception {
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            if (reply == null) {
                final String miss = client.send(GET).readResponse();
                assertTrue(miss.startsWith("HTTP/1.1 404 "), miss);
            } else {
                assertEquals(reply, client.send(GET).read(reply.length()));
            }
        }
    }

    private enum Death {
        /** FIN below TLS, without its goodbye. */
        FIN,
        RESET
    }

    @ParameterizedTest
    @CsvSource({
        "FIN, 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'",
        "RESET, 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'",
        "FIN, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'",
        "RESET, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'",
        "FIN, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf'",
        "FIN, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\nT: 1\r\n'",
        "RESET, 'HTTP/1.1 200 OK\r\n\r\nhalf'",
    })
    void shouldRecordNothingWhenTheUpstreamIsCutOff(final Death death, final String begun) throws Exception {
        final CountDownLatch passedOn = new CountDownLatch(1);
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            out.write(begun.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            passedOn.await(60, TimeUnit.SECONDS); // A reset takes with it what nobody has read.
            if (death == Death.RESET) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
            return false;
        }); ProxyServer proxy = record(upstream); RawClient client = Proxies.client(proxy)) {
            final String head = client.send(GET).readUntil("\r\n\r\n");
            assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
            passedOn.countDown();
            final String got = client.readUntilGone();
            assertFalse(got.endsWith("0\r\n\r\n"), "the client must not take it for whole: " + got);
        }
        assertReplays(null);
    }

    /** A client that is slower than the upstream's death gets all the same what came before. */
    @ParameterizedTest
    @EnumSource(value = TransportChoice.class, names = {"AUTO", "NIO"})
    void shouldPassOnAllThatCameBeforeTheUpstreamWasCutOff(final TransportChoice choice) throws Exception {
        final String half = "x".repeat(200_000); // Less than what is gathered for a client before the upstream waits.
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            final String begun = "HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + half;
            out.write(begun.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.close();
            return false;
        }); ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.RECORD, directory, upstream.url())
                .transport(TransportOptions.DEFAULT.withChoice(choice)).build());
                Socket client = new Socket()) {
            client.setReceiveBufferSize(4 << 10);
            client.connect(Proxies.address(proxy));
            client.getOutputStream().write((GET + GET).getBytes(StandardCharsets.US_ASCII));
            Eventually.holds("the upstream is gone",
                    () -> proxy.counters().getFirst().get(Counter.UPSTREAM_ERRORS) == 1);
            final ByteArrayOutputStream got = new ByteArrayOutputStream();
            try {
                client.getInputStream().transferTo(got);
            } catch (final IOException e) {
                assertTrue(e.getMessage().contains("reset"), e::toString);
            }
            final String reply = got.toString(StandardCharsets.US_ASCII);
            assertTrue(reply.startsWith("HTTP/1.1 200 OK\r\n"));
            assertEquals(half.length(), reply.length() - reply.indexOf("\r\n\r\n") - 4);
            assertEquals(1, upstream.requests().size(), "nothing is served behind a reply that is not whole");
        }
        assertReplays(null);
    }

    @Test
    void shouldTakeABodyThatEndsWithTheConnectionForWholeOnlyIfTheUpstreamSaysSo() throws Exception {
        final boolean[] polite = {false};
        final String whole = BY_CLOSE.replace("\r\n\r\nhello", "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
                + "0\r\n\r\n";
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            out.write(BY_CLOSE.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            if (!polite[0]) {
                socket.close();
            }
            return false;
        }); ProxyServer proxy = record(upstream)) {
            try (RawClient client = Proxies.client(proxy)) {
                final String got = client.send(GET.replace("Host: h", "Host: h\r\nConnection: close")).readUntilGone();
                // TCP's FIN is all that http has; TLS has close_notify, so that nobody can cut a reply short unseen.
                assertEquals(!secure, got.endsWith("0\r\n\r\n"), got);
            }
            polite[0] = true;
            try (RawClient client = Proxies.client(proxy)) {
                assertEquals(whole, client.send(GET).read(whole.length()));
            }
        }
        assertReplays(whole);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldPassEventsOnAsTheyComeAndReplayThem(final boolean chunked) throws Exception {
        final Semaphore seen = new Semaphore(0);
        final String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
        final int events = 5;
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            out.write((head + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n"))
                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < events; i++) {
                out.write((chunked ? chunk(event(i)) : event(i)).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                assertTrue(seen.tryAcquire(60, TimeUnit.SECONDS), "the event was not passed on");
            }
            out.write((chunked ? "0\r\n\r\n" : "").getBytes(StandardCharsets.US_ASCII));
            return chunked;
        }); ProxyServer proxy = record(upstream); RawClient client = Proxies.client(proxy)) {
            client.send(GET);
            for (int i = 0; i < events; i++) {
                assertTrue(client.readUntil(event(i)).contains("data: " + i));
                seen.release();
            }
            client.readUntil("0\r\n\r\n");
        }
        final StringBuilder body = new StringBuilder();
        for (int i = 0; i < events; i++) {
            body.append(chunked ? chunk(event(i)) : event(i));
        }
        assertReplays(head + "Transfer-Encoding: chunked\r\n\r\n" + (chunked ? body : chunk(body.toString()))
                + "0\r\n\r\n");
    }

    private static String event(final int number) {
        return "id: " + number + "\ndata: " + number + "\n\n";
    }

    private static String chunk(final String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRecordNothingWhenTheClientLeaves(final boolean reset) throws Exception {
        final CountDownLatch noticed = new CountDownLatch(1);
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            try {
                while (true) {
                    out.write(chunk("tick").getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            } finally {
                noticed.countDown();
            }
        }); ProxyServer proxy = record(upstream)) {
            final RawClient client = Proxies.client(proxy);
            client.send(GET).readUntil("tick");
            if (reset) {
                client.reset();
            } else {
                client.close();
            }
            assertTrue(noticed.await(60, TimeUnit.SECONDS), "the upstream is let go of");
        }
        assertReplays(null);
    }

    @Test
    void shouldGoOnForAClientThatHasShutDownItsOutput() throws Exception {
        final String reply = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        final CountDownLatch ended = new CountDownLatch(1);
        try (RawUpstream upstream = upstream((request, out, socket) -> {
            assertTrue(ended.await(60, TimeUnit.SECONDS));
            out.write(reply.getBytes(StandardCharsets.US_ASCII));
            return true;
        }); ProxyServer proxy = record(upstream); RawClient client = Proxies.client(proxy)) {
            client.send(GET).endOutput();
            ended.countDown();
            assertEquals(reply, client.readAll());
        }
        assertReplays(reply);
    }
}
