package io.ouli.engine;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RequestMessageTest {
    private final RequestMessage message = new RequestMessage();

    @Test
    void shouldReadABodyByItsLength() {
        assertEquals("abc", body("..POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 2));
        assertEquals("", body("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0));
    }

    @Test
    void shouldReadABodyInChunks() {
        final String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertEquals("abcde", body(head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 0));
        final String large = "x".repeat(100_000);
        assertEquals(large, body(head + "186A0\r\n" + large + "\r\n0\r\nX-T: 1\r\n\r\n", 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1\r\nHost: a\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nextra",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
        "not http\r\n\r\n",
    })
    void shouldRefuseWhatIsNotOneWholeRequest(final String text) {
        final byte[] bytes = EngineHarness.bytes(text);
        final var error = assertThrows(OuliException.class, () -> message.read(bytes, 0, bytes.length));
        assertTrue(error.getMessage().contains("one range"), error.getMessage());
    }

    private String body(final String text, final int offset) {
        final byte[] bytes = EngineHarness.bytes(text);
        message.read(bytes, offset, bytes.length - offset);
        return EngineHarness.text(Arrays.copyOfRange(
                message.body(), message.bodyOffset(), message.bodyOffset() + message.bodyLength()));
    }
}
