package io.ouli.perf;

import io.ouli.perf.coldstart.ColdStart;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Goal;
import io.ouli.perf.result.Metric;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ouli bench coldstart}: from exec to the first right reply, beside the least that a virtual machine takes. */
@Command(name = "coldstart", description = {
    "Measures from exec to the first right reply, in turns with a hello-world and the least server in Java.",
    "These run under the same JDK and flags, each with an AOT cache of its own: hello-world is the floor, and says",
    "how much of RFC-008's 50 ms is the virtual machine's; the least server, how much any server in Java adds."})
final class ColdStartCommand implements Callable<Integer> {
    private static final int FEW = 50;

    @Option(names = "--rounds", defaultValue = "11", converter = RoundsConverter.class,
            description = "(${DEFAULT-VALUE})")
    private int rounds;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final Instant started = Instant.now();
        final ColdStart coldStart = new ColdStart(err);
        final var subjects = coldStart.run(Corpus.generated(FEW, 1_000, 0, 1), rounds);
        final BenchResult result = Results.of("coldstart", Map.of("interactions", Integer.toString(FEW)),
                coldStart.warnings(), subjects, started);
        result.warnings().forEach(warning -> out.println("! " + warning));
        for (final Subject subject : result.subjects()) {
            final double millis = subject.median(ColdStart.MILLIS);
            out.println(String.format(Locale.ROOT, "%-20s %7.1f ms%s  %5.2f x the floor%s", subject.name(), millis,
                    judged(subject, Metric.COLD_START), subject.median(ColdStart.RATIO),
                    judged(subject, Metric.TO_FLOOR)));
        }
        out.flush();
        output.keep(result, err);
        return 0;
    }

    private static String judged(final Subject subject, final Metric metric) {
        return Goal.of("coldstart", subject, metric)
                .map(goal -> " (" + goal.text() + ": " + goal.verdict() + ')').orElse("");
    }
}
