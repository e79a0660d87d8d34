package io.ouli.engine.http;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class HeadWriterTest {
    private final HeadWriter writer = new HeadWriter(1);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9, 10, 15, 16, 99, 100, 255, 256, 4_095, 4_096, 65_535, 1L << 32, Long.MAX_VALUE})
    void shouldWriteNumbersAsTheJdkDoes(final long value) {
        assertEquals(Long.toString(value), text(writer.reset().decimal(value)));
        assertEquals(Long.toHexString(value), text(writer.reset().hex(value)));
    }

    @Test
    void shouldGrowAndBeUsedAgain() {
        assertEquals("a: b\r\n", text(writer.reset().text("a: ").octet('b').crlf()));
        assertEquals("xyz", text(writer.reset().write("wxyz".getBytes(StandardCharsets.US_ASCII), 1, 4)));
    }

    @Test
    void shouldCopyFieldsWithoutTheirSurroundingBlanks() {
        final byte[] bytes = "Name: \t v w  \r\n".getBytes(StandardCharsets.US_ASCII);
        final Headers headers = new Headers(1);
        headers.wrap(bytes);
        HeadParser.addField(bytes, 0, bytes.length - 2, false, headers);
        assertEquals("Name: v w\r\n", text(writer.reset().field(headers, 0)));
    }

    private static String text(final HeadWriter written) {
        return new String(written.bytes(), 0, written.length(), StandardCharsets.US_ASCII);
    }
}
