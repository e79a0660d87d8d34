package io.ouli.perf;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.load.Target;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ouli bench load}: a fixed rate, or the ceiling, against any HTTP/1.1 server. */
@Command(name = "load", description = {
    "Sends requests at planned times and shows the latencies counted from them.",
    "Without --rate it sends as fast as replies come: that shows the ceiling, not latencies to quote."})
final class LoadCommand implements Callable<Integer> {
    @Mixin
    private TargetOptions target;

    @Option(names = {"-r", "--rate"}, description = "requests a second (none: closed loop)")
    private Double rate;

    @Mixin
    private ClientOptions client;

    @Option(names = "--rounds", defaultValue = "1", converter = RoundsConverter.class,
            description = "how often (${DEFAULT-VALUE})")
    private int rounds;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final Instant started = Instant.now();
        final Target server = target.target();
        final ProcessHandle process = target.process();
        if (rate != null && !(rate > 0)) {
            throw new ParameterException(spec.commandLine(),
                    "--rate must be above 0; leave it out to send as fast as replies come");
        }
        final LoadPlan plan = client.plan(server.address(), rate == null ? 0 : rate);
        final List<Map<String, Double>> figures = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        final Corpus corpus = target.learn(server, warnings, err);
        final Histogram all = LoadStats.histogram();
        long failures = 0;
        for (int round = 1; round <= rounds; round++) {
            final LoadOutcome outcome = new LoadRun(plan, corpus, process).execute();
            if (outcome.verified() + outcome.unverified() + outcome.failures() == 0) {
                throw new LoadException("no reply came while it was measured, though the server had answered before;"
                        + " measure for longer (--duration), or offer less (--connections, --rate)");
            }
            out.print(LoadText.of(outcome, rounds == 1 ? "" : "round " + round + " of " + rounds));
            out.flush();
            figures.add(outcome.metrics());
            warnings.addAll(outcome.warnings());
            all.add(outcome.latency());
            failures += outcome.failures();
        }
        final Map<String, String> settings = client.settings();
        settings.put("rate", plan.closedLoop() ? "closed loop" : Double.toString(rate));
        settings.put("corpus", corpus.name());
        final BenchResult result = Results.of("load", settings, Results.condense(warnings),
                List.of(new Subject("load", corpus.name(), figures, all)), started);
        output.keep(result, err);
        return failures == 0 ? 0 : Main.EXIT_WRONG;
    }
}
