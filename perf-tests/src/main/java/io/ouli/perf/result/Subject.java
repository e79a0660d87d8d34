package io.ouli.perf.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * What was measured, round by round.
 *
 * @param name        unique inside its result, the same from run to run.
 * @param description one line for people: version, transport, settings.
 * @param rounds      the figures of each round by name; a round may lack a figure.
 * @param latency     all rounds' latencies together in nanoseconds, or null where there are none.
 */
public record Subject(String name, String description, List<Map<String, Double>> rounds, Histogram latency) {
    /** Copies the rounds, their order kept. */
    public Subject {
        final List<Map<String, Double>> copy = new ArrayList<>();
        rounds.forEach(round -> copy.add(new LinkedHashMap<>(round)));
        rounds = List.copyOf(copy);
    }

    /** {@return one figure of each round that has it} */
    public double[] values(final String metric) {
        return rounds.stream().filter(round -> round.get(metric) != null).mapToDouble(round -> round.get(metric))
                .toArray();
    }

    /** {@return the median of one figure over the rounds, NaN when no round has it} */
    public double median(final String metric) {
        return Statistics.median(values(metric));
    }

    /** {@return the names of all figures, in the order in which they first appear} */
    public Set<String> metrics() {
        final Set<String> names = new LinkedHashSet<>();
        rounds.forEach(round -> names.addAll(round.keySet()));
        return names;
    }
}
