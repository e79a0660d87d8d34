package io.ouli.perf.result;

import java.util.Arrays;

/** The few statistics that a comparison of rounds needs. */
public final class Statistics {
    private static final int FRACTION_STEPS = 300;
    private static final double FRACTION_EPSILON = 1e-15;

    private Statistics() {
    }

    /**
     * A range that holds the true value with the confidence that was asked for.
     *
     * @param low      its lower end.
     * @param estimate the best single value.
     * @param high     its upper end.
     */
    public record Interval(double low, double estimate, double high) {
        /** {@return whether the range holds a value} */
        public boolean holds(final double value) {
            return low <= value && value <= high;
        }
    }

    /** {@return the median, NaN of nothing} */
    public static double median(final double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * Estimates the ratio of two independent sets of rounds by Welch's t interval on logarithms, which suits times and
     * rates: they are positive and their noise is proportional.
     *
     * @param before     positive values, at least 2.
     * @param after      positive values, at least 2.
     * @param confidence such as 0.99.
     * @return the interval of after / before; unbounded where a set is too small to tell its own noise.
     */
    public static Interval ratio(final double[] before, final double[] after, final double confidence) {
        final double[] x = logs(before);
        final double[] y = logs(after);
        final double estimate = Math.exp(mean(y) - mean(x));
        if (x.length < 2 || y.length < 2) {
            return new Interval(0, estimate, Double.POSITIVE_INFINITY);
        }
        final double vx = variance(x) / x.length;
        final double vy = variance(y) / y.length;
        final double error = Math.sqrt(vx + vy);
        if (error == 0) {
            return new Interval(estimate, estimate, estimate);
        }
        final double freedom = (vx + vy) * (vx + vy)
                / (vx * vx / (x.length - 1) + vy * vy / (y.length - 1));
        final double margin = tQuantile(1 - (1 - confidence) / 2, freedom) * error;
        return new Interval(estimate * Math.exp(-margin), estimate, estimate * Math.exp(margin));
    }

    /** Estimates the mean of one set by Student's t interval, unbounded below two values. */
    public static Interval mean(final double[] values, final double confidence) {
        final double mean = mean(values);
        if (values.length < 2) {
            return new Interval(Double.NEGATIVE_INFINITY, mean, Double.POSITIVE_INFINITY);
        }
        final double margin = tQuantile(1 - (1 - confidence) / 2, values.length - 1)
                * Math.sqrt(variance(values) / values.length);
        return new Interval(mean - margin, mean, mean + margin);
    }

    /** Estimates the mean of ratios, by their logarithms: twice and half cancel out. */
    public static Interval ratioMean(final double[] ratios, final double confidence) {
        final Interval of = mean(logs(ratios), confidence);
        return new Interval(Math.exp(of.low()), Math.exp(of.estimate()), Math.exp(of.high()));
    }

    /** {@return the value below which Student's t with {@code freedom} degrees lies with {@code probability}} */
    static double tQuantile(final double probability, final double freedom) {
        if (probability < 0.5) {
            return -tQuantile(1 - probability, freedom);
        }
        double low = 0;
        double high = 1;
        while (tCumulative(high, freedom) < probability && high < 1e12) {
            high *= 2;
        }
        for (int i = 0; i < 200 && high - low > 1e-12 * high; i++) {
            final double middle = (low + high) / 2;
            if (tCumulative(middle, freedom) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** {@return the probability that Student's t lies below {@code t}, which is not negative} */
    private static double tCumulative(final double t, final double freedom) {
        return 1 - incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2;
    }

    /** The regularised incomplete beta function, by its continued fraction (Lentz). */
    private static double incompleteBeta(final double a, final double b, final double x) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        if (x > (a + 1) / (a + b + 2)) {
            return 1 - incompleteBeta(b, a, 1 - x);
        }
        final double front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x)
                + b * Math.log1p(-x)) / a;
        double c = 1;
        double d = 1 / guarded(1 - (a + b) * x / (a + 1));
        double fraction = d;
        for (int m = 1; m < FRACTION_STEPS; m++) {
            final double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / guarded(1 + even * d);
            c = guarded(1 + even / c);
            fraction *= c * d;
            final double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / guarded(1 + odd * d);
            c = guarded(1 + odd / c);
            fraction *= c * d;
            if (Math.abs(c * d - 1) < FRACTION_EPSILON) {
                break;
            }
        }
        return front * fraction;
    }

    private static double guarded(final double value) {
        return Math.abs(value) < 1e-300 ? 1e-300 : value;
    }

    /** Stirling's series after raising the argument above 10, where it is exact to double precision. */
    private static double logGamma(final double value) {
        double x = value;
        double shift = 0;
        while (x < 10) {
            shift -= Math.log(x);
            x++;
        }
        final double inverse = 1 / (x * x);
        final double series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / x;
        return shift + (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
    }

    private static double mean(final double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double variance(final double[] values) {
        final double mean = mean(values);
        return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum() / (values.length - 1);
    }

    private static double[] logs(final double[] values) {
        return Arrays.stream(values).map(Math::log).toArray();
    }
}
