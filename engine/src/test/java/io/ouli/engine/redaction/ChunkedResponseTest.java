package io.ouli.engine.redaction;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Chunk boundaries follow what is redacted around and across them. */
class ChunkedResponseTest {
    private static final byte[] HEAD = Messages.bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    private final MessageRedactor redactor = RedactionPolicy.builder()
            .secret("a", Messages.bytes("0123456789abcdef"))
            .secret("b", Messages.bytes("tiny"))
            .build()
            .newRedactor();

    @Test
    void shouldFindASecretSplitAtEachPlaceOverChunks() {
        final String body = "data: 0123456789abcdef\n\ndata: end\n\n";
        for (int first = 0; first <= body.length(); first++) {
            for (int second = first; second <= body.length(); second++) {
                final int[] chunks = {first, second - first, body.length() - second};
                assertTrue(redact(body, chunks));
                assertEquals("data: REDACTED\n\ndata: end\n\n", body());
                final int end = redactor.chunkLength(0);
                assertEquals(moved(first), end);
                assertEquals(moved(second), end + redactor.chunkLength(1));
                assertEquals(body().length(), end + redactor.chunkLength(1) + redactor.chunkLength(2));
            }
        }
    }

    /** Where a boundary goes when the 16 bytes from 6 on become 8. */
    private static int moved(final int boundary) {
        return boundary >= 22 ? boundary - 8 : Math.min(boundary, 14);
    }

    @Test
    void shouldLengthenAndShortenChunks() {
        assertTrue(redact("tinytiny0123456789abcdef.", new int[] {4, 4, 8, 8, 1}));
        assertEquals("REDACTEDREDACTEDREDACTED.", body());
        final int[] lengths = new int[5];
        Arrays.setAll(lengths, redactor::chunkLength);
        assertArrayEquals(new int[] {8, 8, 8, 0, 1}, lengths);
    }

    @Test
    void shouldKeepTheBoundariesOfAFlushedStream() throws IOException {
        final ByteArrayOutputStream coded = new ByteArrayOutputStream();
        final int[] chunks = new int[3];
        try (GZIPOutputStream out = new GZIPOutputStream(coded, 512, true)) {
            for (int i = 0; i < 2; i++) {
                out.write(Messages.bytes("data: 0123456789abcdef " + i + "\n\n"));
                out.flush();
                chunks[i] = coded.size() - (i == 0 ? 0 : chunks[0]);
            }
        }
        chunks[2] = coded.size() - chunks[0] - chunks[1];
        final byte[] head = Messages.bytes(
                "HTTP/1.1 200 OK\r\ncontent-encoding: GZIP\r\nTransfer-Encoding: chunked\r\n\r\n");
        final byte[] body = coded.toByteArray();
        assertTrue(redactor.redactResponse(head, 0, head.length, body, 0, body.length, chunks, 3));
        assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                Messages.text(redactor.responseBytes(), 0, redactor.responseHeadLength()));
        assertEquals("data: REDACTED 0\n\ndata: REDACTED 1\n\n", body());
        assertEquals(18, redactor.chunkLength(0));
        assertEquals(18, redactor.chunkLength(1));
        assertEquals(0, redactor.chunkLength(2));
    }

    @Test
    void shouldFindASecretBeforeTheDamageOfAStream() {
        final byte[] whole = Codings.code("gzip", Messages.bytes("a 0123456789abcdef b".repeat(99) + "\n"));
        final byte[] head = Messages.bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
        final byte[] cut = Arrays.copyOf(whole, whole.length - 9);
        assertTrue(redactor.redactResponse(head, 0, head.length, cut, 0, cut.length, new int[0], 0));
        assertFalse(body().contains("0123456789abcdef"));
        assertTrue(body().startsWith("a REDACTED b"));
    }

    @Test
    void shouldRedactTrailers() {
        final byte[] trailers = Messages.bytes("X-A: b\r\nX-B: 0123456789abcdef\r\n");
        final byte[] clean = redactor.redactTrailers(trailers, 0, trailers.length);
        assertEquals("X-A: b\r\nX-B: REDACTED\r\n", Messages.text(clean, 0, clean.length));
        assertNull(redactor.redactTrailers(trailers, 0, 8));
    }

    /** What a server sends as a header it may send as a trailer. */
    @Test
    void shouldApplyRulesForResponseHeadersToTrailers() {
        final MessageRedactor named = RedactionPolicy.builder()
                .secret("a", Messages.bytes("0123456789abcdef"))
                .redactResponseHeader("X-Token", "TOKEN")
                .removeResponseHeader("X-Internal")
                .build()
                .newRedactor();
        final byte[] trailers =
                Messages.bytes("A:b\r\nx-token: t1\r\nX-INTERNAL: i\r\nB: 0123456789abcdef\r\nX-Token:t2\r\n");
        final byte[] clean = named.redactTrailers(trailers, 0, trailers.length);
        assertEquals("A: b\r\nx-token: TOKEN\r\nB: REDACTED\r\nX-Token: TOKEN\r\n",
                Messages.text(clean, 0, clean.length));
        assertNull(named.redactTrailers(clean, 0, clean.length));
        assertNull(named.redactTrailers(trailers, 0, 5));
        final byte[] unsound = Messages.bytes("no field 0123456789abcdef");
        final byte[] text = named.redactTrailers(unsound, 0, unsound.length);
        assertEquals("no field REDACTED", Messages.text(text, 0, text.length));
    }

    private boolean redact(final String body, final int[] chunks) {
        final byte[] bytes = Messages.bytes(body);
        return redactor.redactResponse(HEAD, 0, HEAD.length, bytes, 0, bytes.length, chunks, chunks.length);
    }

    private String body() {
        return Messages.text(redactor.body(), redactor.bodyOffset(), redactor.bodyOffset() + redactor.bodyLength());
    }
}
