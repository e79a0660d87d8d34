package io.ouli.perf.result;

import io.ouli.perf.result.Statistics.Interval;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StatisticsTest {
    /** Values of the printed tables of Student's t. */
    @ParameterizedTest
    @CsvSource({"0.975, 1, 12.7062", "0.975, 4, 2.77645", "0.995, 8, 3.35539", "0.95, 30, 1.69726",
        "0.995, 1000, 2.58075", "0.5, 7, 0", "0.025, 4, -2.77645", "0.999, 2, 22.3271"})
    void shouldKnowTheQuantilesOfStudentsT(final double probability, final double freedom, final double t) {
        assertEquals(t, Statistics.tQuantile(probability, freedom), 1e-4 * Math.max(1, Math.abs(t)));
    }

    @Test
    void shouldTakeTheMedian() {
        assertEquals(3, Statistics.median(5, 1, 3));
        assertEquals(2.5, Statistics.median(4, 1, 2, 3));
        assertTrue(Double.isNaN(Statistics.median()));
    }

    @Test
    void shouldGiveTheTextbookInterval() {
        final Interval interval = Statistics.mean(new double[] {10, 12, 11, 13, 14}, 0.95);
        assertEquals(12, interval.estimate());
        assertEquals(12 - 2.77645 * Math.sqrt(2.5 / 5), interval.low(), 1e-4);
        assertEquals(12 + 2.77645 * Math.sqrt(2.5 / 5), interval.high(), 1e-4);
    }

    @Test
    void shouldNotClaimToKnowTheNoiseOfOneRound() {
        final Interval ratio = Statistics.ratio(new double[] {10}, new double[] {20, 21}, 0.99);
        assertEquals(0, ratio.low());
        assertTrue(Double.isInfinite(ratio.high()));
        assertTrue(ratio.holds(1));
    }

    /** The interval must hold the true ratio about as often as it says: neither much less nor always. */
    @Test
    void shouldCoverTheTrueRatioAsOftenAsPromised() {
        final SplittableRandom random = new SplittableRandom(42);
        int covered = 0;
        final int trials = 4_000;
        for (int i = 0; i < trials; i++) {
            if (Statistics.ratio(rounds(random, 100, 5), rounds(random, 110, 5), 0.95).holds(1.1)) {
                covered++;
            }
        }
        final double share = covered / (double) trials;
        assertTrue(share > 0.93 && share < 0.975, () -> "covered " + share);
    }

    private static double[] rounds(final SplittableRandom random, final double middle, final int count) {
        final double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = middle * Math.exp(0.05 * random.nextGaussian());
        }
        return values;
    }
}
