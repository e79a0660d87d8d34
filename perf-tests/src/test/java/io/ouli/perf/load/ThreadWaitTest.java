package io.ouli.perf.load;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ThreadWaitTest {
    @Test
    void shouldReadTheTimeWaitedForACore() {
        assertEquals(456, ThreadWait.parse("123 456 7\n"));
        assertEquals(0, ThreadWait.parse(""));
        assertTrue(ThreadWait.nanos() >= 0);
    }
}
