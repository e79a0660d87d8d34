package io.ouli.perf.load;

import io.ouli.perf.corpus.ExpectedReply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ReplyReaderTest {
    private static final String SIZED = "HTTP/1.1 200 OK\r\ncontent-LENGTH:  5 \r\nCookie: a\r\n\r\nhello";
    private static final String CHUNKED = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
            + "\r\nConnection: close\r\n\r\n2\r\nhe\r\n003;x=\"y\"\r\nllo\r\n0\r\nA: b\r\nC: d\r\n\r\n";
    private final ReplyReader reader = new ReplyReader();

    @ParameterizedTest
    @ValueSource(strings = {SIZED, CHUNKED})
    void shouldGiveTheSameReplyHoweverItIsCut(final String text) throws Exception {
        final byte[] bytes = ascii(text + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        final int end = text.length();
        for (int one = 0; one <= end; one++) {
            for (int two = one; two <= end; two++) {
                final ByteArrayOutputStream body = new ByteArrayOutputStream();
                reader.captureInto(body);
                reader.begin(new ExpectedReply(200, ascii("hello")), false);
                assertEquals(one, reader.read(bytes, 0, one));
                assertEquals(two, reader.read(bytes, one, two));
                assertEquals(end, reader.read(bytes, two, bytes.length));
                assertTrue(reader.complete());
                assertEquals(ReplyFault.NONE, reader.fault());
                assertEquals("hello", body.toString(StandardCharsets.US_ASCII));
                assertEquals(text.equals(CHUNKED), reader.closes());
            }
        }
    }

    @Test
    void shouldReadABodyUntilTheConnectionCloses() throws Exception {
        final byte[] bytes = ascii("HTTP/1.0 200 OK\r\n\r\nhello");
        reader.begin(new ExpectedReply(200, ascii("hello")), false);
        assertEquals(bytes.length, reader.read(bytes, 0, bytes.length));
        assertFalse(reader.complete());
        assertTrue(reader.endOfInput());
        assertTrue(reader.complete());
        assertEquals(ReplyFault.NONE, reader.fault());
        assertTrue(reader.closes());
    }

    @Test
    void shouldNotTakeACutReplyForAWholeOne() throws Exception {
        final byte[] bytes = ascii(SIZED.substring(0, SIZED.length() - 1));
        reader.begin(null, false);
        reader.read(bytes, 0, bytes.length);
        assertFalse(reader.endOfInput());
        assertFalse(reader.complete());
    }

    @Test
    void shouldExpectNoBodyAfterHeadAndCertainStatuses() throws Exception {
        final byte[] bytes = ascii("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        reader.begin(new ExpectedReply(200, ascii("hello")), true);
        assertEquals(bytes.length, reader.read(bytes, 0, bytes.length));
        assertTrue(reader.complete());
        assertEquals(ReplyFault.NONE, reader.fault());
        for (final int status : new int[] {204, 304}) {
            final byte[] none = ascii("HTTP/1.1 " + status + " None\r\nContent-Length: 5\r\n\r\n");
            reader.begin(new ExpectedReply(status, new byte[0]), false);
            assertEquals(none.length, reader.read(none, 0, none.length));
            assertTrue(reader.complete());
        }
    }

    @Test
    void shouldTellInWhatAReplyDiffers() throws Exception {
        assertEquals(ReplyFault.STATUS, faultOf(SIZED, 201, "hello"));
        assertEquals(ReplyFault.LENGTH, faultOf(SIZED, 200, "hell"));
        assertEquals(ReplyFault.LENGTH, faultOf(SIZED, 200, "hello!"));
        assertEquals(ReplyFault.LENGTH, faultOf("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "hello"));
        assertEquals(ReplyFault.BYTES, faultOf(SIZED, 200, "hellO"));
        assertEquals(ReplyFault.BYTES, faultOf(CHUNKED, 200, "Hello"));
        assertEquals(ReplyFault.NONE, faultOf(SIZED, 200, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-server\r\n\r\n", "HTTP/1.1 xx OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"})
    void shouldRefuseWhatIsNoReply(final String text) {
        reader.begin(null, false);
        assertThrows(MalformedReplyException.class, () -> reader.read(ascii(text), 0, text.length()));
    }

    @Test
    void shouldRefuseAHeadWithoutEnd() {
        final byte[] bytes = ascii("HTTP/1.1 200 OK\r\nX: " + "x".repeat(50_000));
        reader.begin(null, false);
        assertThrows(MalformedReplyException.class, () -> {
            for (int i = 0; i < 4; i++) {
                reader.read(bytes, 0, bytes.length);
            }
        });
    }

    private ReplyFault faultOf(final String text, final int status, final String body) throws Exception {
        reader.begin(new ExpectedReply(status, body == null ? null : ascii(body)), false);
        reader.read(ascii(text), 0, text.length());
        assertTrue(reader.complete());
        return reader.fault();
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
