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
    /** Before a slice: every connection is there and has been used, and the look at the machine is over. */
    private static final long SETTLE_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Longer than a proxy keeps most unused connections, as others' turns are. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_200);
    /** For each of its seconds, a warm-up may get one run more. */
    private static final long MORE_WARM_UPS_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A compiler that takes less of a server's time than this is done. */
    private static final double MOST_COMPILING = 0.02;

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
     * @param slices        that a ceiling part is measured in, servers by turns; 1 for all of it at once. A machine
     *                      whose speed changes in between does so for all alike.
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
            int slices,
            long warmupNanos,
            long ceilingNanos,
            long latencyNanos,
            String reference,
            Pinning pinning,
            TransportChoice transport,
            boolean spinning) {
        /** Checks what the plans do not check themselves. */
        public Settings {
            if (rounds < 1 || slices < 1 || !(ratePerSecond > 0)) {
                throw new OuliException(rounds + " rounds of " + slices + " slices at " + ratePerSecond
                        + "/s cannot be measured; choose at least 1 round, 1 slice and a rate above 0");
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
                final Map<RunningServer, Ceiling> ceilings = ceilings(servers, round);
                for (int i = 0; i < servers.size(); i++) {
                    final RunningServer server = servers.get((round + i) % servers.size());
                    log.print(String.format(Locale.ROOT, "round %d of %d: %-18s", round + 1, settings.rounds,
                            server.kind().name()));
                    log.flush();
                    measure(server, measured.get(server), ceilings.get(server), round);
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
     * Warms in three runs with pauses between them, as the rounds go: a virtual machine that has never seen a
     * connection end, a wait, or a kept connection gone compiles its whole loop again when it sees the first, and that
     * would be in the first round. On a core that others use too, the compiler is not done by then; what it takes is no
     * request's, so it gets some runs more.
     */
    private void warm(final RunningServer server) throws InterruptedException {
        final LoadPlan half = ceiling(server, settings.warmupNanos / 2, SETTLE_NANOS);
        new LoadRun(half, server.corpus(), null).execute();
        pause(server);
        new LoadRun(latency(server, SETTLE_NANOS), server.corpus(), null).execute();
        pause(server);
        LoadOutcome last = new LoadRun(half, server.corpus(), server.process()).execute();
        final long most = settings.warmupNanos / MORE_WARM_UPS_NANOS;
        for (long more = 0; more < most && compiles(last); more++) {
            pause(server);
            last = new LoadRun(ceiling(server, SETTLE_NANOS, 2 * SETTLE_NANOS), server.corpus(), server.process())
                    .execute();
        }
        if (most > 0 && compiles(last)) {
            warnings.add(server.kind().name() + " was still compiled when its warm-up was over; give it a longer one");
        }
    }

    private void pause(final RunningServer server) throws InterruptedException {
        if (settings.warmupNanos > PAUSE_NANOS) {
            server.freeze();
            TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
            server.thaw();
        }
    }

    private static boolean compiles(final LoadOutcome outcome) {
        return outcome.server().compilerNanos() > MOST_COMPILING * outcome.server().cpuNanos();
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

    /** Measures the ceiling part of a round, in slices. */
    private Map<RunningServer, Ceiling> ceilings(final List<RunningServer> servers, final int round)
            throws InterruptedException {
        final Map<RunningServer, Ceiling> ceilings = new LinkedHashMap<>();
        servers.forEach(server -> ceilings.put(server, new Ceiling()));
        final long settle = settings.slices == 1 ? SETTLE_NANOS : SETTLE_SLICE_NANOS;
        for (int slice = 0; slice < settings.slices; slice++) {
            for (int i = 0; i < servers.size(); i++) {
                final RunningServer server = servers.get((round + slice + i) % servers.size());
                final LoadOutcome outcome =
                        ask(server, ceiling(server, settle, settings.ceilingNanos / settings.slices));
                ceilings.get(server).add(outcome);
                note(server, outcome);
            }
        }
        return ceilings;
    }

    private LoadOutcome ask(final RunningServer server, final LoadPlan plan) throws InterruptedException {
        server.thaw();
        try {
            return new LoadRun(plan, server.corpus(), server.process()).execute();
        } finally {
            server.freeze();
        }
    }

    private void measure(
            final RunningServer server, final Measured measured, final Ceiling ceiling, final int round)
            throws InterruptedException {
        final LoadOutcome latency = ask(server, latency(server, settings.latencyNanos));
        final Map<String, Double> figures = new LinkedHashMap<>(latency.metrics());
        figures.putAll(ceiling.figures());
        figures.put("failures", (double) ceiling.failures + latency.failures());
        figures.put("stealPercent", Math.max(ceiling.stealPercent, latency.stealPercent()));
        if (round == 0) {
            figures.put("coldStartMillis", server.coldStartMillis());
            if (server.dataBytes() > 0) {
                figures.put("diskMib", server.dataBytes() / 1048576.0);
            }
        }
        measured.rounds.add(figures);
        measured.latency.add(latency.latency());
        measured.replies += ceiling.replies + latency.latency().getTotalCount();
        note(server, latency);
        failures += ceiling.failures + latency.failures();
        log.println(String.format(Locale.ROOT, " %,9.0f/s  %7.2f µs CPU  p50 %,.0f µs  p99 %,.0f µs",
                figures.get("achievedPerSecond"), figures.get("cpuMicrosPerRequest"), figures.get("p50Micros"),
                figures.get("p99Micros")));
    }

    /** A ceiling that is the client's own is no fault here: it is why CPU per request stands in the table. */
    private void note(final RunningServer server, final LoadOutcome outcome) {
        outcome.warnings().stream()
                .filter(warning -> !(outcome.plan().closedLoop() && warning.contains("the bottleneck")))
                // CPU per request is the ceiling part's, all slices together.
                .filter(warning -> outcome.plan().closedLoop() && settings.slices == 1
                        || !warning.contains("is a guess"))
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

    /** The ceiling part of a round, from its slices. */
    private static final class Ceiling {
        private final List<LoadOutcome> slices = new ArrayList<>();
        private LoadOutcome.ServerUse use;
        private long replies;
        private long failures;
        private double stealPercent;

        private void add(final LoadOutcome slice) {
            slices.add(slice);
            use = use == null ? slice.server() : use.plus(slice.server());
            replies += slice.latency().getTotalCount();
            failures += slice.failures();
            stealPercent = Math.max(stealPercent, slice.stealPercent());
        }

        private Map<String, Double> figures() {
            final Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("achievedPerSecond", mean("achievedPerSecond"));
            figures.put("cpuMicrosPerRequest", use.cpuMicrosPerRequest());
            figures.put("userMicrosPerRequest", use.userMicrosPerRequest());
            figures.put("compilerMicrosPerRequest", use.compilerMicrosPerRequest());
            figures.put("rssMib", use.rssBytes() / 1048576.0);
            figures.put("clientBusyPercent", mean("clientBusyPercent"));
            // With one connection and no pipelining, that is the round trip of who asks again as soon as a reply is
            // there.
            figures.put("closedLoopP50Micros", mean("serviceP50Micros"));
            return figures;
        }

        private double mean(final String figure) {
            return slices.stream().mapToDouble(slice -> slice.metrics().get(figure)).average().orElseThrow();
        }
    }

    /** What one server showed so far. */
    private static final class Measured {
        private final List<Map<String, Double>> rounds = new ArrayList<>();
        private final Histogram latency = LoadStats.histogram();
        private long replies;
    }
}
