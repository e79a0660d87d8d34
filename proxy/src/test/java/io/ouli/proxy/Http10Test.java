package io.ouli.proxy;

import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Clients of HTTP/1.0 that ask to keep their connection, as ApacheBench does: they are told so, and it is kept. */
@Timeout(120)
class Http10Test {
    private static final String KEPT = "Connection: keep-alive\r\n";
    private static final String SMALL = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\nok";
    private static final String LARGE_BODY = "0123456789".repeat(60_000);
    private static final String LARGE = "HTTP/1.1 200 " + "fine".repeat(40)
            + "\r\nContent-Length: 600000\r\n\r\n" + LARGE_BODY;
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    private static final String NOTHING = "HTTP/1.1 204 No Content\r\n\r\n";
    private static final String ENDED = "HTTP/1.1 200 OK\r\n\r\nended by the connection";

    @TempDir
    private Path directory;

    private static String get(final String path) {
        return "GET " + path + " HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";
    }

    /** As the status line is followed by the field of a kept connection. */
    private static String kept(final String response) {
        final int end = response.indexOf("\r\n") + 2;
        return response.substring(0, end) + KEPT + response.substring(end);
    }

    private static RawUpstream upstream() throws Exception {
        return new RawUpstream((request, out, socket) -> {
            final String path = request.substring(request.indexOf('/') + 1, request.indexOf(" HTTP"));
            final String response = switch (path) {
                case "large" -> LARGE;
                case "chunked" -> CHUNKED;
                case "nothing" -> NOTHING;
                case "ended" -> ENDED;
                default -> request.startsWith("HEAD") ? SMALL.substring(0, SMALL.length() - 2) : SMALL;
            };
            out.write(response.getBytes(StandardCharsets.US_ASCII));
            return !path.equals("ended");
        });
    }

    private ProxyServer start(final Mode mode, final URI target, final TransportChoice transport, final long budget) {
        return ProxyServer.start(Proxies.config(mode, directory, target)
                .engine(EngineConfig.builder(directory).mode(mode).residentBudgetBytes(budget).build())
                .transport(TransportOptions.DEFAULT.withChoice(transport)).build());
    }

    /** Asks for what may be kept on one connection, and for what ends it on others. */
    private static void ask(final ProxyServer proxy, final boolean fieldFirst) throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            for (int round = 0; round < 2; round++) {
                for (final String[] pair : new String[][] {
                    {"/small", SMALL}, {"/large", LARGE}, {"/nothing", NOTHING}, {"/small", SMALL}}) {
                    final String expected = kept(pair[1]);
                    final String got = client.send(get(pair[0])).read(expected.length());
                    if (fieldFirst) {
                        assertEquals(expected, got);
                    } else {
                        final String end = pair[1].substring(pair[1].length() - 2);
                        assertTrue(got.contains("\r\n" + KEPT) && got.endsWith(end), got);
                    }
                }
                final String head = client.send(get("/small").replace("GET", "HEAD")).readUntil("\r\n\r\n");
                assertTrue(head.contains(KEPT) && head.contains("Content-Length: 2"), head);
            }
            final String two = client.send(get("/small") + get("/small")).read(2 * kept(SMALL).length());
            assertEquals(2, two.split("ok", -1).length - 1, two);
            final String modern = client.send("GET /small HTTP/1.1\r\nHost: h\r\n\r\n").readResponse();
            assertEquals(SMALL, modern, "a client of HTTP/1.1 is told nothing");
            final String chunks = client.send(get("/chunked") + get("/small")).readAll();
            assertFalse(chunks.contains("eep-"), chunks);
            assertTrue(chunks.endsWith("\r\n\r\nabc"), "its length is told by the connection's end: " + chunks);
        }
        try (RawClient client = Proxies.client(proxy)) {
            assertEquals(SMALL, client.send("GET /small HTTP/1.0\r\n\r\n").readAll(), "who does not ask");
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO,1073741824", "NIO,1073741824", "AUTO,0", "NIO,0"})
    void shouldKeepTheConnectionThroughRecordMissAndReplay(final TransportChoice transport, final long budget)
            throws Exception {
        try (RawUpstream upstream = upstream()) {
            try (ProxyServer proxy = start(Mode.RECORD, upstream.url(), transport, budget)) {
                ask(proxy, false);
                try (RawClient client = Proxies.client(proxy)) {
                    final String all = client.send(get("/ended")).readAll();
                    assertTrue(all.endsWith("\r\n\r\nended by the connection") && !all.contains("eep-"), all);
                }
            }
            try (ProxyServer proxy = start(Mode.PASSTHROUGH, upstream.url(), transport, budget)) {
                try (RawClient client = Proxies.client(proxy)) {
                    client.send(get("/other"));
                    assertTrue(client.readResponse().contains("\r\n" + KEPT));
                    client.send(get("/small"));
                    assertEquals(kept(SMALL), client.readResponse());
                }
            }
        }
        try (ProxyServer proxy = start(Mode.REPLAY, null, transport, budget)) {
            ask(proxy, true);
            try (RawClient client = Proxies.client(proxy)) {
                final String miss = client.send(get("/never")).readResponse();
                assertTrue(miss.startsWith("HTTP/1.1 404 ") && miss.contains(KEPT), miss);
                final String refused = client.send(get("/small").replace("\r\n\r\n", "\r\nTest-Name: ../x\r\n\r\n"))
                        .readResponse();
                assertTrue(refused.startsWith("HTTP/1.1 400 ") && refused.contains(KEPT), refused);
                assertEquals(kept(SMALL), client.send(get("/small")).readResponse());
                assertEquals(ENDED, client.send(get("/ended")).readAll(), "it is stored in chunks");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void shouldKeepTheConnectionWhenTheUpstreamFails(final TransportChoice transport) throws Exception {
        final URI nobody;
        try (RawUpstream upstream = upstream()) {
            nobody = upstream.url();
        }
        try (ProxyServer proxy = start(Mode.RECORD, nobody, transport, 0); RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < 2; i++) {
                final String failure = client.send(get("/small")).readResponse();
                assertTrue(failure.startsWith("HTTP/1.1 502 ") && failure.contains(KEPT), failure);
            }
        }
    }
}
