package io.ouli.perf;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.pairs.PairedServers;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Goal;
import io.ouli.perf.result.Metric;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Statistics;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.OuliServer;
import io.ouli.perf.server.Pinning;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ouli bench metrics}: what counting and timing costs a request. */
@Command(name = "metrics", description = {
    "Measures what metrics and histograms cost a request.",
    "Pairs of servers, with and without, are asked in short slices by turns; what counts is the processor time of",
    "their workers as the scheduler has it. Goal: at most 2 %%."})
final class MetricsCommand implements Callable<Integer> {
    private static final int DISTINCT = 1_000;

    @Option(names = "--pairs", defaultValue = "12", description = "of processes (${DEFAULT-VALUE})")
    private int pairs;

    @Option(names = "--turns", defaultValue = "12",
            description = "of four slices for each pair (${DEFAULT-VALUE})")
    private int turns;

    @Option(names = "--slice", defaultValue = "200ms", converter = DurationConverter.class,
            description = "one server is asked so long at a time (${DEFAULT-VALUE})")
    private Duration slice;

    @Option(names = "--warm-up", defaultValue = "3s", converter = DurationConverter.class,
            description = "of each server (${DEFAULT-VALUE})")
    private Duration warmup;

    @Option(names = {"-c", "--connections"}, defaultValue = "8", description = "(${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--depth", defaultValue = "1", description = "requests under way on each (${DEFAULT-VALUE})")
    private int depth;

    @Option(names = "--transport", defaultValue = "nio", description = "nio or io_uring (${DEFAULT-VALUE})")
    private String transport;

    @Option(names = "--same", description = "metrics on both sides: what this machine makes of no difference")
    private boolean same;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final Instant started = Instant.now();
        final Pinning choice = Pinning.choose();
        final Pinning pinning = choice.pinClient() ? choice : Pinning.NONE;
        final PairedServers servers = new PairedServers(new PairedServers.Settings(pairs, turns, slice.toNanos(),
                warmup.toNanos(), connections, depth), pinning, err);
        // Both without a cache, as each set of options would have another made.
        final OuliServer plain = new OuliServer("ouli", transport, 1);
        final OuliServer off = plain.with("metrics-off", "OULI_AOT=never",
                "OULI_JAVA_OPTS=-Douli.metrics=" + (same ? "on" : "off"));
        final OuliServer on = plain.with("metrics-on", "OULI_AOT=never", "OULI_JAVA_OPTS=-Douli.metrics=on");
        final List<Subject> subjects = servers.run(off, on,
                Corpus.generated(DISTINCT, 1_024, 0, CorpusOptions.SEED));
        final BenchResult result = Results.of("metrics", settings(pinning), Results.condense(servers.warnings()),
                subjects, started);
        result.warnings().forEach(warning -> out.println("! " + warning));
        if (servers.failures() > 0) {
            out.println("! " + servers.failures() + " requests failed");
        }
        final Subject subject = subjects.getLast();
        final Statistics.Interval interval = PairedServers.interval(subject);
        out.println(String.format(Locale.ROOT, "metrics on against off%s: %+.2f %%, 95 %%: %+.2f to %+.2f %%, median"
                + " %+.2f %% (%d pairs, %.3f µs a request); goal 2 %%: %s", same ? " (on both sides)" : "",
                percent(interval.estimate()), percent(interval.low()), percent(interval.high()),
                percent(subject.median(PairedServers.RATIO)), pairs, subject.median("cpuMicrosPerRequest"),
                Goal.of("metrics", subject, Metric.CPU_RATIO).orElseThrow().verdict()));
        out.flush();
        output.keep(result, err);
        return servers.failures() == 0 ? 0 : Main.EXIT_WRONG;
    }

    private static double percent(final double ratio) {
        return (ratio - 1) * 100;
    }

    private Map<String, String> settings(final Pinning pinning) {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("pairs", Integer.toString(pairs));
        settings.put("turns", Integer.toString(turns));
        settings.put("slice", DurationConverter.format(slice));
        settings.put("warmup", DurationConverter.format(warmup));
        settings.put("connections", Integer.toString(connections));
        settings.put("depth", Integer.toString(depth));
        settings.put("transport", transport);
        settings.put("same", Boolean.toString(same));
        settings.put("pinning", pinning.describe());
        return settings;
    }
}
