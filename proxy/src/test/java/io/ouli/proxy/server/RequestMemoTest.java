package io.ouli.proxy.server;

import io.ouli.engine.fingerprint.Fingerprinter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RequestMemoTest {
    private final RequestMemo memo = new RequestMemo();

    private static byte[] get(final int number) {
        return bytes("GET /items/" + number + " HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n");
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private int find(final byte[] request) {
        return memo.find(request, 0, request.length);
    }

    private int keep(final byte[] request) {
        return memo.keep(request, 0, request.length);
    }

    private void keepWithKey(final byte[] request, final int key) {
        final int at = keep(request);
        memo.keys()[at] = (byte) key;
    }

    @Test
    void shouldFindWhatItKeptWithItsKey() {
        for (int i = 0; i < 100; i++) {
            assertEquals(0, find(get(i)));
            final int at = keep(get(i));
            memo.keys()[at] = (byte) i;
            memo.keys()[at + Fingerprinter.KEY_BYTES - 1] = (byte) -i;
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(get(i).length, find(get(i)));
            assertEquals((byte) i, memo.keys()[memo.keyOffset()]);
            assertEquals((byte) -i, memo.keys()[memo.keyOffset() + Fingerprinter.KEY_BYTES - 1]);
        }
    }

    @Test
    void shouldFindARequestBetweenOthers() {
        final byte[] request = get(7);
        keep(request);
        final byte[] stream = bytes("before" + new String(request, StandardCharsets.ISO_8859_1) + "GET /behind");
        assertEquals(request.length, memo.find(stream, 6, stream.length));
        assertEquals(0, memo.find(stream, 6, 6 + request.length - 1), "its last byte has not come");
        assertEquals(0, memo.find(stream, 5, stream.length));
    }

    @Test
    void shouldFindNothingThatDiffersInOneByte() {
        final byte[] request = get(7);
        keep(request);
        for (int i = 0; i < request.length; i++) {
            request[i] ^= 1;
            assertEquals(0, find(request), "byte " + i);
            request[i] ^= 1;
        }
        assertEquals(request.length, find(request));
    }

    @Test
    void shouldKeepRequestsOfOneLineApart() {
        final byte[] plain = bytes("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        final byte[] other = bytes("GET /a HTTP/1.1\r\nHost: i\r\n\r\n");
        keepWithKey(plain, 1);
        keepWithKey(other, 2);
        assertEquals(plain.length, find(plain));
        assertEquals(1, memo.keys()[memo.keyOffset()]);
        assertEquals(other.length, find(other));
        assertEquals(2, memo.keys()[memo.keyOffset()]);
    }

    @Test
    void shouldKeepARequestOnceThoughItCameInPieces() {
        keep(get(1));
        final byte[] keys = memo.keys();
        keep(get(1));
        assertSame(keys, memo.keys());
        keep(get(2));
        assertNotSame(keys, memo.keys());
    }

    @Test
    void shouldKeepTheLongestAndNothingLonger() {
        final String start = "GET /a HTTP/1.1\r\nHost: h\r\nX: ";
        final String longest = start + "x".repeat(RequestMemo.MOST_BYTES - start.length() - 4) + "\r\n\r\n";
        assertTrue(keep(bytes(longest)) >= 0);
        assertEquals(RequestMemo.MOST_BYTES, find(bytes(longest)));
        assertEquals(-1, keep(bytes(longest.replace("X: ", "X: x"))));
    }

    @Test
    void shouldLookAtTheLongestLineAndNoLonger() {
        // The line feed is the last byte that is looked at, in a whole word.
        final String line = "/".repeat(RequestMemo.MOST_LINE_BYTES - 1) + "\n";
        assertTrue(keep(bytes(line + "rest of it")) >= 0);
        assertEquals(-1, keep(bytes("/" + line + "rest of it")));
        assertEquals(-1, keep(bytes("no line")));
    }

    @Test
    void shouldFindThreeEighthsAsManyAsItHasPlacesAllAgain() {
        final int count = RequestMemo.CAPACITY * 3 / 8;
        for (int i = 0; i < count; i++) {
            keep(get(i));
        }
        for (int i = 0; i < count; i++) {
            assertEquals(get(i).length, find(get(i)), "request " + i);
        }
    }

    @Test
    void shouldGivePlacesToNewRequestsWhenAllAreTaken() {
        for (int i = 0; i < 4 * RequestMemo.CAPACITY; i++) {
            keep(get(i));
            assertEquals(get(i).length, find(get(i)), "request " + i);
        }
    }

    @Test
    void shouldStayWithinItsCapacity() {
        for (int i = 0; i < 2 * RequestMemo.CAPACITY; i++) {
            keep(get(i));
        }
        int found = 0;
        for (int i = 0; i < 2 * RequestMemo.CAPACITY; i++) {
            found += find(get(i)) > 0 ? 1 : 0;
        }
        assertTrue(found > RequestMemo.CAPACITY / 2 && found <= RequestMemo.CAPACITY, found + " found");
    }

    @Test
    void shouldRestWhileNothingComesAgainAndTryAnew() {
        keep(get(0));
        for (int i = 1; i <= RequestMemo.WINDOW + 1; i++) {
            assertEquals(0, find(get(i)));
        }
        for (int i = 0; i < RequestMemo.REST; i++) {
            assertEquals(0, find(get(0)), "at rest");
        }
        assertEquals(get(0).length, find(get(0)));
    }

    @Test
    void shouldNotRestWhileEnoughComesAgain() {
        keep(get(0));
        for (int i = 0; i < 3 * RequestMemo.WINDOW; i++) {
            final boolean again = i % RequestMemo.LEAST_FOUND == 0;
            assertEquals(again ? get(0).length : 0, find(again ? get(0) : get(1)));
        }
    }

    @Test
    void shouldLeaveNothingWhenItIsWiped() {
        keep(get(0));
        memo.wipe();
        assertNull(memo.keys());
        assertEquals(0, find(get(0)));
        assertTrue(keep(get(0)) >= 0);
        assertEquals(get(0).length, find(get(0)));
    }
}
