package io.ouli.engine.transport;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DescriptorShortageTest {
    private static final long QUIET = DescriptorShortage.QUIET_NANOS;

    private final DescriptorShortage shortage = new DescriptorShortage();

    @Test
    void shouldBeginABoutOnlyAfterQuiet() {
        // System.nanoTime may be anything, and wrap.
        long now = Long.MAX_VALUE - QUIET;
        assertTrue(shortage.begins(now));
        for (int i = 0; i < 5; i++) {
            now += QUIET;
            assertFalse(shortage.begins(now), "each failure makes the bout last longer");
        }
        now += QUIET + 1;
        assertTrue(shortage.begins(now));
        assertFalse(shortage.begins(now));
    }

    @Test
    void shouldNameWhoseLimitItIs() {
        assertEquals("new connections wait until others are closed: this process has too many open files"
                + " (EMFILE); raise its limit (ulimit -n)", DescriptorShortage.message(Errno.EMFILE));
        assertEquals("new connections wait until others are closed: this machine has too many open files"
                + " (ENFILE); raise its limit (sysctl fs.file-max)", DescriptorShortage.message(Errno.ENFILE));
    }
}
