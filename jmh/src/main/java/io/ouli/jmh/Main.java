package io.ouli.jmh;

import io.ouli.proxy.facts.CpuTimes;
import io.ouli.proxy.facts.JsonTree;
import io.ouli.proxy.facts.MachineFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The entry of {@code ouli bench micro}: runs benchmarks with allocation measured, and writes a result file that
 * {@code ouli bench compare} and {@code ouli bench report} read.
 */
@Command(name = "ouli bench micro", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Runs micro-benchmarks whose name holds FILTER (a regular expression; all without one).",
    "A benchmark takes about 40 s for each of its parameters; --quick a second or two, for a look, not a figure."})
public final class Main implements Callable<Integer> {
    private static final String SCHEMA = "ouli-bench/1";
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Parameters(arity = "0..*", paramLabel = "FILTER")
    private List<String> filters = new ArrayList<>();

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", description = "write the result as JSON")
    private Path out;

    @Option(names = {"-p", "--param"}, paramLabel = "NAME=VALUE[,VALUE…]", description = "these parameters only")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(names = "--forks", description = "JVMs for each benchmark")
    private Integer forks;

    @Option(names = "--iterations", description = "to warm up, and as many again that count; 5")
    private Integer iterations;

    @Option(names = "--millis", description = "of an iteration; 1000")
    private Integer millis;

    @Option(names = "--simd", paramLabel = "WIDTH", description = "ouli.simd of the JVMs: auto, scalar, 128, 256, 512")
    private String simd;

    @Option(names = "--profile", paramLabel = "WHAT", description = "profile the JVMs: cpu, alloc or wall, with =FOLDER"
            + " if you like; a folder for each benchmark gets flame graphs and flight recordings")
    private String profile;

    @Option(names = "--quick", description = "one JVM, one short iteration: shows that it runs")
    private boolean quick;

    @Option(names = "--list", description = "name the benchmarks and stop")
    private boolean list;

    private Main() {
    }

    /** Runs the benchmarks. Exit code 0 done, 1 one failed, 2 wrong usage. */
    public static void main(final String[] args) {
        System.exit(new CommandLine(new Main())
                .setParameterExceptionHandler((wrong, parsed) -> wrong(wrong.getMessage()))
                .setExecutionExceptionHandler((fault, commandLine, parsed) -> {
                    if (fault instanceof NoBenchmarksException) {
                        return wrong("no benchmark's name holds that; --list names them all");
                    }
                    if (fault instanceof PatternSyntaxException) {
                        return wrong("FILTER is no regular expression: " + fault.getMessage());
                    }
                    throw fault;
                })
                .execute(args));
    }

    private static int wrong(final String message) {
        System.err.println("ouli: error: " + message.replace('\n', ' ') + "; try 'ouli bench micro --help'");
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public Integer call() throws RunnerException, IOException {
        final ChainedOptionsBuilder options = new OptionsBuilder()
                .shouldFailOnError(true)
                .addProfiler(GCProfiler.class);
        filters.forEach(options::include);
        parameters.forEach((name, values) -> options.param(name, values.split(",")));
        if (forks != null) {
            options.forks(forks);
        }
        if (iterations != null) {
            options.warmupIterations(iterations).measurementIterations(iterations);
        }
        if (millis != null) {
            options.warmupTime(TimeValue.milliseconds(millis)).measurementTime(TimeValue.milliseconds(millis));
        }
        if (simd != null) {
            options.jvmArgsPrepend("-Douli.simd=" + simd);
        }
        if (profile != null) {
            ForkProfiling.add(options, profile);
        }
        if (quick) {
            options.forks(1).warmupIterations(1).warmupTime(TimeValue.milliseconds(100))
                    .measurementIterations(1).measurementTime(TimeValue.milliseconds(100));
        }
        if (list) {
            names(options);
            return 0;
        }
        final Instant started = Instant.now();
        final CpuTimes before = CpuTimes.read();
        final Collection<RunResult> results = new Runner(options.build()).run();
        final double steal = CpuTimes.read().stealPercentSince(before);
        summarize(results);
        if (out != null) {
            write(results, started, steal);
        }
        return results.isEmpty() ? 1 : 0;
    }

    /** Behind JMH's table of means: what is quoted of each. */
    private static void summarize(final Collection<RunResult> results) {
        System.out.println();
        for (final RunResult result : results) {
            final double[] scores = result.getBenchmarkResults().stream()
                    .flatMap(fork -> fork.getIterationResults().stream())
                    .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
                    .toArray();
            System.out.println(RoundFigures.of(scores).line(name(result), result.getPrimaryResult().getScoreUnit()));
        }
    }

    private static void names(final ChainedOptionsBuilder options) {
        final TreeSet<String> names = new TreeSet<>();
        BenchmarkList.defaultList().getAll(OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT),
                List.of()).forEach(entry -> names.add(entry.getUsername()));
        final List<String> includes = options.build().getIncludes();
        names.stream().filter(name -> includes.isEmpty()
                || includes.stream().anyMatch(include -> Pattern.compile(include).matcher(name).find()))
                .forEach(System.out::println);
    }

