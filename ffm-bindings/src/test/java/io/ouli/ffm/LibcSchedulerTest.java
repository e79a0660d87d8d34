package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LibcSchedulerTest {
    private final ErrnoCapture capture = new ErrnoCapture();

    @Test
    void shouldPinOnlyTheCallingThread() throws Exception {
        final BitSet before = new BitSet();
        assertEquals(0, LibcScheduler.getAffinity(capture, 0, before));
        assertTrue(before.cardinality() >= 1);
        final int last = before.length() - 1;

        final BitSet pinned = new BitSet();
        final int[] results = {-1, -1};
        final Thread worker = new Thread(() -> {
            final ErrnoCapture own = new ErrnoCapture();
            results[0] = LibcScheduler.pinCurrentThread(own, last);
            results[1] = LibcScheduler.getAffinity(own, 0, pinned);
        });
        worker.start();
        worker.join();

        assertEquals(0, results[0]);
        assertEquals(0, results[1]);
        final BitSet expected = new BitSet();
        expected.set(last);
        assertEquals(expected, pinned);
        final BitSet after = new BitSet();
        assertEquals(0, LibcScheduler.getAffinity(capture, 0, after));
        assertEquals(before, after);
    }

    @Test
    void shouldRefuseProcessorsThatDoNotExist() {
        assertEquals(-LibcHeader.EINVAL, LibcScheduler.pinCurrentThread(capture, 8_191));
        assertThrows(IllegalArgumentException.class, () -> LibcScheduler.pinCurrentThread(capture, 8_192));
        assertEquals(-LibcHeader.ESRCH, LibcScheduler.getAffinity(capture, Integer.MAX_VALUE, new BitSet()));
    }

    /** On a kernel before 6.12 there is nothing to see but that nothing fails. */
    @Test
    void shouldChangeTheSlicesOfTheCallingThreadOnly() throws Exception {
        final long[] results = new long[3];
        final Thread worker = new Thread(() -> {
            final ErrnoCapture own = new ErrnoCapture();
            results[0] = LibcScheduler.setSlice(own, 200_000);
            results[1] = LibcScheduler.setSlice(own, 300_000);
        });
        worker.start();
        worker.join();
        if (results[0] > 0) {
            assertEquals(200_000, results[1]);
            final Thread other = new Thread(() -> results[2] = LibcScheduler.setSlice(new ErrnoCapture(), 100_000));
            other.start();
            other.join();
            assertEquals(results[0], results[2]);
        } else {
            assertEquals(results[0], results[1]);
        }
    }
}
