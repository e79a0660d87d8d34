package io.ouli.proxy.cli;

/** One command of the command line. */
interface Command {
    /** {@return what it understands; the flags that all commands share are added by {@link CommandLine}} */
    Syntax syntax();

    /**
     * Does the work.
     *
     * @return an {@link ExitCode}.
     * @throws Exception ends as one line on standard error, and an exit code after its type.
     */
    int run(Console console, Arguments arguments) throws Exception;
}