    private void write(final Collection<RunResult> results, final Instant started, final double steal)
            throws IOException {
        final Map<String, Object> root = new LinkedHashMap<>();
        root.put("schema", SCHEMA);
        root.put("kind", "micro");
        root.put("started", started.truncatedTo(ChronoUnit.SECONDS).toString());
        root.put("facts", MachineFacts.read().values());
        root.put("settings", Map.of("quick", Boolean.toString(quick), "simd", simd == null ? "auto" : simd));
        root.put("warnings", warnings(steal));
        final List<Object> subjects = new ArrayList<>();
        results.forEach(result -> subjects.add(subject(result)));
        root.put("subjects", subjects);
        if (out.toAbsolutePath().getParent() != null) {
            Files.createDirectories(out.toAbsolutePath().getParent());
        }
        Files.writeString(out, JsonTree.write(root));
        System.err.println("result: " + out);
    }

    private List<String> warnings(final double steal) {
        final List<String> warnings = new ArrayList<>();
        if (steal > 5) {
            warnings.add(String.format(Locale.ROOT,
                    "the machine was too noisy: %.1f %% of its time was stolen by others (limit 5 %%)", steal));
        }
        if (quick) {
            warnings.add("--quick: one short iteration, no figure to quote");
        }
        return warnings;
    }

    /** {@return class and method, and the parameters} */
    private static String name(final RunResult result) {
        final var parameters = result.getParams();
        final StringBuilder name = new StringBuilder(parameters.getBenchmark()
                .replaceFirst(".*\\.(\\w+\\.\\w+)$", "$1"));
        parameters.getParamsKeys().forEach(key -> name.append(' ').append(key).append('=')
                .append(parameters.getParam(key)));
        return name.toString();
    }

    /** Each iteration is a round, over all JVMs. */
    private static Map<String, Object> subject(final RunResult result) {
        final List<Object> rounds = new ArrayList<>();
        for (final BenchmarkResult fork : result.getBenchmarkResults()) {
            for (final IterationResult iteration : fork.getIterationResults()) {
                final Map<String, Object> round = new LinkedHashMap<>();
                round.put("timeNanos", iteration.getPrimaryResult().getScore());
                final Result<?> allocated = iteration.getSecondaryResults().get(ALLOCATED);
                if (allocated != null) {
                    // Below a byte a call it is the harness's own, once an iteration.
                    round.put("allocatedBytes", Math.floor(allocated.getScore() + 0.5));
                }
                rounds.add(round);
            }
        }
        final Map<String, Object> subject = new LinkedHashMap<>();
        subject.put("name", name(result));
        subject.put("description", result.getParams().getMode().longLabel() + ", "
                + result.getBenchmarkResults().size() + " JVMs");
        subject.put("rounds", rounds);
        subject.put("latencyHistogram", null);
        return subject;
    }
}
