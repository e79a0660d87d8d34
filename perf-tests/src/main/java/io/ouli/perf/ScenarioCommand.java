package io.ouli.perf;

import io.ouli.engine.transport.TransportChoice;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Figures;
import io.ouli.perf.result.Goal;
import io.ouli.perf.result.Metric;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import io.ouli.perf.scenario.EngineScenarios;
import io.ouli.perf.scenario.MillionScenario;
import io.ouli.perf.scenario.WireScenarios;
import io.ouli.perf.server.NginxServer;
import io.ouli.perf.server.OuliRecorder;
import io.ouli.perf.server.OuliServer;
import io.ouli.perf.server.Pinning;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ouli bench scenario}: the source RFC's two performance tests, and the four numbers kept apart. */
@Command(name = "scenario", description = {
    "Measures one thing at a time: replay in this process and over sockets, opening, recording.",
    "lookup: 10,000 replays in this process, each timed (RFC-008: p50 < 50 µs, p99 < 100 µs).",
    "throughput: 100,000 replays in this process, timed together (RFC-008: > 100,000/s).",
    "million: 1,000,000 different GETs in random order, one thread (p50 <= 1.5 µs, p99 <= 4 µs, >= 600,000/s).",
    "open: opening a recording up to its first reply, in a JVM warmed up for it ('coldstart': in a new one).",
    "wire: the same over sockets, server and client in processes of their own.",
    "record: latency through a recording proxy beside that of its upstream, at one rate (needs nginx)."})
final class ScenarioCommand implements Callable<Integer> {
    /** What can be asked for. */
    enum Name { lookup, throughput, million, open, wire, record, all }

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "of ${COMPLETION-CANDIDATES}")
    private List<Name> names;

    @Mixin
    private CorpusOptions corpusOptions;

    @Option(names = "--rounds", defaultValue = "5", converter = RoundsConverter.class,
            description = "(${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--warmup", defaultValue = "2s", converter = DurationConverter.class,
            description = "before each round over sockets (${DEFAULT-VALUE})")
    private Duration warmup;

    @Option(names = {"-d", "--duration"}, defaultValue = "3s", converter = DurationConverter.class,
            description = "of each round over sockets (${DEFAULT-VALUE})")
    private Duration duration;

    @Option(names = {"-r", "--rate"}, defaultValue = "1000", description = "of record (${DEFAULT-VALUE}/s)")
    private double rate;

    @Option(names = {"-c", "--connections"}, defaultValue = "16", description = "of record (${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--transports", split = ",", defaultValue = "io_uring,nio",
            description = "of the servers (${DEFAULT-VALUE})")
    private List<String> transports;

    @Option(names = "--client-transport", defaultValue = "auto", paramLabel = "auto|io_uring|nio",
            description = "(${DEFAULT-VALUE})")
    private String clientTransport;

    @Option(names = "--no-pinning", description = "leave cores to the scheduler")
    private boolean unpinned;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    private final List<Subject> subjects = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private long failures;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final Instant started = Instant.now();
        final Set<Name> wanted = names.contains(Name.all) ? EnumSet.allOf(Name.class) : EnumSet.copyOf(names);
        final Corpus corpus = corpusOptions.corpus();
        final Pinning choice = unpinned ? Pinning.NONE : Pinning.choose();
        final Pinning pinning = choice.pinClient() ? choice : Pinning.NONE;
        inProcess(wanted, corpus);
        if (wanted.contains(Name.million)) {
            try (MillionScenario million = new MillionScenario()) {
                subjects.add(million.run(rounds));
            }
        }
        overSockets(wanted, corpus, pinning);
        if (subjects.isEmpty()) {
            throw new LoadException("nothing could be measured: " + String.join("; ", warnings));
        }
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("corpus", corpus.name());
        settings.put("pinning", pinning.describe());
        settings.put("duration", DurationConverter.format(duration));
        settings.put("rate", Double.toString(rate));
        settings.put("connections", Integer.toString(connections));
        final BenchResult result = Results.of("scenario", settings, Results.condense(warnings), subjects, started);
        result.warnings().forEach(warning -> out.println("! " + warning));
        subjects.forEach(subject -> out.print(text(subject)));
        out.flush();
        output.keep(result, spec.commandLine().getErr());
        return failures == 0 ? 0 : Main.EXIT_WRONG;
    }

    private void inProcess(final Set<Name> wanted, final Corpus corpus) throws IOException {
        try (EngineScenarios scenarios = new EngineScenarios(corpus)) {
            if (wanted.contains(Name.lookup)) {
                subjects.add(scenarios.lookup(rounds));
            }
            if (wanted.contains(Name.throughput)) {
                subjects.add(scenarios.throughput(rounds));
            }
            if (wanted.contains(Name.open)) {
                subjects.add(scenarios.openToFirstReply(rounds));
            }
        }
    }

    private void overSockets(final Set<Name> wanted, final Corpus corpus, final Pinning pinning)
            throws IOException, InterruptedException {
        final WireScenarios scenarios = new WireScenarios(corpus, pinning, TransportChoice.parse(clientTransport),
                warmup.toNanos(), duration.toNanos());
        for (final String transport : transports) {
            try {
                if (wanted.contains(Name.wire)) {
                    subjects.addAll(scenarios.roundTrips(new OuliServer("ouli-" + transport, transport, 1), rounds));
                }
                if (wanted.contains(Name.record)) {
                    record(scenarios, transport);
                }
            } catch (final LoadException e) {
                warnings.add(transport + " was skipped: " + e.getMessage().lines().findFirst().orElse(""));
            }
        }
        warnings.addAll(scenarios.warnings());
        failures += scenarios.failures();
    }

    private void record(final WireScenarios scenarios, final String transport)
            throws IOException, InterruptedException {
        final NginxServer upstream = new NginxServer("nginx-map", true);
        if (upstream.missing() != null) {
            warnings.add("record was skipped: " + upstream.missing());
            return;
        }
        for (final Subject subject : scenarios.recordOverhead(upstream,
                direct -> new OuliRecorder(transport, direct.address()), rate, connections, rounds)) {
            subjects.add("direct".equals(subject.name())
                    ? new Subject("direct, beside " + transport, subject.description(), subject.rounds(),
                    subject.latency())
                    : subject);
        }
    }

    private static String text(final Subject subject) {
        final StringBuilder text = new StringBuilder(subject.name()).append(" (").append(subject.description())
                .append(")\n");
        subject.metrics().stream().flatMap(name -> Metric.of(name).stream()).forEach(metric -> {
            text.append(String.format(Locale.ROOT, "  %-22s %14s%s%n", metric.label(),
                    Figures.format(subject.median(metric.key()), metric.unit()), target(subject, metric)));
        });
        return text.toString();
    }

    /** Sets a figure beside what is asked of it. */
    private static String target(final Subject subject, final Metric metric) {
        return Goal.of("scenario", subject, metric).map(goal -> String.format(Locale.ROOT, "   %-9s%s",
                goal.verdict() == Goal.Verdict.MET ? "met" : "NOT MET", goal.text())).orElse("");
    }
}
