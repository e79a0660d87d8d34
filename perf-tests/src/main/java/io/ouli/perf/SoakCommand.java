package io.ouli.perf;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.OuliServer;
import io.ouli.perf.server.Pinning;
import io.ouli.perf.server.ProcessWatch;
import io.ouli.perf.server.RunningServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ouli bench soak}: a steady load for long, with new connections all the time; at the end all must be flat. */
@Command(name = "soak", description = {
    "Loads the proxy for long, with fresh connections in every slice, and looks at it after each from outside.",
    "Exit code 1 if a reply was wrong, or connections, descriptors or memory are not flat from the first quarter on."})
final class SoakCommand implements Callable<Integer> {
    /** A virtual machine that has settled still moves a little: compiled code, a thread's stack. */
    private static final double RSS_FACTOR = 1.10;
    private static final double RSS_SLACK_MIB = 8;
    private static final long CLOSE_WAIT_MILLIS = 5_000;

    @Option(names = "--duration", defaultValue = "60m", converter = DurationConverter.class,
            description = "(${DEFAULT-VALUE})")
    private Duration duration;

    @Option(names = "--slice", defaultValue = "30s", converter = DurationConverter.class,
            description = "how long connections live (${DEFAULT-VALUE})")
    private Duration slice;

    @Option(names = {"-c", "--connections"}, defaultValue = "64", description = "(${DEFAULT-VALUE})")
    private int connections;

    @Option(names = {"-r", "--rate"}, defaultValue = "2000", description = "(${DEFAULT-VALUE}/s)")
    private double rate;

    @Option(names = "--transport", defaultValue = "auto", paramLabel = "auto|io_uring|nio",
            description = "the proxy's (${DEFAULT-VALUE})")
    private String transport;

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
        final int adminPort = freePort();
        final OuliServer kind = new OuliServer("ouli", transport, 1).with(
                "ouli", "--admin", Integer.toString(adminPort));
        final List<Map<String, Double>> samples = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        final Histogram latency = LoadStats.histogram();
        long failures = 0;
        try (RunningServer server = RunningServer.start(kind, corpus, Pinning.NONE)) {
            final ProcessWatch watch = new ProcessWatch(server.process(), adminPort);
            out.println("     after    requests  failures  p99 µs    RSS MiB  heap MiB   GC  descriptors  open");
            do {
                final LoadOutcome outcome = new LoadRun(LoadPlan.of(server.address(), rate, connections, 0,
                        slice.toNanos()), server.corpus(), server.process()).execute();
                failures += outcome.failures();
                latency.add(outcome.latency());
                warnings.addAll(outcome.warnings());
                samples.add(sample(watch, outcome, Duration.between(started, Instant.now())));
                out.println(line(samples.getLast()));
                out.flush();
            } while (Duration.between(started, Instant.now()).compareTo(duration) < 0);
            final List<String> faults = faults(samples);
            faults.forEach(fault -> out.println("! " + fault));
            warnings.addAll(faults);
            out.println(faults.isEmpty() ? "flat: connections, descriptors, memory" : "NOT FLAT");
            final BenchResult result = Results.of("soak", settings(corpus), Results.condense(warnings),
                    List.of(new Subject("soak", kind.description(), samples, latency)), started);
            output.keep(result, spec.commandLine().getErr());
            return failures == 0 && faults.isEmpty() ? 0 : Main.EXIT_WRONG;
        }
    }

    /** {@return what is not flat from the end of the first quarter on} */
    static List<String> faults(final List<Map<String, Double>> samples) {
        final List<String> faults = new ArrayList<>();
        final List<Map<String, Double>> settled = samples.subList(samples.size() / 4, samples.size());
        final Map<String, Double> first = settled.getFirst();
        final Map<String, Double> last = settled.getLast();
        if (settled.stream().anyMatch(sample -> sample.get("openConnections") > 0)) {
            faults.add("connections stayed open after their client was gone");
        }
        if (last.get("descriptors") > first.get("descriptors")) {
            faults.add(String.format(Locale.ROOT, "descriptors grew from %.0f to %.0f", first.get("descriptors"),
                    last.get("descriptors")));
        }
        if (last.get("rssMib") > first.get("rssMib") * RSS_FACTOR + RSS_SLACK_MIB) {
            faults.add(String.format(Locale.ROOT, "resident memory grew from %.1f to %.1f MiB", first.get("rssMib"),
                    last.get("rssMib")));
        }
        return faults;
    }

    private static Map<String, Double> sample(
            final ProcessWatch watch, final LoadOutcome outcome, final Duration elapsed) throws InterruptedException {
        Map<String, Double> counters = watch.counters();
        for (long waited = 0; counters.get("connections_open") > 0 && waited < CLOSE_WAIT_MILLIS; waited += 100) {
            TimeUnit.MILLISECONDS.sleep(100);
            counters = watch.counters();
        }
        final Map<String, Double> sample = new LinkedHashMap<>(outcome.metrics());
        sample.put("elapsedSeconds", (double) elapsed.toSeconds());
        sample.put("requests", counters.get("requests_total"));
        sample.put("rssMib", watch.rssBytes() / 1048576.0);
        sample.put("heapMib", counters.get("heap_used_bytes") / 1048576.0);
        sample.put("collections", counters.get("gc_collections_total"));
        sample.put("descriptors", (double) watch.descriptors());
        sample.put("openConnections", counters.get("connections_open"));
        return sample;
    }

    private static String line(final Map<String, Double> sample) {
        return String.format(Locale.ROOT, "%,8.0f s %,11.0f %,9.0f %,7.0f %10.1f %9.1f %4.0f %12.0f %12.0f",
                sample.get("elapsedSeconds"), sample.get("requests"), sample.get("failures"),
                sample.get("p99Micros"), sample.get("rssMib"), sample.get("heapMib"), sample.get("collections"),
                sample.get("descriptors"), sample.get("openConnections"));
    }

    private Map<String, String> settings(final Corpus corpus) {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("corpus", corpus.name());
        settings.put("duration", DurationConverter.format(duration));
        settings.put("slice", DurationConverter.format(slice));
        settings.put("connections", Integer.toString(connections));
        settings.put("rate", Double.toString(rate));
        settings.put("transport", transport);
        return settings;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
