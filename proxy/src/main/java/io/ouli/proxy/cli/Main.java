package io.ouli.proxy.cli;

import io.ouli.engine.core.LazyLogger;
import java.util.List;

/** Starts the command line. */
public final class Main {
    private Main() {
    }

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args the command, its options and operands.
     */
    public static void main(final String[] args) {
        if (!List.of(args).contains(Arguments.DEBUG)) {
            LazyLogger.setLeast(System.Logger.Level.INFO);
        }
        final int exitCode = new CommandLine(Console.system()).runProcess(args);
        System.out.flush();
        // An exit is logged by the JDK, and to find out where costs more than all else that a short command does.
        if (exitCode != ExitCode.OK || Termination.isArmed()) {
            System.exit(exitCode);
        }
    }
}
