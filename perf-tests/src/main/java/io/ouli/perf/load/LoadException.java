package io.ouli.perf.load;

import io.ouli.engine.OuliException;

/** A load run could not begin; the message names the server and the remedy. */
public final class LoadException extends OuliException {
    private static final long serialVersionUID = 1L;

    public LoadException(final String message) {
        super(message);
    }

    public LoadException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
