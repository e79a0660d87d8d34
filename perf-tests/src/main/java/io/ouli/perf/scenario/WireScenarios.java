package io.ouli.perf.scenario;

import io.ouli.engine.transport.TransportChoice;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.Pinning;
import io.ouli.perf.server.RunningServer;
import io.ouli.perf.server.ServerKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Replays over sockets, server and client in processes and on cores of their own. */
public final class WireScenarios {
    private static final int PIPELINE_CONNECTIONS = 8;
    private static final int PIPELINE_DEPTH = 16;

    private final Corpus corpus;
    private final Pinning pinning;
    private final TransportChoice client;
    private final long warmupNanos;
    private final long roundNanos;
    private final List<String> warnings = new ArrayList<>();
    private long failures;

    /** Prepares; every round lasts {@code roundNanos} after a warm-up of {@code warmupNanos}. */
    public WireScenarios(
            final Corpus corpus,
            final Pinning pinning,
            final TransportChoice client,
            final long warmupNanos,
            final long roundNanos) {
        this.corpus = corpus;
        this.pinning = pinning;
        this.client = client;
        this.warmupNanos = warmupNanos;
        this.roundNanos = roundNanos;
    }

    /** {@return what has to be said before the figures} */
    public List<String> warnings() {
        return warnings;
    }

    /** {@return how many requests failed} */
    public long failures() {
        return failures;
    }

    /** One request after the other on one connection, then 16 at a time on each of 8. */
    public List<Subject> roundTrips(final ServerKind kind, final int rounds) throws IOException, InterruptedException {
        try (RunningServer server = RunningServer.start(kind, corpus, pinning)) {
            final LoadPlan one = LoadPlan.of(server.address(), 0, 1, warmupNanos, roundNanos).withTransport(client);
            final LoadPlan many = LoadPlan.of(server.address(), 0, PIPELINE_CONNECTIONS, warmupNanos, roundNanos)
                    .withDepth(PIPELINE_DEPTH).withTransport(client);
            return List.of(
                    run(kind.name() + " wire round trip", "1 connection, one after the other; " + kind.description(),
                            one, server, rounds),
                    run(kind.name() + " wire throughput", PIPELINE_CONNECTIONS + " connections, " + PIPELINE_DEPTH
                            + " pipelined; " + kind.description(), many, server, rounds));
        }
    }

    /**
     * The same fixed rate straight at an upstream and through a server that records it, in turn.
     *
     * @param upstream  answers the corpus.
     * @param recording makes the server in front of the upstream's address.
     */
    public List<Subject> recordOverhead(
            final ServerKind upstream,
            final Function<RunningServer, ServerKind> recording,
            final double rate,
            final int connections,
            final int rounds) throws IOException, InterruptedException {
        try (RunningServer direct = RunningServer.start(upstream, corpus, pinning);
                RunningServer recorder = RunningServer.start(recording.apply(direct), corpus, pinning)) {
            final List<Map<String, Double>> straight = new ArrayList<>();
            final List<Map<String, Double>> through = new ArrayList<>();
            final Histogram straightLatency = LoadStats.histogram();
            final Histogram throughLatency = LoadStats.histogram();
            final LoadPlan plan = LoadPlan.of(direct.address(), rate, connections, warmupNanos, roundNanos)
                    .withTransport(client);
            for (int round = 0; round < rounds; round++) {
                straight.add(once(direct.kind().name() + " direct", plan, direct, straightLatency));
                through.add(once(recorder.kind().name(), plan.withAddress(recorder.address()), recorder,
                        throughLatency));
            }
            return List.of(new Subject("direct", upstream.description(), straight, straightLatency),
                    new Subject(recorder.kind().name(), recorder.kind().description(), through, throughLatency));
        }
    }

    private Subject run(
            final String name,
            final String description,
            final LoadPlan plan,
            final RunningServer server,
            final int rounds) throws InterruptedException {
        final List<Map<String, Double>> figures = new ArrayList<>();
        final Histogram all = LoadStats.histogram();
        for (int round = 0; round < rounds; round++) {
            figures.add(once(name, plan, server, all));
        }
        return new Subject(name, description, figures, all);
    }

    private Map<String, Double> once(
            final String name,
            final LoadPlan plan,
            final RunningServer server,
            final Histogram into) throws InterruptedException {
        final LoadOutcome outcome = new LoadRun(plan, server.corpus(), server.process()).execute();
        into.add(outcome.latency());
        failures += outcome.failures();
        outcome.warnings().stream()
                .filter(warning -> !(plan.closedLoop() && warning.contains("the bottleneck")))
                .forEach(warning -> warnings.add(name + ": " + warning));
        final Map<String, Double> figures = new LinkedHashMap<>(outcome.metrics());
        figures.put("replies", (double) outcome.latency().getTotalCount());
        return figures;
    }
}
