package io.ouli.perf;

import io.ouli.engine.transport.TransportChoice;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Figures;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.PeerSuite;
import io.ouli.perf.server.Pinning;
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

/** {@code ouli bench peers}: the same corpus against Ouli and whatever else can be started here, in one run. */
@Command(name = "peers", description = {
    "Measures Ouli beside other servers in one run: same corpus, bytes verified, rounds interleaved, medians.",
    "CPU per request comes from the ceiling, latency from a fixed rate. Peers that are not there are named."})
final class PeersCommand implements Callable<Integer> {
    @Mixin
    private PeerOptions peers;

    @Mixin
    private CorpusOptions corpusOptions;

    @Option(names = "--rounds", defaultValue = "5", converter = RoundsConverter.class,
            description = "(${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = {"-c", "--connections"}, defaultValue = "64", description = "(${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--depth", defaultValue = "1",
            description = "requests pipelined on a connection in the ceiling part (${DEFAULT-VALUE})")
    private int depth;

    @Option(names = {"-r", "--rate"}, defaultValue = "500", description = "of the latency part (${DEFAULT-VALUE}/s)")
    private double rate;

    @Option(names = "--warmup", defaultValue = "5s", converter = DurationConverter.class,
            description = "for each server, once (${DEFAULT-VALUE})")
    private Duration warmup;

    @Option(names = "--ceiling", defaultValue = "5s", converter = DurationConverter.class,
            description = "the ceiling part of a round (${DEFAULT-VALUE})")
    private Duration ceiling;

    @Option(names = "--slices", defaultValue = "1",
            description = "that the ceiling part is measured in, servers by turns (${DEFAULT-VALUE})")
    private int slices;

    @Option(names = "--latency", defaultValue = "5s", converter = DurationConverter.class,
            description = "the latency part of a round (${DEFAULT-VALUE})")
    private Duration latency;

    @Option(names = "--reference", defaultValue = "nginx", description = "what ratios refer to (${DEFAULT-VALUE})")
    private String reference;

    @Option(names = "--client-transport", defaultValue = "auto", paramLabel = "auto|io_uring|nio",
            description = "(${DEFAULT-VALUE})")
    private String transport;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final Instant started = Instant.now();
        final Corpus corpus = corpusOptions.corpus();
        final Pinning pinning = peers.pin();
        final PeerSuite suite = new PeerSuite(new PeerSuite.Settings(rounds, connections, depth, rate, slices,
                warmup.toNanos(), ceiling.toNanos(), latency.toNanos(), reference, pinning,
                TransportChoice.parse(transport), pinning.ownClientCore()), err);
        final List<Subject> subjects = suite.run(peers.kinds(), corpus);
        if (subjects.isEmpty()) {
            throw new LoadException("no peer could be started: " + String.join("; ", suite.warnings()));
        }
        final BenchResult result = Results.of("peers", settings(corpus, pinning), Results.condense(suite.warnings()),
                subjects, started);
        out.print(table(result, rate));
        out.flush();
        output.keep(result, err);
        return suite.failures() == 0 ? 0 : Main.EXIT_WRONG;
    }

    private Map<String, String> settings(final Corpus corpus, final Pinning pinning) {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("corpus", corpus.name());
        settings.put("connections", Integer.toString(connections));
        settings.put("depth", Integer.toString(depth));
        settings.put("rate", Double.toString(rate));
        settings.put("ceiling", DurationConverter.format(ceiling));
        settings.put("slices", Integer.toString(slices));
        settings.put("latency", DurationConverter.format(latency));
        settings.put("latencyGenerator", pinning.ownClientCore() ? "spins" : "sleeps");
        settings.put("reference", reference);
        settings.put("pinning", pinning.describe());
        settings.put("clientTransport", transport);
        return settings;
    }

    /** The table that README and report quote: medians over the rounds. */
    static String table(final BenchResult result, final double rate) {
        final StringBuilder text = new StringBuilder();
        result.warnings().forEach(warning -> text.append("! ").append(warning).append('\n'));
        text.append(String.format(Locale.ROOT, "%-18s %10s %10s %6s | at %,.0f/s %9s %9s %9s | %8s %9s %6s%n",
                "server", "ceiling/s", "CPU µs/req", "ratio", rate, "p50 µs", "p99 µs", "p99.9 µs", "RSS MiB",
                "cold ms", "client"));
        for (final Subject subject : result.subjects()) {
            text.append(String.format(Locale.ROOT, "%-18s %10s %10s %6s | %-8s %10s %9s %9s | %8s %9s %5.0f%%%n",
                    subject.name(), number(subject, "achievedPerSecond"), number(subject, "cpuMicrosPerRequest"),
                    number(subject, "cpuRatio"), "", number(subject, "p50Micros"), number(subject, "p99Micros"),
                    number(subject, "p999Micros"), number(subject, "rssMib"), number(subject, "coldStartMillis"),
                    subject.median("clientBusyPercent")));
        }
        return text.append("ratio: CPU per request to the reference's, in the same rounds; client: how busy the "
                + "generator was at the ceiling\n").toString();
    }

    private static String number(final Subject subject, final String metric) {
        return Figures.number(subject.median(metric));
    }
}
