package io.ouli.jmh;

import java.util.Arrays;
import java.util.Locale;

/**
 * The figure to quote of one benchmark: the median of its rounds, with the least and the most. JMH's own is the mean,
 * which one round that the machine held up spoils for all.
 *
 * @param median of the rounds; of an even number, between the two in the middle.
 * @param least  of the rounds.
 * @param most   of the rounds.
 * @param count  how many rounds there were.
 */
record RoundFigures(double median, double least, double most, int count) {
    private static final String NANOS = "ns/op";
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * Makes them of the rounds' scores.
     *
     * @throws IllegalArgumentException if there are none.
     */
    static RoundFigures of(final double... scores) {
        if (scores.length == 0) {
            throw new IllegalArgumentException("no round, no figure");
        }
        final double[] sorted = scores.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        final double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new RoundFigures(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    /**
     * {@return one line for people}
     *
     * @param name of the benchmark.
     * @param unit of the scores, as JMH writes it; of nanoseconds an operation, operations a second are added.
     */
    String line(final String name, final String unit) {
        final String rate = NANOS.equals(unit)
                ? String.format(Locale.ROOT, ", %,.0f/s", NANOS_PER_SECOND / median)
                : "";
        return String.format(Locale.ROOT, "%s: median %s %s%s; %d %s, %s to %s", name, number(median), unit, rate,
                count, count == 1 ? "round" : "rounds", number(least), number(most));
    }

    /** Three digits at least, and no more than mean something. */
    private static String number(final double value) {
        final double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
