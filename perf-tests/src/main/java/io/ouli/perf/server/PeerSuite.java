package io.ouli.perf.server;

import io.ouli.engine.OuliException;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Measures several servers with one corpus in one run: all are started and warmed, then measured in turn, round by
 * round in rotated order, so that whatever the machine does hits all alike. Whose turn it is not is frozen.
 *
 * <p>A round has two parts for each server: the ceiling, from which CPU per request comes, and a fixed rate, from which
 * latency comes, measured by a generator that spins if it has a core of its own.
 */
public final class PeerSuite {
    private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Settings settings;
    private final PrintWriter log;
    private final List<String> warnings = new ArrayList<>();
    private long failures;

    /**
     * How servers are measured.
     *
     * @param rounds        at least 5 for a figure to quote.
     * @param connections   in both parts.
     * @param depth         requests under way on a connection in the ceiling part; 1 is without pipelining.
     * @param ratePerSecond of the fixed-rate part.
     * @param warmupNanos   for each server at full speed before the first round.
     * @param ceilingNanos  of the ceiling part.
     * @param latencyNanos  of the fixed-rate part.
     * @param reference     the server that ratios refer to.
     * @param pinning       cores of servers and client.
     * @param transport     the client's.
     * @param spinning      whether the generator never sleeps where latency is measured: it has a core of its own, and
     *                      how long it takes to wake up is no server's latency.
     */
    public record Settings(
            int rounds,
            int connections,
            int depth,
            double ratePerSecond,
            long warmupNanos,
            long ceilingNanos,
            long latencyNanos,
            String reference,
            Pinning pinning,
            TransportChoice transport,
            boolean spinning) {
        /** Checks what the plans do not check themselves. */
        public Settings {
            if (rounds < 1 || !(ratePerSecond > 0)) {
                throw new OuliException(rounds + " rounds at " + ratePerSecond
                        + "/s cannot be measured; choose at least 1 round and a rate above 0");
            }
        }
    }

    /** Prepares a run. @param log says what is done meanwhile. */
    public PeerSuite(final Settings settings, final PrintWriter log) {
        this.settings = settings;
        this.log = log;
    }

    /** Returns what has to be said before the figures: peers that were skipped, replies that were wrong. */
    public List<String> warnings() {
        return warnings;
    }

    /** Returns how many requests failed or were answered wrongly. */
    public long failures() {
        return failures;
    }

    /** Starts, warms and measures; returns one subject for each server that could be started. */
    public List<Subject> run(final List<ServerKind> kinds, final Corpus corpus) throws InterruptedException {
        final List<RunningServer> servers = new ArrayList<>();
        try {
            for (final ServerKind kind : kinds) {
                start(kind, corpus, servers);
            }
            final Map<RunningServer, Measured> measured = new LinkedHashMap<>();
            servers.forEach(server -> measured.put(server, new Measured()));
            freezeAll(servers);
            for (final RunningServer server : servers) {
                log.println("warming " + server.kind().name());
                server.thaw();
                warm(server);
                server.freeze();
            }
            for (int round = 0; round < settings.rounds; round++) {
                for (int i = 0; i < servers.size(); i++) {
                    final RunningServer server = servers.get((round + i) % servers.size());
                    log.print(String.format(Locale.ROOT, "round %d of %d: %-18s", round + 1, settings.rounds,
                            server.kind().name()));
                    log.flush();
                    server.thaw();
                    measure(server, measured.get(server), round);
                    server.freeze();
                }
                addRatios(measured, round);
            }
            for (final RunningServer server : servers) {
                finish(server, measured.get(server).replies);
            }
            return measured.entrySet().stream().map(entry -> subject(entry.getKey(), entry.getValue())).toList();
        } finally {
            servers.forEach(RunningServer::close);
        }
    }

    private void freezeAll(final List<RunningServer> servers) {
        if (!servers.stream().map(RunningServer::freeze).reduce(true, Boolean::logicalAnd)) {
            warnings.add("servers run while others are measured, for 'kill -STOP' could not stop them: one that"
                    + " busy-polls takes the others' time");
            log.println(warnings.getLast());
        }
    }

    /**
     * Warms in three runs, as the rounds go: a virtual machine that has never seen a connection end or a wait compiles
     * its whole loop again when it sees the first, and that would be in the first round.
     */
    private void warm(final RunningServer server) throws InterruptedException {
        final LoadPlan half = ceiling(server, settings.warmupNanos / 2, SETTLE_NANOS);
        new LoadRun(half, server.corpus(), null).execute();
        new LoadRun(latency(server, SETTLE_NANOS), server.corpus(), null).execute();
        new LoadRun(half, server.corpus(), null).execute();
    }

    private void start(final ServerKind kind, final Corpus corpus, final List<RunningServer> servers)
            throws InterruptedException {
        final String missing = kind.missing();
        if (missing != null) {
            skip(kind, missing);
            return;
        }
        try {
            log.println("starting " + kind.name());
            servers.add(RunningServer.start(kind, corpus, settings.pinning));
        } catch (final LoadException | IOException e) {
            skip(kind, e.getMessage().lines().findFirst().orElse(e.toString()));
        }
    }

