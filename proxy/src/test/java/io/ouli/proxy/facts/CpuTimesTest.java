package io.ouli.proxy.facts;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class CpuTimesTest {
    @Test
    void shouldReadTheStatesAndLeaveGuestTimeOut() {
        final CpuTimes times = CpuTimes.parse("cpu  100 20 30 400 50 6 7 8 90 91\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
        assertEquals(new CpuTimes(621, 450, 8), times);
    }

    @Test
    void shouldTellStealAndBusyShares() {
        final CpuTimes before = new CpuTimes(1_000, 800, 10);
        final CpuTimes after = new CpuTimes(1_200, 900, 60);
        assertEquals(25.0, after.stealPercentSince(before));
        assertEquals(50.0, after.busyPercentSince(before));
    }

    @Test
    void shouldTellWhatOthersUsed() {
        final CpuTimes before = new CpuTimes(1_000, 800, 10);
        final CpuTimes after = new CpuTimes(1_200, 900, 20);
        // 90 of 200 ticks were used, 40 of them (0.4 s) by us.
        assertEquals(25.0, after.othersPercentSince(before, 400_000_000L));
        assertEquals(0.0, after.othersPercentSince(before, 4_000_000_000L));
    }

    @Test
    void shouldBeZeroWithoutProc() {
        assertEquals(new CpuTimes(0, 0, 0), CpuTimes.parse(""));
        assertEquals(0.0, CpuTimes.parse("").stealPercentSince(CpuTimes.parse("")));
    }
}
