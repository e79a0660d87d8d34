package io.ouli.perf;

import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Comparison;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ouli bench compare}: what moved between two results beyond noise. */
@Command(name = "compare", description = {
    "Says what moved from result A to result B beyond noise, by confidence intervals over their rounds.",
    "Rounds of one run show less noise than two runs do: a change below --floor does not count."})
final class CompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A", description = "the result before")
    private Path before;

    @Parameters(index = "1", paramLabel = "B", description = "the result after")
    private Path after;

    @Option(names = "--confidence", defaultValue = "99", paramLabel = "PERCENT", description = "(${DEFAULT-VALUE})")
    private double confidence;

    @Option(names = "--floor", defaultValue = "2", paramLabel = "PERCENT",
            description = "the least change that counts (${DEFAULT-VALUE})")
    private double floor;

    @Option(names = "--fail-on-worse", description = "exit code 1 when something became worse")
    private boolean failOnWorse;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final Comparison comparison = Comparison.of(BenchResult.read(before), BenchResult.read(after),
                confidence / 100, floor / 100);
        spec.commandLine().getOut().print(comparison.toText());
        spec.commandLine().getOut().flush();
        if (comparison.changes().isEmpty()) {
            return CommandLine.ExitCode.USAGE;
        }
        final boolean worse = comparison.moved().stream()
                .anyMatch(change -> change.verdict() == Comparison.Verdict.WORSE);
        return failOnWorse && worse ? 1 : 0;
    }
}
