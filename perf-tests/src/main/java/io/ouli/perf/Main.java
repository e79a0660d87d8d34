package io.ouli.perf;

import io.ouli.engine.OuliException;
import io.ouli.engine.transport.TransportException;
import io.ouli.perf.result.WrongInputException;
import io.ouli.proxy.profile.Profiling;
import java.io.PrintWriter;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of {@code ouli bench}. */
@Command(
        name = "ouli bench",
        description = "Measures: every figure that is printed is one of these commands away.",
        footer = {"'micro [FILTER]' runs the micro-benchmarks, see 'ouli bench micro --help'.",
            "--profile cpu|alloc|wall[=FILE] beside any of them profiles the suite's own process."},
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a reply was wrong or missing", "2:wrong usage", "3:could not be measured"},
        subcommands = {LoadCommand.class, LadderCommand.class, PeersCommand.class, ScenarioCommand.class,
            RecordCommand.class, ColdStartCommand.class, MatrixCommand.class, QuickCommand.class,
            ConnectionsCommand.class, SoakCommand.class, StorageCommand.class, MetricsCommand.class,
            CompareCommand.class, ReportCommand.class})
public final class Main implements Runnable {
    /** A reply was wrong, late beyond its time-out, or missing. */
    static final int EXIT_WRONG = 1;
    static final int EXIT_FAILED = 3;
    /** Held, for java.util.logging forgets the level of a logger that nobody holds. */
    private static final Logger ENGINE_LOG = Logger.getLogger("io.ouli.engine");

    @Spec
    private CommandSpec spec;

    private Main() {
    }

    /** Runs one command. Exit codes: 0 done, 1 a reply was wrong, 2 wrong usage, 3 could not be measured. */
    public static void main(final String[] args) {
        // The engine's log is not about what is measured.
        ENGINE_LOG.setLevel(Level.WARNING);
        final String[] rest;
        try {
            rest = Profiling.begin(List.of(args), line -> System.err.println("ouli: " + line)).toArray(String[]::new);
        } catch (final OuliException e) {
            System.err.println("ouli: error: " + e.getMessage());
            System.exit(CommandLine.ExitCode.USAGE);
            return;
        }
        final int exitCode = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), rest);
        Profiling.end();
        System.exit(exitCode);
    }

    /** Runs one command with its output elsewhere. */
    static int run(final PrintWriter out, final PrintWriter err, final String... args) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, parsed) -> {
                    final CommandLine command = wrong.getCommandLine();
                    command.getErr().println("ouli: error: " + wrong.getMessage().replace('\n', ' ') + "; "
                            + meant(wrong) + "try '" + command.getCommandSpec().qualifiedName() + " --help'");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((fault, commandLine, parsed) -> {
                    if (fault instanceof OuliException || fault instanceof TransportException) {
                        commandLine.getErr().println("ouli: error: " + fault.getMessage());
                        return fault instanceof WrongInputException ? CommandLine.ExitCode.USAGE : EXIT_FAILED;
                    }
                    throw fault;
                })
                .execute(args);
    }

    /** {@return a question for who has mistyped a command or a flag; else nothing} */
    private static String meant(final ParameterException wrong) {
        return wrong instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()
                ? "did you mean " + unmatched.getSuggestions().getFirst() + "? " : "";
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what is to be measured is missing");
    }
}
