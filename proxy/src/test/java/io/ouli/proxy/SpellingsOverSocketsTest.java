package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** One request recorded over one transport is found in every spelling, chunking and transport; what differs is not. */
@Timeout(120)
class SpellingsOverSocketsTest {
    private static final String JSON = "{\"b\": [1.50, {\"z\": null, \"a\": \"\u00e9\"}], \"a\": \"x\"}";
    private static final String SAME = "{\"a\":\"\\u0078\",\"b\":[15e-1,{\"a\":\"\\u00E9\",\"z\":null}]}\n";
    private static final String OTHER = "{\"a\":\"x\",\"b\":[1.51,{\"a\":\"\u00e9\",\"z\":null}]}";
    private static final String REPLY = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    private Path directory;

    @Test
    void shouldFindOneRequestInEverySpelling() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(REPLY);
                ProxyServer proxy = start(Mode.RECORD, upstream, TransportChoice.NIO);
                RawClient client = Proxies.client(proxy)) {
            client.send(plain("POST /v1/a%7eb?b=2&a=1 HTTP/1.1", utf8(JSON), ""));
            assertEquals(REPLY, client.readResponse());
        }
        for (final TransportChoice choice : List.of(TransportChoice.NIO, TransportChoice.AUTO)) {
            try (ProxyServer proxy = start(Mode.REPLAY, null, choice)) {
                for (final byte[] request : same()) {
                    assertTrue(ask(proxy, request, request.length).startsWith("HTTP/1.1 200 "), text(request));
                    assertTrue(ask(proxy, request, 7).startsWith("HTTP/1.1 200 "), text(request));
                }
                final byte[] other = plain("POST /v1/a~b?b=2&a=1 HTTP/1.1", utf8(OTHER), "");
                final String miss = ask(proxy, other, other.length);
                assertTrue(miss.startsWith("HTTP/1.1 404 "), miss);
                assertTrue(miss.contains("\"pointer\": \"/b/0\""), miss);
                final byte[] parameter = plain("POST /v1/a~b?b=2&a=1&accept=json HTTP/1.1", utf8(JSON), "");
                final byte[] header = plain("POST /v1/a~b?b=2&a=1 HTTP/1.1", utf8(JSON), "accept: json\r\n");
                assertTrue(ask(proxy, parameter, parameter.length).contains("\"field\": \"query.accept\""));
                assertTrue(ask(proxy, header, header.length).contains("\"field\": \"header.accept\""));
            }
        }
    }

    private ProxyServer start(final Mode mode, final RawUpstream upstream, final TransportChoice choice) {
        return ProxyServer.start(Proxies.config(mode, directory, upstream == null ? null : upstream.url())
                .transport(TransportOptions.DEFAULT.withChoice(choice)).build());
    }

    private static List<byte[]> same() throws Exception {
        final List<byte[]> requests = new ArrayList<>();
        requests.add(plain("POST /v1/a~b?b=2&a=1 HTTP/1.1", utf8(JSON), "X-Request-Id: 7\r\nUser-Agent: u\r\n"));
        requests.add(plain("POST //v1/./x/../a%7Eb?a=%31&b=2 HTTP/1.1", utf8(SAME), ""));
        requests.add(plain("POST http://elsewhere/v1/a~b?&b=2&&a=1 HTTP/1.1", utf8(SAME), "Accept-Encoding: br\r\n"));
        for (final int size : new int[] {1, 3, 1_000}) {
            requests.add(chunked(utf8(SAME), size, ""));
        }
        final ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(utf8(SAME));
        }
        requests.add(plain("POST /v1/a~b?b=2&a=1 HTTP/1.1", zipped.toByteArray(), "Content-Encoding: gzip\r\n"));
        requests.add(chunked(zipped.toByteArray(), 5, "content-encoding: GZIP\r\n"));
        return requests;
    }

    private static byte[] plain(final String line, final byte[] body, final String fields) {
        return join(line + "\r\nHost: h\r\ncontent-type: Application/JSON\r\n" + fields
                + "Content-Length: " + body.length + "\r\n\r\n", body);
    }

    private static byte[] chunked(final byte[] body, final int size, final String fields) {
        final ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(join("POST /v1/a~b?b=2&a=1 HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                + fields
                + "Transfer-Encoding: chunked\r\n\r\n", new byte[0]));
        for (int at = 0; at < body.length; at += size) {
            final int length = Math.min(size, body.length - at);
            message.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            message.write(body, at, length);
            message.writeBytes(new byte[] {'\r', '\n'});
        }
        message.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return message.toByteArray();
    }

    private static byte[] join(final String head, final byte[] body) {
        final ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        message.writeBytes(body);
        return message.toByteArray();
    }

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Sends a request in pieces, each flushed by itself. */
    private static String ask(final ProxyServer proxy, final byte[] request, final int piece) throws Exception {
        try (RawClient client = Proxies.client(proxy)) {
            for (int at = 0; at < request.length; at += piece) {
                client.send(Arrays.copyOfRange(request, at, Math.min(request.length, at + piece)));
            }
            return client.readResponse();
        }
    }
}
