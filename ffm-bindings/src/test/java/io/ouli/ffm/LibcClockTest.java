package io.ouli.ffm;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LibcClockTest {
    /** Kernels are built for 100, 250, 300 or 1,000 ticks a second. */
    @Test
    void shouldTellHowLongATickIs() {
        final long nanos = LibcClock.tickNanos(new ErrnoCapture());
        assertTrue(nanos >= TimeUnit.MILLISECONDS.toNanos(1) && nanos <= TimeUnit.MILLISECONDS.toNanos(10),
                nanos + " ns");
        assertEquals(nanos, LibcClock.tickNanos(new ErrnoCapture()));
    }
}
