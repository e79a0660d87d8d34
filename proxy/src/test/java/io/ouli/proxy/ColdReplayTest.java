package io.ouli.proxy;

import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The same bytes whether a reply is in memory, or is read over io_uring or by a thread of NIO. */
@Timeout(120)
class ColdReplayTest {
    private static final int[] SIZES = {0, 10, 3_000, 255 << 10, 256 << 10, 700_000, 3 << 20};

    @TempDir
    private Path directory;

    private final List<String> replies = new ArrayList<>();

    private static String get(final int number) {
        return "GET /" + number + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private static String body(final int size) {
        final byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void record() throws Exception {
        for (final int size : SIZES) {
            replies.add("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n" + body(size));
        }
        replies.add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n493e0\r\n" + body(300_000) + "\r\n0\r\n\r\n");
        final RawUpstream.Script script = (request, out, socket) -> {
            final int number = Integer.parseInt(request.substring(5, request.indexOf(' ', 5)));
            out.write(replies.get(number).getBytes(StandardCharsets.ISO_8859_1));
            return true;
        };
        try (RawUpstream upstream = new RawUpstream(script);
                ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < replies.size(); i++) {
                assertEquals(replies.get(i), client.send(get(i)).read(replies.get(i).length()));
            }
        }
    }

    private ProxyServer replay(final TransportChoice transport, final long budgetBytes) {
        return ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null)
                .engine(EngineConfig.builder(directory).residentBudgetBytes(budgetBytes).build())
                .transport(TransportOptions.DEFAULT.withChoice(transport)).build());
    }

    @ParameterizedTest
    @CsvSource({"AUTO,1073741824", "NIO,1073741824", "AUTO,0", "NIO,0", "AUTO,600000"})
    void shouldReplayTheSameBytes(final TransportChoice transport, final long budgetBytes) throws Exception {
        record();
        try (ProxyServer proxy = replay(transport, budgetBytes)) {
            try (RawClient client = Proxies.client(proxy)) {
                for (int round = 0; round < 2; round++) {
                    for (int i = 0; i < replies.size(); i++) {
                        assertEquals(replies.get(i), client.send(get(i)).read(replies.get(i).length()));
                    }
                }
            }
            try (RawClient pipelining = Proxies.client(proxy)) {
                final StringBuilder requests = new StringBuilder();
                final StringBuilder expected = new StringBuilder();
                for (int i = 0; i < 3 * replies.size(); i++) {
                    requests.append(get(i % replies.size()));
                    expected.append(replies.get(i % replies.size()));
                }
                pipelining.send(requests + get(99));
                assertEquals(expected.toString(), pipelining.read(expected.length()));
                assertTrue(pipelining.readResponse().contains("X-Ouli-Result: miss"));
            }
            try (RawClient old = Proxies.client(proxy)) {
                old.send("GET /" + SIZES.length + " HTTP/1.0\r\nHost: h\r\n\r\n");
                final String all = old.readAll();
                assertEquals("abc" + body(300_000), all.substring(all.indexOf("\r\n\r\n") + 4));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO", "NIO"})
    void shouldServeMoreClientsThanThereAreBuffersAndSurviveThoseThatLeave(final TransportChoice transport)
            throws Exception {
        record();
        final int large = SIZES.length - 1;
        try (ProxyServer proxy = replay(transport, 0)) {
            final List<RawClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 40; i++) {
                    clients.add(Proxies.client(proxy));
                    clients.get(i).send(get(large));
                }
                for (int i = 0; i < clients.size(); i += 3) {
                    clients.get(i).reset();
                }
                for (int i = 0; i < clients.size(); i++) {
                    if (i % 3 != 0) {
                        assertEquals(replies.get(large), clients.get(i).read(replies.get(large).length()));
                    }
                }
            } finally {
                for (final RawClient client : clients) {
                    client.close();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO", "NIO"})
    void shouldAnswerDamagedBeforeTheFirstByteOfADamagedReply(final TransportChoice transport) throws Exception {
        record();
        damage();
        try (ProxyServer proxy = replay(transport, 0); RawClient client = Proxies.client(proxy)) {
            for (int round = 0; round < 2; round++) {
                client.send(get(1) + get(SIZES.length - 1) + get(2));
                assertEquals(replies.get(1), client.read(replies.get(1).length()));
                final String answer = client.readResponse();
                assertTrue(answer.startsWith("HTTP/1.1 500 ") && answer.contains("X-Ouli-Result: damaged"), answer);
                assertEquals(replies.get(2), client.read(replies.get(2).length()));
            }
        }
    }

    /** A file that has lost its name cannot be opened once more for io_uring: then the mapping serves. */
    @ParameterizedTest
    @CsvSource({"AUTO", "NIO"})
    void shouldReplayAFileThatWasDeleted(final TransportChoice transport) throws Exception {
        record();
        try (ProxyServer proxy = replay(transport, 0); RawClient client = Proxies.client(proxy)) {
            // The session is opened by a miss, and nothing of it was read yet.
            assertTrue(client.send(get(99)).readResponse().contains("X-Ouli-Result: miss"));
            Files.delete(directory.resolve("default.ouli"));
            for (int i = 0; i < replies.size(); i++) {
                assertEquals(replies.get(i), client.send(get(i)).read(replies.get(i).length()));
            }
        }
    }

    /** Changes the last byte of the largest body. */
    private void damage() throws IOException {
        final Path file = directory.resolve("default.ouli");
        final byte[] bytes = Files.readAllBytes(file);
        final String text = new String(bytes, StandardCharsets.ISO_8859_1);
        final String reply = replies.get(SIZES.length - 1);
        bytes[text.indexOf(reply) + reply.length() - 1] ^= 1;
        Files.write(file, bytes);
    }
}
