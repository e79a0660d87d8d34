package io.ouli.proxy.cli;

import io.ouli.engine.OuliException;
import io.ouli.proxy.config.ConfigException;
import io.ouli.proxy.config.NearestName;
import io.ouli.proxy.profile.Profiling;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** Finds the command that was typed, runs it, and turns what goes wrong into one line and an exit code. */
final class CommandLine {
    private static final List<String> NAMES =
            List.of("demo", "record", "replay", "auto", "passthrough", "show", "export", "import", "explain", "verify",
                    "recover", "stats", "redact", "scan", "doctor", "package");

    /** Started by the launcher, which finds the suites in the clone. */
    private static final String BENCH = "bench";
    /** Likewise: it builds the engine's tests first. */
    private static final String FUZZ = "fuzz";
    private static final List<String> HELP_NAMES = List.of("help", "-h", Arguments.HELP);

    /** A constant of its own, for the compiler puts it here without the class that explains it. */
    private static final String PROFILE = Profiling.FLAG;

    private static final int MIB_SHIFT = 20;
    private static final String TOO_FEW_FILES = "this process may not open enough files; raise the limit before it"
            + " starts: ulimit -n 1024 (of a service, LimitNOFILE=)";
    /** More than the end of a command may have closed again before it is seen why it failed. */
    private static final int SPARE_FILES = 16;

    private final Console console;
    private boolean outOfFiles;

    CommandLine(final Console console) {
        this.console = console;
    }

    /** Runs the command line of a process and returns its exit code; never throws. */
    int runProcess(final String... args) {
        final int exitCode = run(true, args);
        if (outOfFiles) {
            // An end in order would load classes, and print that it cannot.
            console.out().flush();
            console.err().flush();
            Runtime.getRuntime().halt(exitCode);
        }
        // What was printed is often all that a command does, and a stream that prints tells nobody that it could not.
        return console.out().checkError() ? outputLost() : exitCode;
    }

    /** Says why standard output took no more, unless its reader is gone, as head is when it has seen enough. */
    private int outputLost() {
        String reason = "some of it is missing";
        try {
            console.unbufferedOut().write('\n');
        } catch (final IOException e) {
            if ("Broken pipe".equals(e.getMessage())) {
                return ExitCode.SIGNAL_BASE + ExitCode.SIGPIPE;
            }
            reason = e.getMessage();
        }
        console.error("standard output could not be written to its end: " + reason);
        return ExitCode.CANNOT_START;
    }

    /** Runs one command line inside a process of others, and returns the exit code; never throws. */
    int run(final String... args) {
        return run(false, args);
    }

    private int run(final boolean ownProcess, final String... args) {
        final List<String> words = List.of(args);
        final boolean debug = words.contains(Arguments.DEBUG);
        try {
            if (ownProcess) {
                Switches.check(System.getProperties(), System.getenv(), console::note);
            }
            return dispatch(words);
        } catch (final CliException e) {
            return failed(e, e.getMessage(), e.exitCode(), debug);
        } catch (final ConfigException e) {
            return failed(e, e.getMessage(), ExitCode.USAGE, debug);
        } catch (final OuliException e) {
            return failed(e, e.getMessage() + (speaksOfTooManyFiles(e) ? "; " + TOO_FEW_FILES : ""),
                    ExitCode.CANNOT_START, debug);
        } catch (final InvalidPathException e) {
            return failed(e, "'" + e.getInput() + "' is no path here (" + e.getReason()
                    + "); if it has letters beyond ASCII, set LC_ALL=C.UTF-8", ExitCode.USAGE, debug);
        } catch (final IOException e) {
            return failed(e, refusal(e), ExitCode.CANNOT_START, debug);
        } catch (final UncheckedIOException e) {
            return failed(e, refusal(e.getCause()), ExitCode.CANNOT_START, debug);
        } catch (final OutOfMemoryError e) {
            return failed(e, "it takes more memory than Java's " + (Runtime.getRuntime().maxMemory() >> MIB_SHIFT)
                    + " MiB; give java more: OULI_JAVA_OPTS=-Xmx4g", ExitCode.CANNOT_START, debug);
        } catch (final Throwable e) {
            return fault(e, debug);
        }
    }

    private int fault(final Throwable e, final boolean debug) {
        // Not even a class can be read where no file can be opened, so what fails then may be anything.
        if (hasTooFewFiles(e)) {
            return failed(e, TOO_FEW_FILES, ExitCode.CANNOT_START, debug);
        }
        return failed(e, "a fault of Ouli itself: " + e + "; please report it with what --debug shows",
                ExitCode.BUG, debug);
    }

    /**
     * {@return whether this process has as many files open as it may, or nearly, since some were closed again} Uses
     * what is loaded in any case.
     */
    private boolean hasTooFewFiles(final Throwable e) {
        if (speaksOfTooManyFiles(e)) {
            outOfFiles = true;
            return true;
        }
        final FileInputStream[] tried = new FileInputStream[SPARE_FILES];
        try {
            for (int i = 0; i < tried.length; i++) {
                tried[i] = new FileInputStream("/dev/null");
            }
            return false;
        } catch (final IOException limit) {
            outOfFiles = new File("/dev/null").exists();
            return outOfFiles;
        } finally {
            for (final FileInputStream each : tried) {
                close(each);
            }
        }
    }

