package io.ouli.perf;

import io.ouli.engine.OuliException;
import io.ouli.perf.report.Report;
import io.ouli.perf.result.BenchResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ouli bench report}: results as one page to look at. */
@Command(name = "report", description = {
    "Makes one self-contained HTML page of results: plots, tables, the machine's facts.",
    "Two results of a kind are compared as well, the first being the one before."})
final class ReportCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "RESULT", description = "files that the other commands wrote")
    private List<Path> files;

    @Option(names = {"-o", "--out"}, defaultValue = "report.html", paramLabel = "FILE",
            description = "(${DEFAULT-VALUE})")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final String page = Report.of(files.stream().map(BenchResult::read).toList());
        try {
            Files.createDirectories(out.toAbsolutePath().getParent());
            Files.writeString(out, page);
        } catch (final IOException e) {
            throw new OuliException("cannot write the report " + out + " (" + e.getMessage()
                    + "); name another file with --out", e);
        }
        spec.commandLine().getErr().println("report: " + out);
        return 0;
    }
}
