package io.ouli.perf.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps positive values to a length in pixels, equal ratios to equal distances.
 *
 * @param low    the value at 0 pixels.
 * @param high   the value at {@code pixels}.
 * @param pixels the length.
 */
record LogScale(double low, double high, double pixels) {
    private static final double[] STEPS = {1, 2, 5};

    /** Makes a scale that holds all of a range, rounded outwards to 1, 2 or 5 times a power of ten. */
    static LogScale around(final double least, final double most, final double pixels) {
        final double low = roundDown(Math.max(least, 1e-6));
        double high = roundUp(Math.max(most, low));
        if (high <= low) {
            high = roundUp(low * 1.5);
        }
        return new LogScale(low, high, pixels);
    }

    double at(final double value) {
        final double held = Math.clamp(value, low, high);
        return Math.log(held / low) / Math.log(high / low) * pixels;
    }

    /** {@return values to mark: powers of ten, with 2 and 5 times them while there are few} */
    List<Double> ticks() {
        final boolean few = Math.log10(high / low) <= 3;
        final List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high) + 1e-9; power++) {
            for (final double step : STEPS) {
                final double value = step * Math.pow(10, power);
                if (value >= low * 0.999999 && value <= high * 1.000001 && (few || step == 1)) {
                    ticks.add(value);
                }
            }
        }
        return ticks;
    }

    private static double roundDown(final double value) {
        final double power = Math.pow(10, Math.floor(Math.log10(value)));
        double rounded = power;
        for (final double step : STEPS) {
            if (step * power <= value * 1.000001) {
                rounded = step * power;
            }
        }
        return rounded;
    }

    private static double roundUp(final double value) {
        final double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (final double step : STEPS) {
            if (step * power >= value * 0.999999) {
                return step * power;
            }
        }
        return 10 * power;
    }
}
