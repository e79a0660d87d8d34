package io.ouli.perf.report;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LogScaleTest {
    @Test
    void shouldGiveEqualRatiosEqualRoom() {
        final LogScale scale = new LogScale(1, 10_000, 400);
        assertEquals(0, scale.at(1));
        assertEquals(100, scale.at(10), 1e-9);
        assertEquals(400, scale.at(10_000), 1e-9);
        assertEquals(400, scale.at(1e9), 1e-9);
        assertEquals(0, scale.at(0.001), 1e-9);
    }

    @Test
    void shouldRoundOutwards() {
        final LogScale scale = LogScale.around(37, 4_200, 100);
        assertEquals(20, scale.low(), 1e-9);
        assertEquals(5_000, scale.high(), 1e-9);
        assertEquals(List.of(20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0), scale.ticks());
    }

    @Test
    void shouldHaveRoomForOneValue() {
        final LogScale scale = LogScale.around(100, 100, 100);
        assertTrue(scale.high() > scale.low());
    }

    @Test
    void shouldMarkPowersOfTenAloneOverManyDecades() {
        assertEquals(List.of(1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0), LogScale.around(1, 1e5, 1).ticks());
    }
}
