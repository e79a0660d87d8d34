package io.ouli.perf;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.Ladder;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import io.ouli.perf.load.Target;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ouli bench ladder}: latency at rising rates, up to the knee and one rung beyond. */
@Command(name = "ladder", description = "Offers rising rates up to the knee: the last rate that the server holds.")
final class LadderCommand implements Callable<Integer> {
    @Mixin
    private TargetOptions target;

    @Option(names = "--from", defaultValue = "1000", description = "the first rate (${DEFAULT-VALUE}/s)")
    private double from;

    @Option(names = "--to", defaultValue = "1000000", description = "the last rate (${DEFAULT-VALUE}/s)")
    private double to;

    @Option(names = "--step", defaultValue = "1.5", description = "factor between two rates (${DEFAULT-VALUE})")
    private double step;

    @Option(names = "--rates", split = ",", description = "these rates instead")
    private List<Double> rates;

    @Mixin
    private ClientOptions client;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final Instant started = Instant.now();
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final Target server = target.target();
        final ProcessHandle process = target.process();
        final Ladder ladder = rates == null ? Ladder.geometric(from, to, step) : new Ladder(rates);
        final LoadPlan plan = client.plan(server.address(), from);
        final List<String> warnings = new ArrayList<>();
        final Corpus corpus = target.learn(server, warnings, err);
        final LadderRun run = LadderRun.climb(ladder, plan, corpus, process, "", out);
        final Map<String, String> settings = client.settings();
        settings.put("corpus", corpus.name());
        warnings.addAll(run.warnings());
        final BenchResult result = Results.of("ladder", settings, warnings, run.subjects(), started);
        output.keep(result, err);
        return run.failures() == 0 ? 0 : Main.EXIT_WRONG;
    }

    /** One climb of a ladder: its rungs as subjects. */
    record LadderRun(List<Subject> subjects, List<String> warnings, long failures) {
        static LadderRun climb(
                final Ladder ladder,
                final LoadPlan plan,
                final Corpus corpus,
                final ProcessHandle process,
                final String prefix,
                final PrintWriter out) throws InterruptedException {
            final List<Subject> subjects = new ArrayList<>();
            final List<String> warnings = new ArrayList<>();
            final List<Boolean> held = new ArrayList<>();
            long failures = 0;
            out.println(" offered/s achieved/s        p50        p99      p99.9        max  busy  (µs)");
            for (final double rate : ladder.rates()) {
                final LoadOutcome outcome = new LoadRun(plan.withRate(rate), corpus, process).execute();
                final Map<String, Double> figures = outcome.metrics();
                out.println(String.format(Locale.ROOT, "%,10.0f %,10.0f %,10.1f %,10.1f %,10.1f %,10.1f %4.0f%% %s",
                        rate, outcome.achievedPerSecond(), figures.get("p50Micros"), figures.get("p99Micros"),
                        figures.get("p999Micros"), figures.get("maxMicros"), outcome.busyPercent(),
                        outcome.clientBound() ? "client-bound" : outcome.rateHeld() ? "" : "not held"));
                subjects.add(new Subject(prefix + String.format(Locale.ROOT, "%.0f/s", rate), outcome.transport(),
                        List.of(figures), outcome.latency()));
                // A rate that is not held is what a ladder looks for, not a fault of the run.
                outcome.warnings().stream().filter(warning -> !warning.startsWith("the rate was not held"))
                        .forEach(warning -> warnings.add(String.format(Locale.ROOT, "%.0f/s: %s", rate, warning)));
                held.add(outcome.rateHeld());
                failures += outcome.rateHeld() ? outcome.failures() : 0;
                if (Ladder.finished(held)) {
                    break;
                }
            }
            final int knee = Ladder.knee(held);
            out.println(knee < 0 ? "knee: below the first rate"
                    : knee == held.size() - 1 ? "knee: not reached, the last rate was held"
                    : String.format(Locale.ROOT, "knee: %,.0f/s", ladder.rates().get(knee)));
            return new LadderRun(subjects, warnings, failures);
        }
    }
}
