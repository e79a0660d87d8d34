package io.ouli.proxy.server;

import io.ouli.engine.Limits;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
}
