package io.ouli.jmh;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class RoundFiguresTest {
    @Test
    void shouldQuoteTheMedianWhichOneRoundThatWasHeldUpLeavesAlone() {
        final RoundFigures figures = RoundFigures.of(1_500, 5_772, 1_250, 1_400, 1_600);
        assertEquals(new RoundFigures(1_500, 1_250, 5_772, 5), figures);
        assertEquals("A.b: median 1,500 ns/op, 666,667/s; 5 rounds, 1,250 to 5,772", figures.line("A.b", "ns/op"));
    }

    @Test
    void shouldTakeTheMiddleOfTwoOfAnEvenNumber() {
        assertEquals(15, RoundFigures.of(40, 20, 10, 1).median());
    }

    @Test
    void shouldTellNoRateOfOtherUnits() {
        assertEquals("A.b n=2: median 12.5 ms/op; 1 round, 12.5 to 12.5",
                RoundFigures.of(12.5).line("A.b n=2", "ms/op"));
        assertEquals("A.b: median 1.25 us/op; 1 round, 1.25 to 1.25", RoundFigures.of(1.25).line("A.b", "us/op"));
    }

    @Test
    void shouldRefuseToMakeAFigureOfNothing() {
        assertThrows(IllegalArgumentException.class, RoundFigures::of);
    }
}