    /** By what the system calls EMFILE in English; in another language the error stands without its remedy. */
    private static boolean speaksOfTooManyFiles(final Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            final String message = cause.getMessage();
            if (message != null && message.contains("Too many open files")) {
                return true;
            }
        }
        return false;
    }

    private static void close(final FileInputStream file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (final IOException nothingWasWritten) {
            return;
        }
    }

    /** Says what the operating system refused, in words. */
    private static String refusal(final IOException e) {
        if (speaksOfTooManyFiles(e)) {
            return TOO_FEW_FILES;
        }
        final String remedy = "; check its owner, its permissions and the disk";
        if (e instanceof FileSystemException system) {
            final String reason = switch (e) {
                case AccessDeniedException _ -> "permission denied";
                case NoSuchFileException _ -> "there is no such file or folder";
                default -> system.getReason() == null ? e.getClass().getSimpleName() : system.getReason();
            };
            return system.getFile() + ": " + reason + remedy;
        }
        return (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()) + remedy;
    }

    private int dispatch(final List<String> words) throws Exception {
        if (words.isEmpty()) {
            console.err().print(help());
            return ExitCode.USAGE;
        }
        final String name = words.getFirst();
        switch (name) {
            case "-h", "--help" -> {
                console.out().print(help());
                return ExitCode.OK;
            }
            case "help" -> {
                if (words.size() > 1 && !HELP_NAMES.contains(words.get(1))) {
                    return runCommand(words.get(1), List.of(Arguments.HELP));
                }
                console.out().print(help());
                return ExitCode.OK;
            }
            case "-V", "--version", "version" -> {
                console.print(Version.line());
                return ExitCode.OK;
            }
            default -> {
                return runCommand(name, words.subList(1, words.size()));
            }
        }
    }

    private int runCommand(final String name, final List<String> words) throws Exception {
        if (name.equals(BENCH)) {
            throw new CliException(ExitCode.USAGE, "the suites are not in this jar; start ./ouli bench in a clone");
        }
        if (name.equals(FUZZ)) {
            throw new CliException(ExitCode.USAGE,
                    "the fuzzers are not in this jar, they are built by Maven; start ./ouli fuzz in a clone");
        }
        final Command command = command(name);
        if (command == null) {
            final List<String> names = new ArrayList<>(NAMES);
            names.addAll(List.of(BENCH, FUZZ));
            final String nearest = NearestName.of(name, names);
            throw new CliException(ExitCode.USAGE, "unknown command '" + name + "'"
                    + (nearest == null ? "" : "; did you mean '" + nearest + "'?") + "; try 'ouli --help'");
        }
        final Syntax syntax = command.syntax()
                .flag(Arguments.DEBUG, "Log more, and print stack traces of errors.")
                .option(Profiling.FLAG, "WHAT", "Profile: cpu, alloc or wall, with =FILE if you like;"
                        + " writes a flame graph (FILE.html) and a flight recording (FILE.jfr).")
                .flag(Arguments.HELP, "Print this help and exit.");
        if (words.contains("-h") || words.contains(Arguments.HELP)) {
            console.out().print(syntax.help());
            return ExitCode.OK;
        }
        if (words.contains(Arguments.DEBUG)) {
            StderrLogger.setLevel(System.Logger.Level.DEBUG);
        }
        if (!asksForProfile(words)) {
            return command.run(console, syntax.parse(words));
        }
        final Arguments parsed = syntax.parse(profiled(words));
        try {
            return command.run(console, parsed);
        } finally {
            Profiling.end();
        }
    }

    /** A look at words alone: what profiles is loaded when it is asked for. */
    private static boolean asksForProfile(final List<String> words) {
        for (final String word : words) {
            if (word.startsWith(PROFILE)) {
                return true;
            }
        }
        return false;
    }

    private List<String> profiled(final List<String> words) {
        try {
            final List<String> rest = Profiling.begin(words, console::note);
            Termination.atEnd(Profiling::end);
            return rest;
        } catch (final OuliException e) {
            throw new CliException(ExitCode.USAGE, e.getMessage());
        }
    }

    /** {@return all commands} */
    static List<Command> commands() {
        return NAMES.stream().map(CommandLine::command).toList();
    }

    private static Command command(final String name) {
        return switch (name) {
            case "demo" -> new DemoCommand();
            case "record", "replay", "auto", "passthrough" -> new ServeCommand(name);
            case "show" -> new ShowCommand();
            case "export" -> new ExportCommand();
            case "import" -> new ImportCommand();
            case "explain" -> new ExplainCommand();
            case "verify" -> new VerifyCommand();
            case "recover" -> new RecoverCommand();
            case "stats" -> new StatsCommand();
            case "redact" -> new RedactCommand();
            case "scan" -> new ScanCommand();
            case "doctor" -> new DoctorCommand();
            case "package" -> new PackageCommand();
            case TrainStartCommand.NAME -> new TrainStartCommand();
            default -> null;
        };
    }

    private int failed(final Throwable e, final String message, final int exitCode, final boolean debug) {
        console.error(message);
        if (debug) {
            e.printStackTrace(console.err());
        }
        return exitCode;
    }

    private static String help() {
        final StringBuilder text = new StringBuilder("""
                Usage: ouli COMMAND [flags]
                Records HTTP interactions once and replays them for ever, byte for byte.

                Commands:
                """);
        for (final String name : NAMES) {
            Syntax.row(text, name, command(name).syntax().summary());
        }
        Syntax.row(text, BENCH, "Measure: load, latency, peers, and with 'bench micro' the hot paths one by one.");
        Syntax.row(text, FUZZ, "Look for faults for a given time: properties and coverage-guided fuzzing, in a clone.");
        return text.append("""

                'ouli COMMAND --help' shows its flags, 'ouli --version' which Ouli this is. Begin with:
                  ouli demo
                  ouli record --target https://api.example.com --listen 8080 --dir recordings
                  ouli replay --dir recordings --listen 8080

                Exit codes: 0 done; 1 a difference or damage; 2 wrong usage or configuration; 3 cannot start;
                4 a recording could not be kept; 70 a fault of Ouli. All in docs/CLI.md.
                """).toString();
    }
}
