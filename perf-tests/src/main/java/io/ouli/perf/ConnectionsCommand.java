package io.ouli.perf;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.NginxServer;
import io.ouli.perf.server.OuliServer;
import io.ouli.perf.server.Pinning;
import io.ouli.perf.server.RunningServer;
import io.ouli.perf.server.ServerKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ouli bench connections}: many connections that are hardly used, and what each costs its server. */
@Command(name = "connections", description = {
    "Opens many connections, asks on each now and then, and shows the memory that one takes.",
    "Every byte is verified. A connection takes the growth of the server's resident memory over a run with an eighth",
    "of them, divided by the difference. Before,",
    "that smaller run is repeated until memory stands still: what a virtual machine grows by while it compiles is no",
    "connection's."})
final class ConnectionsCommand implements Callable<Integer> {
    /** The part of the connections that memory is settled with. */
    private static final int PART = 8;
    private static final int MOST_SETTLING_RUNS = 12;
    /** Memory stands still when a run adds less. */
    private static final long STILL_BYTES = 64 << 10;
    private static final int SPARE = 16;

    @Option(names = {"-c", "--connections"}, split = ",", defaultValue = "4000,10000",
            description = "(${DEFAULT-VALUE})")
    private List<Integer> counts;

    @Option(names = {"-r", "--rate"}, defaultValue = "5000", description = "over all of them (${DEFAULT-VALUE}/s)")
    private double rate;

    @Option(names = "--duration", defaultValue = "6s", converter = DurationConverter.class,
            description = "(${DEFAULT-VALUE})")
    private Duration duration;

    @Mixin
    private CorpusOptions corpusOptions;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        final PrintWriter out = spec.commandLine().getOut();
        final Instant started = Instant.now();
        final Corpus corpus = corpusOptions.corpus();
        final List<Subject> subjects = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        double failures = 0;
        out.println("server       connections  B/connection  RSS MiB  achieved/s   p50 µs    p99 µs  failures");
        for (final ServerKind kind : kinds()) {
            if (kind.missing() != null) {
                warnings.add(kind.name() + " was skipped: " + kind.missing());
                continue;
            }
            for (final int count : counts) {
                // A fresh process each time: what an earlier run has grown would hide what this one needs.
                try (RunningServer server = RunningServer.start(kind, corpus, Pinning.NONE)) {
                    final Histogram latency = LoadStats.histogram();
                    final Map<String, Double> figures = measure(server, count, warnings, latency);
                    failures += figures.get("failures");
                    subjects.add(new Subject(kind.name() + "-" + count, kind.description(), List.of(figures), latency));
                    out.println(line(kind.name(), count, figures));
                    out.flush();
                }
            }
        }
        warnings.forEach(warning -> out.println("! " + warning));
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("corpus", corpus.name());
        settings.put("rate", Double.toString(rate));
        settings.put("duration", DurationConverter.format(duration));
        final BenchResult result =
                Results.of("connections", settings, Results.condense(warnings), subjects, started);
        output.keep(result, spec.commandLine().getErr());
        return failures == 0 ? 0 : Main.EXIT_WRONG;
    }

    private List<ServerKind> kinds() {
        final String most = Integer.toString(counts.stream().mapToInt(Integer::intValue).max().orElse(1) + SPARE);
        return List.of(new OuliServer("ouli-uring", "io_uring", 1).with("ouli-uring", "--max-connections", most),
                new OuliServer("ouli-nio", "nio", 1).with("ouli-nio", "--max-connections", most),
                new NginxServer("nginx", false));
    }

    private Map<String, Double> measure(final RunningServer server, final int count, final List<String> warnings,
            final Histogram latency) throws InterruptedException {
        final int fewer = Math.max(1, count / PART);
        final long before = settle(server, fewer);
        final LoadOutcome outcome = run(server, count, duration.toNanos());
        outcome.warnings().forEach(warning -> warnings.add(server.kind().name() + ", " + count + ": " + warning));
        latency.add(outcome.latency());
        final Map<String, Double> figures = new LinkedHashMap<>(outcome.metrics());
        figures.put("bytesPerConnection", (outcome.server().rssBytes() - before) / (double) Math.max(1, count - fewer));
        return figures;
    }

    /** Opens fewer connections again and again until the server does not grow by it; returns its memory with them. */
    private long settle(final RunningServer server, final int fewer) throws InterruptedException {
        long before = 0;
        for (int i = 0; i < MOST_SETTLING_RUNS; i++) {
            final long now = run(server, fewer, duration.toNanos() / 2).server().rssBytes();
            if (Math.abs(now - before) < STILL_BYTES) {
                return now;
            }
            before = now;
        }
        return before;
    }

    private LoadOutcome run(final RunningServer server, final int count, final long nanos)
            throws InterruptedException {
        return new LoadRun(LoadPlan.of(server.address(), rate, count, nanos / 2, nanos),
                server.corpus(), server.process()).execute();
    }

    private static String line(final String name, final int count, final Map<String, Double> figures) {
        return String.format(Locale.ROOT, "%-12s %,11d %,13.0f %8.1f %,11.0f %,8.0f %,9.0f %,9.0f", name, count,
                figures.get("bytesPerConnection"), figures.get("rssMib"), figures.get("achievedPerSecond"),
                figures.get("p50Micros"), figures.get("p99Micros"), figures.get("failures"));
    }
}
