package io.ouli.proxy.config;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ByteSizeTest {
    @Test
    void shouldReadUnits() {
        assertEquals(0, ByteSize.parse("0"));
        assertEquals(1_048_576, ByteSize.parse("1048576"));
        assertEquals(64 << 10, ByteSize.parse("64k"));
        assertEquals(512L << 20, ByteSize.parse("512M"));
        assertEquals(2L << 30, ByteSize.parse("2g"));
        assertEquals(1L << 40, ByteSize.parse("1t"));
        assertEquals(8_388_607L << 40, ByteSize.parse("8388607t"));
    }

    @Test
    void shouldRefuseEverythingElse() {
        final String tooLong = "9".repeat(20);
        for (final String text : new String[] {"", "g", "-1", "1.5g", "1 g", "1gb", "0x1", "8388608t", tooLong}) {
            final String message =
                    assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text)).getMessage();
            assertTrue(message.contains("512m") && message.contains("'" + text + "'"), message);
        }
    }
}
