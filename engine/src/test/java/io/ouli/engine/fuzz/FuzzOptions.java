package io.ouli.engine.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The command line of {@code ouli fuzz}, read strictly. */
final class FuzzOptions {
    static final String USAGE = """
            Usage: ouli fuzz [NAME...] [--duration TIME] [--seed N] [--corpus DIR] [--input FILE] [--json]

            Runs property-based and coverage-guided tests for a given time, and shows the seed and the minimal case of
            what they find.

            NAME             what to run, all without one:
                               properties        every property (jqwik)
                               CLASS[.METHOD]    the properties of a class, or one, such as FingerprintProperties
                               %s
                                                 a coverage-guided target (jazzer)
            --duration TIME  of the whole run, such as 30s, 10m, 2h; 1m. Properties get a third where both run
            --seed N         1 to 2147483647; another one each time, which is printed
            --corpus DIR     where inputs that reach new code are kept, for the next run;
                             fuzz-corpus in the clone
            --input FILE     run this one input against the one target that is named
            --list           print the names and stop
            --json           one JSON object a line: each thing that ran, each fault, a summary

            Exit code: 0 nothing was found, 1 a fault was found, 2 the command line cannot be used.
            """.formatted(String.join(", ", Target.labels().subList(0, 4)) + ",\n                               "
            + String.join(", ", Target.labels().subList(4, Target.labels().size())));
    private static final long DEFAULT_SECONDS = 60;
    private static final long MAX_SECONDS = 30L * 24 * 60 * 60;

    /** Guided targets that were named, or all. */
    final List<Target> targets = new ArrayList<>();
    /** Classes of properties, with a method or without; the empty text is all of them. */
    final List<String> properties = new ArrayList<>();
    long seconds = DEFAULT_SECONDS;
    int seed = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
    Path corpus = Path.of(System.getProperty("ouli.fuzz.corpus", "fuzz-corpus"));
    Path input;
    boolean json;
    boolean list;
    boolean help;

    /** The command line cannot be used. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(final String message) {
            super(message);
        }
    }

    private FuzzOptions() {
    }

    static FuzzOptions parse(final String[] args) {
        final FuzzOptions options = new FuzzOptions();
        for (int i = 0; i < args.length; i++) {
            final String arg = args[i];
            final int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
            final String flag = equals < 0 ? arg : arg.substring(0, equals);
            switch (flag) {
                case "--help", "-h" -> options.help = true;
                case "--list" -> options.list = true;
                case "--json" -> options.json = true;
                case "--duration", "--seed", "--corpus", "--input" -> {
                    final boolean separate = equals < 0;
                    if (separate && i + 1 == args.length) {
                        throw new UsageException(flag + " needs a value");
                    }
                    options.set(flag, separate ? args[++i] : arg.substring(equals + 1));
                }
                default -> options.name(arg);
            }
        }
        if (options.targets.isEmpty() && options.properties.isEmpty()) {
            options.targets.addAll(List.of(Target.values()));
            options.properties.add("");
        }
        if (options.input != null && (options.targets.size() != 1 || !options.properties.isEmpty())) {
            throw new UsageException("--input goes with one target: " + String.join(", ", Target.labels()));
        }
        return options;
    }

    private void set(final String flag, final String value) {
        switch (flag) {
            case "--duration" -> seconds = seconds(value);
            case "--seed" -> seed = seed(value);
            case "--corpus" -> corpus = Path.of(value);
            default -> {
                input = Path.of(value);
                if (!Files.isRegularFile(input)) {
                    throw new UsageException("--input " + value + ": there is no such file");
                }
            }
        }
    }

    private void name(final String name) {
        final Target target = Target.of(name);
        if (name.startsWith("-")) {
            throw new UsageException("unknown flag " + name);
        } else if (target != null) {
            targets.add(target);
        } else if (name.equals("properties")) {
            properties.add("");
        } else if (PropertyRun.isName(name)) {
            properties.add(name);
        } else {
            throw new UsageException("nothing is named '" + name + "'; there are properties, "
                    + String.join(", ", Target.labels()) + " and classes of properties, see --list");
        }
    }

    private static long seconds(final String value) {
        final String digits = value.replaceFirst("[smh]$", "");
        final long unit = value.endsWith("h") ? 3600 : value.endsWith("m") ? 60 : 1;
        if (!digits.matches("[0-9]{1,7}")) {
            throw new UsageException("--duration '" + value + "' is no time; write 30s, 10m or 2h");
        }
        final long seconds = Long.parseLong(digits) * unit;
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new UsageException("--duration '" + value + "' must be from 1s to 720h");
        }
        return seconds;
    }

    private static int seed(final String value) {
        if (!value.matches("[0-9]{1,10}") || Long.parseLong(value) < 1 || Long.parseLong(value) > Integer.MAX_VALUE) {
            throw new UsageException("--seed '" + value + "' must be a number from 1 to " + Integer.MAX_VALUE);
        }
        return Integer.parseInt(value);
    }
}
