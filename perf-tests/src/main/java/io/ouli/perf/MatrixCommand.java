package io.ouli.perf;

import io.ouli.engine.transport.TransportChoice;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.matrix.Matrix;
import io.ouli.perf.matrix.MatrixVerdict;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Warnings;
import io.ouli.perf.server.PeerSuite;
import io.ouli.perf.server.Pinning;
import io.ouli.proxy.facts.MachineFacts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ouli bench matrix}: which configuration is best on this machine. */
@Command(name = "matrix", description = {
    "Measures Ouli in many configurations of this machine and says which is best here, by how much.",
    "SIMD, pages, pinning, busy-poll, workers and GC are turned alone, each on both transports. Stops at the budget",
    "and goes on from its file when started again."})
final class MatrixCommand implements Callable<Integer> {
    @Option(names = "--budget", defaultValue = "5m", converter = DurationConverter.class,
            description = "no further measurement is begun after it (${DEFAULT-VALUE})")
    private Duration budget;

    @Option(names = "--rounds", defaultValue = "3", converter = RoundsConverter.class,
            description = "(${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = {"-c", "--connections"}, defaultValue = "64", description = "(${DEFAULT-VALUE})")
    private int connections;

    @Option(names = {"-r", "--rate"}, defaultValue = "500", description = "of the latency part (${DEFAULT-VALUE}/s)")
    private double rate;

    @Option(names = "--part", defaultValue = "1s", converter = DurationConverter.class,
            description = "ceiling and latency part each; the warm-up is twice that (${DEFAULT-VALUE})")
    private Duration part;

    @Option(names = "--rows", split = ",", paramLabel = "ROW",
            description = "these only, such as base,pages-4k; all without it")
    private List<String> rows = List.of();

    @Option(names = "--no-pinning", description = "leave cores to the scheduler")
    private boolean unpinned;

    @Option(names = "--distinct", defaultValue = "20000",
            description = "distinct requests; with few, all pages are alike (${DEFAULT-VALUE})")
    private int distinct;

    @Option(names = "--body-bytes", defaultValue = "2048", description = "of each reply (${DEFAULT-VALUE})")
    private int bodyBytes;

    @Option(names = {"-o", "--out"}, defaultValue = "matrix.json", paramLabel = "FILE",
            description = "the result, and what a stopped run goes on from (${DEFAULT-VALUE})")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final Instant started = Instant.now();
        final Corpus corpus = Corpus.generated(distinct, bodyBytes, 0, CorpusOptions.SEED);
        final Pinning choice = unpinned ? Pinning.NONE : Pinning.choose();
        final Pinning pinning = choice.pinClient() ? choice : Pinning.NONE;
        final long nanos = part.toNanos();
        final Matrix matrix = new Matrix(new PeerSuite.Settings(1, connections, 1, rate, 1, 2 * nanos, nanos, nanos,
                "none", pinning, TransportChoice.AUTO, pinning.ownClientCore()), rounds, budget.toNanos(), file, err);
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("corpus", corpus.name());
        settings.put("rounds", Integer.toString(rounds));
        settings.put("connections", Integer.toString(connections));
        settings.put("rate", Double.toString(rate));
        settings.put("part", DurationConverter.format(part));
        settings.put("pinning", pinning.describe());
        settings.put("rows", rows.isEmpty() ? "all" : String.join(",", rows));
        final BenchResult result = matrix.run(corpus, MachineFacts.read().get("simd"), rows,
                settings, started);
        Warnings.of(result).forEach(warning -> out.println("! " + warning));
        MatrixVerdict.of(result.subjects(), "cpuMicrosPerRequest", "CPU µs a request").forEach(out::println);
        MatrixVerdict.of(result.subjects(), "p50Micros", "p50 µs").forEach(out::println);
        MatrixVerdict.of(result.subjects(), "p99Micros", "p99 µs").forEach(out::println);
        out.flush();
        err.println("result: " + file);
        if (result.subjects().stream().allMatch(subject -> subject.metrics().isEmpty())) {
            return Main.EXIT_FAILED;
        }
        return matrix.failures() == 0 ? 0 : Main.EXIT_WRONG;
    }
}
