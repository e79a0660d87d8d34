package io.ouli.proxy.cli;

import io.ouli.engine.OuliException;

/** Ends a command with one line on standard error and an exit code. */
final class CliException extends OuliException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CliException(final int exitCode, final String message) {
        super(message);
        this.exitCode = exitCode;
    }

    CliException(final int exitCode, final String message, final Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
