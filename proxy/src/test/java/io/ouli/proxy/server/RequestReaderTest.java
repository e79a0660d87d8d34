package io.ouli.proxy.server;

import io.ouli.engine.Limits;
import io.ouli.engine.http.HttpFault;
import io.ouli.proxy.server.RequestReader.Status;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RequestReaderTest {
    private static final String STREAM = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
            + "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
            + "POST /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: 1\r\n\r\n"
            + "\r\nPOST /4 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            + "GET /5 HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final List<String> REQUESTS = List.of("/1 ", "/2 hello", "/3 abcde", "/4 ", "/5 ");

    private final RequestReaderPool pool = new RequestReaderPool(64 << 20);

    private static List<String> drain(final RequestReader reader) {
        final List<String> requests = new ArrayList<>();
        while (reader.next() == Status.READY) {
            requests.add(describe(reader));
            reader.consume();
        }
        return requests;
    }

    private static String describe(final RequestReader reader) {
        final var head = reader.requestHead();
        return text(head.bytes(), head.targetStart(), head.targetEnd() - head.targetStart()) + " "
                + text(reader.bytes(), reader.bodyStart(), reader.bodyLength());
    }

    private static String text(final byte[] bytes, final int from, final int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    private static void append(final RequestReader reader, final byte[] bytes, final int from, final int end) {
        if (end > from) {
            reader.append(MemorySegment.ofArray(bytes), from, end - from);
        }
    }

    @Test
    void shouldCutAStreamIntoRequestsHoweverItComes() {
        final byte[] bytes = STREAM.getBytes(StandardCharsets.US_ASCII);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second += 7) {
                final RequestReader reader = pool.take();
                final List<String> requests = new ArrayList<>();
                append(reader, bytes, 0, first);
                requests.addAll(drain(reader));
                append(reader, bytes, first, second);
                requests.addAll(drain(reader));
                append(reader, bytes, second, bytes.length);
                requests.addAll(drain(reader));
                assertEquals(REQUESTS, requests);
                assertTrue(reader.isEmpty());
                pool.release(reader);
            }
        }
    }

    @Test
    void shouldTakeInWhileARequestIsServed() {
        final byte[] bytes = STREAM.getBytes(StandardCharsets.US_ASCII);
        final RequestReader reader = pool.take();
        append(reader, bytes, 0, 100);
        final List<String> requests = new ArrayList<>();
        int taken = 100;
        while (reader.next() == Status.READY) {
            final int end = Math.min(bytes.length, taken + 60);
            append(reader, bytes, taken, end);
            taken = end;
            requests.add(describe(reader));
            reader.consume();
        }
        assertEquals(REQUESTS, requests);
    }

    @Test
    void shouldGrowForLargeBodiesAndShrinkAgain() {
        final byte[] body = new byte[3 << 20];
        new Random(1).nextBytes(body);
        final byte[] head = ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        final RequestReader reader = pool.take();
        append(reader, head, 0, head.length);
        for (int at = 0; at < body.length; at += 65_536) {
            assertEquals(Status.NEED_INPUT, reader.next());
            append(reader, body, at, Math.min(body.length, at + 65_536));
        }
        assertEquals(Status.READY, reader.next());
        assertEquals(text(body, 0, body.length), text(reader.bytes(), reader.bodyStart(), reader.bodyLength()));
        reader.consume();
        pool.release(reader);
        assertEquals(0, pool.grownBytes());
        assertEquals(RequestReaderPool.BASE_BYTES, pool.take().capacity());
    }

    @Test
    void shouldNotGrowForTheFramingOfTinyChunks() {
        final RequestReader reader = pool.take();
        final byte[] head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        final byte[] chunk = "1;extension\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);
        append(reader, head, 0, head.length);
        for (int i = 0; i < 300; i++) {
            append(reader, chunk, 0, chunk.length);
            assertEquals(Status.NEED_INPUT, reader.next());
        }
        assertEquals(RequestReaderPool.BASE_BYTES, reader.capacity());
    }

    @Test
    void shouldHoldTheBodyLimitAtItsEdge() {
        assertEquals(Status.NEED_INPUT, chunkOf(Limits.MAX_REQUEST_BYTES).next());
        final RequestReader tooLong = chunkOf(Limits.MAX_REQUEST_BYTES + 1);
        assertEquals(Status.REFUSED, tooLong.next());
        assertEquals(HttpFault.BODY_TOO_LONG, tooLong.fault());
    }

    private RequestReader chunkOf(final int size) {
        final RequestReader reader = pool.take();
        final byte[] bytes = ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(size) + "\r\nx").getBytes(StandardCharsets.US_ASCII);
        append(reader, bytes, 0, bytes.length);
        return reader;
    }

    @Test
    void shouldStopAtTheMemoryThatAllReadersMayTake() {
        final RequestReaderPool small = new RequestReaderPool(100_000);
        final byte[] bytes = new byte[200_000];
        final byte[] head = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        final RequestReader reader = small.take();
        append(reader, head, 0, head.length);
        append(reader, bytes, 0, 50_000);
        assertEquals(Status.NEED_INPUT, reader.next());
        append(reader, bytes, 0, 100_000);
        assertEquals(Status.NO_MEMORY, reader.next());
        small.release(reader);
        assertTrue(small.grownBytes() <= 100_000);
        assertEquals(Status.NEED_INPUT, small.take().next());
    }

    @Test
    void shouldAskOnceForABodyThatTheClientHoldsBack() {
        final RequestReader reader = pool.take();
        final byte[] head = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        append(reader, head, 0, head.length);
        assertEquals(Status.NEED_INPUT, reader.next());
        assertTrue(reader.takeContinue());
        assertFalse(reader.takeContinue());
        append(reader, new byte[] {'o', 'k'}, 0, 2);
        assertEquals(Status.READY, reader.next());
        assertFalse(reader.takeContinue());
    }
}
