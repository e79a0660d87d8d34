package io.ouli.engine.fuzz;

import io.ouli.engine.fuzz.FuzzOptions.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The entry of {@code ouli fuzz}; exit code 0 nothing was found, 1 a fault was found, 2 it cannot run so. */
public final class FuzzMain {
    private static final int FOUND = 1;
    private static final int UNUSABLE = 2;
    private static final long NANOS = 1_000_000_000L;

    /** Kept, or the setting would be forgotten with it. */
    private static final Logger LOG = Logger.getLogger("io.ouli");

    private FuzzMain() {
    }

    /** Runs what the command line asks for. */
    public static void main(final String[] args) throws InterruptedException {
        LOG.setLevel(Level.OFF);
        System.exit(run(args, System.out, System.err));
    }

    static int run(final String[] args, final PrintStream out, final PrintStream err) throws InterruptedException {
        final FuzzOptions options;
        try {
            options = FuzzOptions.parse(args);
        } catch (final UsageException e) {
            err.println("ouli fuzz: " + e.getMessage());
            return UNUSABLE;
        }
        if (options.help) {
            out.print(FuzzOptions.USAGE);
            return 0;
        }
        if (options.list) {
            Target.labels().forEach(out::println);
            PropertyRun.classes().forEach(type -> out.println(type.substring(type.lastIndexOf('.') + 1)));
            return 0;
        }
        final Report report = new Report(out, options.json);
        try {
            fuzz(options, report);
        } catch (final IOException e) {
            err.println("ouli fuzz: " + e.getMessage());
            return UNUSABLE;
        }
        report.end();
        return report.faults() == 0 ? 0 : FOUND;
    }

    private static void fuzz(final FuzzOptions options, final Report report) throws IOException, InterruptedException {
        if (options.input != null) {
            new GuidedRun(options, report).once(options.targets.get(0), options.input);
            return;
        }
        Files.createDirectories(options.corpus);
        report.begin(options);
        final long start = System.nanoTime();
        final long deadline = start + options.seconds * NANOS;
        if (!options.properties.isEmpty()) {
            new PropertyRun(options, report)
                    .until(options.targets.isEmpty() ? deadline : start + options.seconds * NANOS / 3);
        }
        final GuidedRun guided = new GuidedRun(options, report);
        for (int i = 0; i < options.targets.size(); i++) {
            final long left = Math.max(0, deadline - System.nanoTime()) / NANOS;
            guided.run(options.targets.get(i), Math.max(1, left / (options.targets.size() - i)));
        }
    }
}