    private void finish(final RunningServer server, final long replies) {
        String wrong;
        try {
            wrong = server.finish(replies);
        } catch (final IOException | OuliException e) {
            wrong = e.getMessage();
        }
        if (wrong != null) {
            failures++;
            warnings.add(server.kind().name() + ": " + wrong);
            log.println(warnings.getLast());
        }
    }

    private void skip(final ServerKind kind, final String reason) {
        warnings.add(kind.name() + " was skipped: " + reason);
        log.println(warnings.getLast());
    }

    private void measure(final RunningServer server, final Measured measured, final int round)
            throws InterruptedException {
        final LoadOutcome ceiling = new LoadRun(ceiling(server, SETTLE_NANOS, settings.ceilingNanos),
                server.corpus(), server.process()).execute();
        final LoadOutcome latency = new LoadRun(
                latency(server, settings.latencyNanos), server.corpus(), server.process()).execute();
        final Map<String, Double> figures = new LinkedHashMap<>(latency.metrics());
        for (final String name : List.of("achievedPerSecond", "cpuMicrosPerRequest", "userMicrosPerRequest", "rssMib",
                "clientBusyPercent")) {
            figures.put(name, ceiling.metrics().get(name));
        }
        // With one connection and no pipelining, that is the round trip of who asks again as soon as a reply is there.
        figures.put("closedLoopP50Micros", ceiling.metrics().get("serviceP50Micros"));
        figures.put("failures", (double) ceiling.failures() + latency.failures());
        figures.put("stealPercent", Math.max(ceiling.stealPercent(), latency.stealPercent()));
        if (round == 0) {
            figures.put("coldStartMillis", server.coldStartMillis());
            if (server.dataBytes() > 0) {
                figures.put("diskMib", server.dataBytes() / 1048576.0);
            }
        }
        measured.rounds.add(figures);
        measured.latency.add(latency.latency());
        measured.replies += ceiling.latency().getTotalCount() + latency.latency().getTotalCount();
        note(server, ceiling);
        note(server, latency);
        failures += ceiling.failures() + latency.failures();
        log.println(String.format(Locale.ROOT, " %,9.0f/s  %7.2f µs CPU  p50 %,.0f µs  p99 %,.0f µs",
                ceiling.achievedPerSecond(), figures.get("cpuMicrosPerRequest"), figures.get("p50Micros"),
                figures.get("p99Micros")));
    }

    /** A ceiling that is the client's own is no fault here: it is why CPU per request stands in the table. */
    private void note(final RunningServer server, final LoadOutcome outcome) {
        outcome.warnings().stream()
                .filter(warning -> !(outcome.plan().closedLoop() && warning.contains("the bottleneck")))
                // CPU per request is the ceiling part's.
                .filter(warning -> outcome.plan().closedLoop() || !warning.contains("is a guess"))
                .forEach(warning -> warnings.add(server.kind().name() + ": " + warning));
    }

    private void addRatios(final Map<RunningServer, Measured> all, final int round) {
        final Map<String, Double> reference = all.entrySet().stream()
                .filter(entry -> entry.getKey().kind().name().equals(settings.reference))
                .map(entry -> entry.getValue().rounds.get(round)).findFirst().orElse(null);
        if (reference == null) {
            return;
        }
        for (final Measured measured : all.values()) {
            final Map<String, Double> figures = measured.rounds.get(round);
            putRatio(figures, "cpuRatio", "cpuMicrosPerRequest", reference);
            putRatio(figures, "rateRatio", "achievedPerSecond", reference);
        }
    }

    /** A round so short that the kernel's clock saw nothing has no ratio. */
    private static void putRatio(
            final Map<String, Double> figures,
            final String name,
            final String of,
            final Map<String, Double> reference) {
        if (figures.get(of) > 0 && reference.get(of) > 0) {
            figures.put(name, figures.get(of) / reference.get(of));
        }
    }

    private LoadPlan ceiling(final RunningServer server, final long warmup, final long duration) {
        final LoadPlan plan = plan(server, 0, warmup, duration).withDepth(settings.depth);
        // One request under way at a time: there is no throughput to find, only a latency.
        return settings.connections == 1 && settings.depth == 1 ? unslept(plan) : plan;
    }

    private LoadPlan latency(final RunningServer server, final long duration) {
        return unslept(plan(server, settings.ratePerSecond, SETTLE_NANOS, duration));
    }

    private LoadPlan unslept(final LoadPlan plan) {
        return settings.spinning ? plan.withSpin(LoadPlan.SPIN_ALWAYS) : plan;
    }

    private LoadPlan plan(final RunningServer server, final double rate, final long warmup, final long duration) {
        return LoadPlan.of(server.address(), rate, settings.connections, warmup, duration)
                .withTransport(settings.transport);
    }

    private static Subject subject(final RunningServer server, final Measured measured) {
        return new Subject(server.kind().name(), server.kind().description(), measured.rounds, measured.latency);
    }

    /** What one server showed so far. */
    private static final class Measured {
        private final List<Map<String, Double>> rounds = new ArrayList<>();
        private final Histogram latency = LoadStats.histogram();
        private long replies;
    }
}
