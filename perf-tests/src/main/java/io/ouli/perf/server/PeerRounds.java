package io.ouli.perf.server;

import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What one server has shown so far: each round's figures, and the latencies of all rounds together. */
final class PeerRounds {
    private static final double MIB = 1 << 20;

    private final List<Map<String, Double>> rounds = new ArrayList<>();
    private final Histogram latencies = LoadStats.histogram();
    private long replies;

    /**
     * Adds a round.
     *
     * @return its figures.
     */
    Map<String, Double> add(final RunningServer server, final PeerCeiling ceiling, final LoadOutcome latency) {
        final Map<String, Double> figures = new LinkedHashMap<>(latency.metrics());
        figures.putAll(ceiling.figures());
        figures.put("failures", (double) ceiling.failures() + latency.failures());
        figures.put("stealPercent", Math.max(ceiling.stealPercent(), latency.stealPercent()));
        if (rounds.isEmpty()) {
            figures.put("coldStartMillis", server.coldStartMillis());
            if (server.dataBytes() > 0) {
                figures.put("diskMib", server.dataBytes() / MIB);
            }
        }
        rounds.add(figures);
        latencies.add(latency.latency());
        replies += ceiling.replies() + latency.latency().getTotalCount();
        return figures;
    }

    /** {@return how many replies all rounds had} */
    long replies() {
        return replies;
    }

    Subject subject(final ServerKind kind) {
        return new Subject(kind.name(), kind.description(), rounds, latencies);
    }

    /** Adds to a round of all servers what they took to what the one named {@code reference} did in it. */
    static void addRatios(final Map<RunningServer, PeerRounds> all, final String reference, final int round) {
        final Map<String, Double> base = all.entrySet().stream()
                .filter(entry -> entry.getKey().kind().name().equals(reference))
                .map(entry -> entry.getValue().rounds.get(round)).findFirst().orElse(null);
        if (base == null) {
            return;
        }
        for (final PeerRounds measured : all.values()) {
            final Map<String, Double> figures = measured.rounds.get(round);
            putRatio(figures, "cpuRatio", "cpuMicrosPerRequest", base);
            putRatio(figures, "rateRatio", "achievedPerSecond", base);
        }
    }

    /** A round so short that the kernel's clock saw nothing has no ratio. */
    private static void putRatio(
            final Map<String, Double> figures, final String name, final String of, final Map<String, Double> base) {
        if (figures.get(of) > 0 && base.get(of) > 0) {
            figures.put(name, figures.get(of) / base.get(of));
        }
    }
}
