package io.ouli.proxy.cli;

/** Starts the command line. */
public final class Main {
    private Main() {
    }

    public static void main(final String[] args) {
        final int exitCode = new CommandLine(Console.system()).run(args);
        System.out.flush();
        System.exit(exitCode);
    }
}
