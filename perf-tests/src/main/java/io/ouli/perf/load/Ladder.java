package io.ouli.perf.load;

import io.ouli.engine.OuliException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rates are tried, and which rung is the last that a server can hold.
 *
 * @param rates requests a second, rising.
 */
public record Ladder(List<Double> rates) {
    /** Rungs beyond the knee that are still climbed, to show how it breaks. */
    private static final int BEYOND = 1;
    private static final int MOST_RUNGS = 100;

    /** Checks that the rates rise. */
    public Ladder {
        rates = List.copyOf(rates);
        for (int i = 0; i < rates.size(); i++) {
            if (!(rates.get(i) > (i == 0 ? 0 : rates.get(i - 1)))) {
                throw new OuliException("the rates of a ladder must rise from above 0, and " + rates + " do not");
            }
        }
        if (rates.isEmpty() || rates.size() > MOST_RUNGS) {
            throw new OuliException("a ladder of " + rates.size() + " rungs cannot be; choose 1 to " + MOST_RUNGS);
        }
    }

    /** Makes rungs from {@code first} to {@code last}, each {@code factor} times the one below. */
    public static Ladder geometric(final double first, final double last, final double factor) {
        if (!(first > 0 && last >= first && factor > 1)) {
            throw new OuliException("no ladder leads from " + first + " to " + last + " by steps of " + factor
                    + "; choose a rising range and a factor above 1");
        }
        final List<Double> rates = new ArrayList<>();
        double rate = first;
        while (rate <= last * 1.000_001 && rates.size() <= MOST_RUNGS) {
            rates.add((double) Math.round(rate));
            rate *= factor;
        }
        return new Ladder(rates);
    }

    /** {@return the last rung before the first that was not held, -1 if even the first was not} */
    public static int knee(final List<Boolean> held) {
        int knee = -1;
        while (knee + 1 < held.size() && held.get(knee + 1)) {
            knee++;
        }
        return knee;
    }

    /** {@return whether climbing on shows nothing more} */
    public static boolean finished(final List<Boolean> held) {
        return held.size() - 1 - knee(held) > BEYOND;
    }
}
