package io.ouli.perf.result;

import io.ouli.proxy.facts.MachineFacts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes results and tells where they belong. */
public final class Results {
    private static final int LEAST_ROUNDS = 5;

    private Results() {
    }

    /** Joins subjects, facts and warnings into a result that begins now; too few rounds are one warning more. */
    public static BenchResult of(
            final String kind,
            final Map<String, String> settings,
            final List<String> warnings,
            final List<Subject> subjects,
            final Instant started) {
        final List<String> all = new ArrayList<>(warnings);
        final int fewest = subjects.stream().mapToInt(subject -> subject.rounds().size()).min().orElse(0);
        if (fewest < LEAST_ROUNDS) {
            all.add("only " + fewest + (fewest == 1 ? " round" : " rounds")
                    + ": a first look, not a figure to quote (at least " + LEAST_ROUNDS + ")");
        }
        return new BenchResult(kind, started.truncatedTo(ChronoUnit.SECONDS).toString(),
                MachineFacts.read().values(), new LinkedHashMap<>(settings), all, subjects);
    }

    /**
     * Says warnings of many rounds once that differ in their numbers only: the first of them, and how many there were.
     */
    public static List<String> condense(final List<String> warnings) {
        final Map<String, List<String>> alike = warnings.stream().collect(Collectors.groupingBy(
                warning -> warning.replaceAll("[0-9.,]+", "#"), LinkedHashMap::new, Collectors.toList()));
        return alike.values().stream()
                .map(same -> same.size() == 1 ? same.getFirst() : same.getFirst() + " (and " + (same.size() - 1)
                        + " more like it)")
                .toList();
    }
}
