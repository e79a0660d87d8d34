package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
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
