package io.ouli.proxy;

import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A request that comes again byte for byte is recognised unparsed, and answered as if it were parsed. */
@Timeout(120)
class RecalledRequestTest {
    private static final String FIRST = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String OTHER = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    @BeforeEach
    void record() throws Exception {
        final int[] count = new int[1];
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            out.write(reply(++count[0]).getBytes(StandardCharsets.US_ASCII));
            return true;
        });
                ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            for (final String request : List.of(FIRST, FIRST, OTHER, FIRST)) {
                client.send(request).read(reply(1).length());
            }
        }
    }

    private static String reply(final int number) {
        return "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + number;
    }

    private ProxyServer replay(final EngineConfig.Builder engine) {
        return ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null).engine(engine.build()).build());
    }

    private EngineConfig.Builder engine() {
        return EngineConfig.builder(directory);
    }

    private static void assertReplies(final RawClient client, final String request, final int... numbers)
            throws Exception {
        for (final int number : numbers) {
            assertEquals(reply(number), client.send(request).read(reply(1).length()));
        }
    }

    @Test
    void shouldGiveEachOccurrenceInTurnAndThenTheLast() throws Exception {
        try (ProxyServer proxy = replay(engine()); RawClient client = Proxies.client(proxy)) {
            assertReplies(client, FIRST, 1, 2, 4, 4);
            assertReplies(client, OTHER, 3, 3);
            assertEquals(reply(4) + reply(3) + reply(4),
                    client.send(FIRST + OTHER + FIRST).read(3 * reply(1).length()));
        }
    }

    @Test
    void shouldBeginAgainAfterAReset() throws Exception {
        try (ProxyServer proxy = replay(engine()); RawClient client = Proxies.client(proxy)) {
            assertReplies(client, FIRST, 1, 2);
            for (int i = 0; i < 3; i++) {
                assertReplies(client, FIRST.replace("\r\n\r\n", "\r\nX-Ouli-Reset-Chain: true\r\n\r\n"), 1);
            }
            assertReplies(client, FIRST, 2, 4);
        }
    }

    @Test
    void shouldExplainTheMissOfWhatIsUsedUp() throws Exception {
        try (ProxyServer proxy = replay(engine().exhausted(Exhausted.MISS));
                RawClient client = Proxies.client(proxy)) {
            assertReplies(client, OTHER, 3);
            for (int i = 0; i < 3; i++) {
                final String miss = client.send(OTHER).readResponse();
                assertTrue(miss.startsWith("HTTP/1.1 404 ") && miss.contains("\"exhausted\""), miss);
                assertTrue(miss.contains("/b"), miss);
            }
            assertReplies(client, FIRST, 1, 2, 4);
        }
    }

    @Test
    void shouldKeepTheOrderOfAStrictSession() throws Exception {
        try (ProxyServer proxy = replay(engine().matchMode(MatchMode.STRICT));
                RawClient client = Proxies.client(proxy)) {
            assertReplies(client, FIRST, 1, 2);
            final String conflict = client.send(FIRST).readResponse();
            assertTrue(conflict.startsWith("HTTP/1.1 409 ") && conflict.contains("out-of-order"), conflict);
            assertReplies(client, OTHER, 3);
            assertReplies(client, FIRST, 4);
        }
    }

    @Test
    void shouldNotTakeARequestOfAnotherSessionForIt() throws Exception {
        try (ProxyServer proxy = replay(engine()); RawClient client = Proxies.client(proxy)) {
            assertReplies(client, FIRST, 1, 2);
            final String elsewhere = FIRST.replace("\r\n\r\n", "\r\nX-Ouli-Test-Name: other\r\n\r\n");
            for (int i = 0; i < 2; i++) {
                assertTrue(client.send(elsewhere).readResponse().contains("\"no-recording\""));
            }
            assertReplies(client, FIRST, 4);
        }
    }

    @Test
    void shouldCloseWhenAClientAsksForItEachTime() throws Exception {
        try (ProxyServer proxy = replay(engine())) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = Proxies.client(proxy)) {
                    final String closing = OTHER.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
                    assertEquals(reply(3), client.send(OTHER).read(reply(1).length()));
                    assertEquals(reply(3), client.send(closing).readAll());
                }
            }
        }
    }

    @Test
    void shouldRecordWhatComesAgainAsIfItWereNew(@TempDir final Path other) throws Exception {
        final String secret = "sesame-4711-sesame";
        final String credential = FIRST.replace("\r\n\r\n", "\r\nAuthorization: Bearer " + secret + "\r\n\r\n");
        final String elsewhere = FIRST.replace("\r\n\r\n", "\r\nX-Ouli-Test-Name: other\r\n\r\n");
        final String empty = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        final List<String> requests = List.of(FIRST, credential, elsewhere, empty, credential, FIRST, elsewhere, empty,
                empty.replace("0\r\n\r\n", "1\r\nx\r\n0\r\n\r\n"));
        final int[] count = new int[1];
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            out.write(reply(++count[0]).getBytes(StandardCharsets.US_ASCII));
            return true;
        });
                ProxyServer proxy = Proxies.start(Mode.RECORD, other, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            for (final String request : requests) {
                client.send(request).read(reply(1).length());
            }
        }
        assertFalse(new String(Files.readAllBytes(other.resolve("default.ouli")), StandardCharsets.ISO_8859_1)
                .contains(secret));
        try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, other, null)
                .engine(EngineConfig.builder(other).matchMode(MatchMode.STRICT).build()).build());
                RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < requests.size(); i++) {
                assertReplies(client, requests.get(i), i + 1);
            }
        }
    }
}
