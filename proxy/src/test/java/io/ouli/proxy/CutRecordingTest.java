package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Somebody cuts a recording while it is replayed: no wrong byte, and the proxy lives. */
@Timeout(120)
class CutRecordingTest {
    private static final int REPLIES = 40;

    @TempDir
    private Path directory;

    private static String response(final int bodyLength) {
        final StringBuilder body = new StringBuilder(bodyLength);
        while (body.length() < bodyLength) {
            body.append("line ").append(body.length()).append('\n');
        }
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String get(final int number) {
        return "GET /" + number + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private void record(final String response, final int count) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(response);
                ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < count; i++) {
                assertEquals(response, client.send(get(i)).read(response.length()));
            }
        }
    }

    private ProxyServer replay(final TransportChoice transport) {
        return ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null)
                .transport(TransportOptions.DEFAULT.withChoice(transport)).build());
    }

    private void cut(final long size) throws IOException {
        try (FileChannel file = FileChannel.open(directory.resolve("default.ouli"), StandardOpenOption.WRITE)) {
            assertTrue(size < file.size());
            file.truncate(size);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void shouldAnswerDamagedForWhatIsGone(final TransportChoice transport) throws Exception {
        final String response = response(3_000);
        record(response, REPLIES);
        try (ProxyServer proxy = replay(transport); RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < REPLIES; i++) {
                assertEquals(response, client.send(get(i)).read(response.length()));
            }
            cut(50_000);
            int damaged = 0;
            for (int i = 0; i < REPLIES; i++) {
                final String reply = client.send(get(i)).readResponse();
                if (!reply.equals(response)) {
                    assertTrue(reply.startsWith("HTTP/1.1 500 "), reply);
                    assertTrue(reply.contains("\r\nX-Ouli-Result: damaged\r\n"), reply);
                    damaged++;
                }
            }
            assertTrue(damaged > REPLIES / 2 && damaged < REPLIES, "damaged: " + damaged);
        }
    }

    private void damage(final String text) throws IOException {
        final Path file = directory.resolve("default.ouli");
        final byte[] bytes = Files.readAllBytes(file);
        final int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        assertTrue(at > 0);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void shouldAnswerDamagedForTheOneThatIsAndReplayTheOthers(final TransportChoice transport) throws Exception {
        final String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        record(chunked, 3);
        damage("GET /1 HTTP/1.1");
        try (ProxyServer proxy = replay(transport)) {
            for (int round = 0; round < 2; round++) {
                try (RawClient client = Proxies.client(proxy)) {
                    client.send(get(0) + get(1) + get(2) + get(1).replace("GET", "HEAD"));
                    assertEquals(chunked, client.read(chunked.length()));
                    final String answer = client.readResponse();
                    assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
                    assertTrue(answer.contains("\r\nX-Ouli-Result: damaged\r\n"), answer);
                    assertEquals(chunked, client.read(chunked.length()));
                    assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 404 "));
                }
                assertTrue(old(proxy, 0).endsWith("\r\n\r\nhello"));
                assertTrue(old(proxy, 1).contains("\r\nX-Ouli-Result: damaged\r\n"));
            }
        }
    }

    /** Asks as a client of HTTP/1.0, which knows no chunks. */
    private static String old(final ProxyServer proxy, final int number) throws IOException {
        try (RawClient client = Proxies.client(proxy)) {
            return client.send("GET /" + number + " HTTP/1.0\r\nHost: h\r\n\r\n").readUntilGone();
        }
    }

    /** The chunks' lengths are read out of the mapping while the reply is on its way. */
    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void shouldEndAReplyThatIsTakenOutOfItsChunksWhenItsRestIsGone(final TransportChoice transport) throws Exception {
        final int chunks = 6_000;
        final String chunk = "1000\r\n" + "0123456789abcdef".repeat(256) + "\r\n";
        final String response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(chunks)
                + "0\r\n\r\n";
        record(response, 1);
        try (ProxyServer proxy = replay(transport)) {
            try (RawClient client = Proxies.client(proxy)) {
                client.send("GET /0 HTTP/1.0\r\nHost: h\r\n\r\n");
                final String begin = client.read(100_000);
                cut(4_096);
                final String all = begin + client.readUntilGone();
                final String body = all.substring(all.indexOf("\r\n\r\n") + 4);
                assertTrue(body.length() < chunks * 4_096, "all of it was sent before the cut");
                assertTrue("0123456789abcdef".repeat(chunks * 256).startsWith(body), "wrong bytes were sent");
            }
            assertTrue(old(proxy, 0).contains("X-Ouli-Result: damaged"));
            assertTrue(old(proxy, 7).contains("X-Ouli-Result: miss"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void shouldEndAReplyWhoseRestIsGoneUnderWay(final TransportChoice transport) throws Exception {
        final String response = response(24 << 20);
        record(response, 1);
        try (ProxyServer proxy = replay(transport)) {
            try (RawClient client = Proxies.client(proxy)) {
                client.send(get(0));
                final String begin = client.read(100_000);
                cut(4_096);
                final String all = begin + client.readUntilGone();
                assertTrue(all.length() < response.length(), "all of it was sent before the cut");
                assertTrue(response.startsWith(all), "wrong bytes were sent");
            }
            try (RawClient client = Proxies.client(proxy)) {
                assertTrue(client.send(get(0)).readResponse().contains("X-Ouli-Result: damaged"));
                assertTrue(client.send(get(7)).readResponse().contains("X-Ouli-Result: miss"));
            }
        }
    }
}
