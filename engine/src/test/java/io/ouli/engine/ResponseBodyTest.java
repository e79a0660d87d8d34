package io.ouli.engine;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ResponseBodyTest {
    private static final int BLOCK = 1 << 20;

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "5000,4096", "1048575,65536", "1048576,65536", "1048577,65536", "3145728,1048576",
        "3145729,3145729", "2500000,999983"})
    void shouldGiveWhatCameInPieces(final int length, final int piece) {
        final ResponseBody body = new ResponseBody();
        for (int round = 0; round < 2; round++) {
            final byte[] all = new byte[length];
            new Random(length + round).nextBytes(all);
            for (int at = 0; at < length; at += piece) {
                assertTrue(body.append(MemorySegment.ofArray(all), at, Math.min(piece, length - at), 4 * BLOCK));
            }
            assertEquals(length, body.length());
            assertArrayEquals(all, Arrays.copyOf(body.bytes(), length));
            assertArrayEquals(all, Arrays.copyOf(body.bytes(), length));
            body.clear();
            assertEquals(0, body.length());
        }
    }

    @ParameterizedTest
    @CsvSource({"100", "1048576", "3000000"})
    void shouldHoldItsLimit(final int limit) {
        final ResponseBody body = new ResponseBody();
        final MemorySegment data = MemorySegment.ofArray(new byte[limit + 1]);
        assertFalse(body.append(data, 0, limit + 1, limit));
        assertTrue(body.append(data, 0, limit, limit));
        assertFalse(body.append(data, 0, 1, limit));
        assertEquals(limit, body.length());
    }
}
