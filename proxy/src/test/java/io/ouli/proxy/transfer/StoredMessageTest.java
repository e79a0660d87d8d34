package io.ouli.proxy.transfer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

class StoredMessageTest {
    @Test
    void shouldTakeAMessageApart() {
        final StoredMessage message = message("GET /a HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n".getBytes());

        assertEquals("GET /a HTTP/1.1", message.startLine());
        assertEquals(List.of("Host: x", "Accept: */*"), message.headers());
        assertEquals(0, message.body().length);
    }

    @Test
    void shouldUndoChunksWithExtensionsAndTrailers() {
        final StoredMessage message = message(("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n").getBytes());

        assertEquals("abc0123456789", message.bodyText());
    }

    @Test
    void shouldShowTextUnderAContentCoding() throws IOException {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".getBytes());
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write("naïve".getBytes(StandardCharsets.UTF_8));
        }

        assertEquals("naïve", message(packed.toByteArray()).bodyText());
    }

    @Test
    void shouldShowNoBodyThatCouldDriveATerminal() {
        assertNull(message("HTTP/1.1 200 OK\r\n\r\n\u001b[2J".getBytes()).bodyText());
        assertNull(message("HTTP/1.1 200 OK\r\n\r\n\u009b2J".getBytes(StandardCharsets.UTF_8)).bodyText());
        assertNull(message("HTTP/1.1 200 OK\r\n\r\n\u00ff".getBytes(StandardCharsets.ISO_8859_1)).bodyText());
        assertEquals("a\tb\r\n", message("HTTP/1.1 200 OK\r\n\r\na\tb\r\n".getBytes()).bodyText());
    }

    @Test
    void shouldTellBodiesApartByTheirHash() {
        final StoredMessage empty = message("HTTP/1.1 200 OK\r\n\r\n\u0000".getBytes());

        assertEquals("(1 bytes, SHA-256 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d)",
                empty.bodySummary());
        assertArrayEquals(new byte[] {0}, empty.body());
    }

    private static StoredMessage message(final byte[] bytes) {
        return StoredMessage.of(bytes);
    }
}
