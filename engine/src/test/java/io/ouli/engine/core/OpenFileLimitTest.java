package io.ouli.engine.core;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class OpenFileLimitTest {
    private static final String LIMITS = """
            Limit                     Soft Limit           Hard Limit           Units    \s
            Max cpu time              unlimited            unlimited            seconds  \s
            Max open files            %s                 524288               files    \s
            """;

    @Test
    void shouldReadTheSoftLimit() {
        assertEquals(1024, OpenFileLimit.parse(LIMITS.formatted("1024")));
        assertEquals(Long.MAX_VALUE, OpenFileLimit.parse(LIMITS.formatted("unlimited")));
        assertEquals(OpenFileLimit.UNKNOWN, OpenFileLimit.parse(LIMITS.formatted("x")));
        assertEquals(OpenFileLimit.UNKNOWN, OpenFileLimit.parse(""));
        assertTrue(OpenFileLimit.get() > 0);
    }
}
