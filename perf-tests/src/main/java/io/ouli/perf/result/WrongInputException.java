package io.ouli.perf.result;

import io.ouli.engine.OuliException;

/** What the user named cannot be used: a file that is no result, something that does not exist; wrong usage. */
public final class WrongInputException extends OuliException {
    private static final long serialVersionUID = 1L;

    public WrongInputException(final String message) {
        super(message);
    }

    public WrongInputException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
