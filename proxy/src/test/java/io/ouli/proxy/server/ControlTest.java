package io.ouli.proxy.server;

import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.Limits;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ControlTest {
    private static boolean isSessionName(final String name) {
        final byte[] bytes = ("<" + name + ">").getBytes(StandardCharsets.ISO_8859_1);
        return Control.isSessionName(bytes, 1, bytes.length - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A.b_c-9", "a/b/c", "...", ".a", "a..b", "0"})
    void shouldTakeNames(final String name) {
        assertTrue(isSessionName(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", ".", "..", "a/..", "./a", "a/./b", "/", "a/", "/a", "a//b", "a b", "a\\b", "a:b", "a%2Fb", "\u00e9",
        "a\u0000"
    })
    void shouldRefuseWhatMightLeaveTheFolder(final String name) {
        assertFalse(isSessionName(name));
    }

    @Test
    void shouldHoldTheLengthAtItsEdge() {
        assertTrue(isSessionName("n".repeat(Limits.MAX_SESSION_NAME_BYTES)));
        assertFalse(isSessionName("n".repeat(Limits.MAX_SESSION_NAME_BYTES + 1)));
    }

    @Test
    void shouldTakeABlankInTestNameForAnUnderscore() {
        assertEquals("a_b/c__d", name(read("Test-Name: a b/c  d\r\n")));
    }

    @Test
    void shouldRefuseToChooseBetweenTwoNames() {
        assertTrue(read("X-Ouli-Test-Name: a\r\nX-Ouli-Test-Name: b\r\n").ambiguous());
        assertTrue(read("X-Ouli-Test-Name: a\r\nTest-Name: c\r\nX-Ouli-Test-Name: a\r\n").ambiguous());
        final Control both = read("Test-Name: c\r\nX-Ouli-Test-Name: a\r\nTest-Name: d\r\n");
        assertFalse(both.ambiguous());
        assertEquals("a", name(both));
        assertEquals("c", name(read("Test-Name: c\r\nTest-Name: d\r\n")));
    }

    private static Control read(final String fields) {
        final byte[] bytes = ("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n").getBytes(StandardCharsets.US_ASCII);
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        assertEquals(bytes.length, new RequestParser().parse(bytes, 0, bytes.length, head));
        final Control control = new Control();
        control.read(head.headers());
        return control;
    }

    private static String name(final Control control) {
        return new String(control.nameBytes(), control.nameStart(), control.nameEnd() - control.nameStart(),
                StandardCharsets.US_ASCII);
    }
}
