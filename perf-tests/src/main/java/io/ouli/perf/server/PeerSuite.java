package io.ouli.perf.server;

import io.ouli.engine.OuliException;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import io.ouli.perf.result.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures several servers with one corpus in one run: all are started and warmed, then measured in turn, round by
 * round in rotated order, so that whatever the machine does hits all alike. Whose turn it is not is frozen.
 *
 * <p>A round has two parts for each server: the ceiling, from which CPU per request comes, and a fixed rate, from which
 * latency comes, measured by a generator that spins if it has a core of its own.
 */
public final class PeerSuite {
    private final Settings settings;
    private final PeerPlans plans;
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

    /**
     * Prepares a run.
     *
     * @param log says what is done meanwhile.
     */
    public PeerSuite(final Settings settings, final PrintWriter log) {
        this.settings = settings;
        this.plans = new PeerPlans(settings);
        this.log = log;
    }

    /** {@return what has to be said before the figures: peers that were skipped, replies that were wrong} */
    public List<String> warnings() {
        return warnings;
    }

    /** {@return how many requests failed or were answered wrongly} */
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
            freezeAll(servers);
            warm(servers);
            final Map<RunningServer, PeerRounds> measured = new LinkedHashMap<>();
            servers.forEach(server -> measured.put(server, new PeerRounds()));
            for (int round = 0; round < settings.rounds; round++) {
                measure(servers, measured, round);
                PeerRounds.addRatios(measured, settings.reference, round);
            }
            for (final RunningServer server : servers) {
                finish(server, measured.get(server).replies());
            }
            return measured.entrySet().stream().map(entry -> entry.getValue().subject(entry.getKey().kind())).toList();
        } finally {
            servers.forEach(RunningServer::close);
        }
    }

    private void warm(final List<RunningServer> servers) throws InterruptedException {
        final PeerWarmUp warmUp = new PeerWarmUp(plans, settings.warmupNanos);
        for (final RunningServer server : servers) {
            log.println("warming " + server.kind().name());
            server.thaw();
            if (!warmUp.warm(server)) {
                warnings.add(server.kind().name()
                        + " was still compiled when its warm-up was over; give it a longer one");
            }
            server.freeze();
        }
    }

    private void measure(
            final List<RunningServer> servers, final Map<RunningServer, PeerRounds> measured, final int round)
            throws InterruptedException {
        final Map<RunningServer, PeerCeiling> ceilings = ceilings(servers, round);
        for (int i = 0; i < servers.size(); i++) {
            final RunningServer server = servers.get((round + i) % servers.size());
            log.print(String.format(Locale.ROOT, "round %d of %d: %-18s", round + 1, settings.rounds,
                    server.kind().name()));
            log.flush();
            measure(server, measured.get(server), ceilings.get(server));
        }
    }

    private void freezeAll(final List<RunningServer> servers) {
        if (!servers.stream().map(RunningServer::freeze).reduce(true, Boolean::logicalAnd)) {
            warnings.add("servers run while others are measured, for 'kill -STOP' could not stop them: one that"
                    + " busy-polls takes the others' time");
            log.println(warnings.getLast());
        }
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
    private Map<RunningServer, PeerCeiling> ceilings(final List<RunningServer> servers, final int round)
            throws InterruptedException {
        final Map<RunningServer, PeerCeiling> ceilings = new LinkedHashMap<>();
        servers.forEach(server -> ceilings.put(server, new PeerCeiling()));
        for (int slice = 0; slice < settings.slices; slice++) {
            for (int i = 0; i < servers.size(); i++) {
                final RunningServer server = servers.get((round + slice + i) % servers.size());
                final LoadOutcome outcome = ask(server, plans.ceilingSlice(server));
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

    private void measure(final RunningServer server, final PeerRounds rounds, final PeerCeiling ceiling)
            throws InterruptedException {
        final LoadOutcome latency = ask(server, plans.latency(server));
        final Map<String, Double> figures = rounds.add(server, ceiling, latency);
        note(server, latency);
        failures += ceiling.failures() + latency.failures();
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
}
