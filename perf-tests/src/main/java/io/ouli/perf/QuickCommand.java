package io.ouli.perf;

import io.ouli.engine.OuliException;
import io.ouli.perf.report.Report;
import io.ouli.perf.result.BenchResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ouli bench quick}: a first honest look in minutes, every part a command of its own with short rounds. */
@Command(name = "quick", description = {
    "Makes a first honest report in under three minutes.",
    "RFC-008's two tests in process, Ouli beside nginx over sockets, and cold starts. Writes each result and one",
    "page, report.html."})
final class QuickCommand implements Callable<Integer> {
    private static final List<List<String>> PARTS = List.of(
            List.of("coldstart", "--rounds", "5"),
            List.of("scenario", "lookup", "throughput", "open", "--rounds", "5"),
            List.of("peers", "--peers", "ouli-uring,ouli-nio,nginx", "--rounds", "5", "--warmup", "2s", "--ceiling",
                    "1s", "--latency", "1s"));

    @Option(names = {"-o", "--out"}, defaultValue = "ouli-quick", paramLabel = "DIR",
            description = "folder of the results and the report (${DEFAULT-VALUE})")
    private Path folder;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        int worst = 0;
        final List<BenchResult> results = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            for (final List<String> part : PARTS) {
                final Path file = folder.resolve(part.getFirst() + ".json");
                Files.deleteIfExists(file);
                final List<String> arguments = new ArrayList<>(part);
                arguments.addAll(List.of("-o", file.toString()));
                out.println("— " + String.join(" ", part));
                out.flush();
                worst = Math.max(worst, runAlone(arguments));
                if (Files.exists(file)) {
                    results.add(BenchResult.read(file));
                }
            }
            if (!results.isEmpty()) {
                Files.writeString(folder.resolve("report.html"), Report.of(results));
                err.println("report: " + folder.resolve("report.html"));
            }
        } catch (final IOException e) {
            throw new OuliException("cannot write into " + folder + ": " + e, e);
        }
        return worst;
    }

    /** Runs a part in a process of its own: each pins itself to a core, and the next one must not inherit that. */
    private static int runAlone(final List<String> arguments) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
