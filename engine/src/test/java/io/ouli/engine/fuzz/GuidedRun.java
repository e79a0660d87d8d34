package io.ouli.engine.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs one target under jazzer, in a virtual machine of its own, which stops at the first fault. What it found is made
 * small and shown here.
 */
final class GuidedRun {
    private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs|number_of_executed_units: (\\d+)");
    private static final int SHRINK_TRIES = 20_000;
    private static final int HANG_SECONDS = 20;
    private static final String CRASHES = "faults";

    private final FuzzOptions options;
    private final Report report;

    GuidedRun(final FuzzOptions options, final Report report) {
        this.options = options;
        this.report = report;
    }

    /** Lets the fuzzer loose on a target for some seconds. */
    void run(final Target target, final long seconds) throws IOException, InterruptedException {
        final Path corpus = Files.createDirectories(options.corpus.resolve(target.label()));
        final Path found = Files.createTempDirectory("ouli-fuzz");
        try {
            final long before = count(corpus);
            final List<String> said = new ArrayList<>();
            final long inputs = fuzz(target, seconds, corpus, found, said);
            report.target(target, inputs, before, count(corpus));
            try (Stream<Path> files = Files.list(found)) {
                for (final Path file : files.sorted().toList()) {
                    fault(target, Files.readAllBytes(file), said);
                }
            }
        } finally {
            delete(found);
        }
    }

    /** Runs one input in this process. @return whether it is fine. */
    boolean once(final Target target, final Path file) throws IOException {
        final byte[] input = Files.readAllBytes(file);
        final Throwable cause = thrown(target, input);
        if (cause != null) {
            report.fault(new Fault(target.label(), cause, Shown.bytes(input), file.toString(), again(target, file)));
        }
        return cause == null;
    }

    private long fuzz(
            final Target target, final long seconds, final Path corpus, final Path found, final List<String> said)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-D") || argument.startsWith("-X")).forEach(command::add);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-XX:+EnableDynamicAgentLoading", "-Xmx1g", "-ea", "-D" + GuidedEntry.TARGET + '=' + target.label(),
                "-cp", System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + GuidedEntry.class.getName(), "--instrumentation_includes=io.ouli.**",
                "--reproducer_path=" + found.getParent(), "--keep_going=1",
                "-seed=" + options.seed, "-max_total_time=" + seconds, "-timeout=" + HANG_SECONDS,
                "-print_final_stats=1", "-artifact_prefix=" + found + '/', corpus.toString()));
        final URL inputs = GuidedRun.class.getClassLoader().getResource(target.inputs());
        if (inputs == null) {
            throw new IOException("the inputs of " + target.label() + " are missing: " + target.inputs());
        }
        command.add(Path.of(inputs.getPath()).toString());
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final Thread stop = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(stop);
        long runs = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                final Matcher matcher = RUNS.matcher(line);
                if (matcher.find()) {
                    runs = Long.parseLong(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
                }
            }
        }
        final int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(stop);
        if (code != 0 && count(found) == 0) {
            throw new IOException("jazzer ended with " + code + " and no input: " + String.join("\n",
                    said.subList(Math.max(0, said.size() - 20), said.size())));
        }
        return runs;
    }

    private void fault(final Target target, final byte[] input, final List<String> said) throws IOException {
        final Throwable first = thrown(target, input);
        final byte[] smallest = first == null
                ? input
                : Shrinker.shrink(input, candidate -> sameKind(first, thrown(target, candidate)), SHRINK_TRIES);
        final Throwable cause = first == null
                ? new AssertionError("shown under jazzer alone: " + said.stream()
                        .filter(line -> line.startsWith("==")).findFirst().orElse("see its input"))
                : thrown(target, smallest);
        final Path kept = Files.createDirectories(options.corpus.resolve(CRASHES))
                .resolve(target.label() + '-' + Integer.toHexString(Arrays.hashCode(smallest)));
        Files.write(kept, smallest);
        report.fault(new Fault(target.label() + ", seed " + options.seed, cause, Shown.bytes(smallest),
                kept.toString(), again(target, kept)));
    }

    private static String again(final Target target, final Path file) {
        return "./ouli fuzz " + target.label() + " --input " + file;
    }

    /** One fault must not shrink into another one. */
    private static boolean sameKind(final Throwable first, final Throwable other) {
        return other != null && other.getClass() == first.getClass()
                && (first.getStackTrace().length == 0 || other.getStackTrace().length == 0
                || first.getStackTrace()[0].getMethodName().equals(other.getStackTrace()[0].getMethodName()));
    }

    /** Returns what a target throws, or null. */
    private static Throwable thrown(final Target target, final byte[] input) {
        try {
            target.run(input.clone());
            return null;
        } catch (final RuntimeException | Error e) {
            return e;
        }
    }

    private static long count(final Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static void delete(final Path folder) throws IOException {
        final List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : all) {
            Files.delete(path);
        }
    }
}
