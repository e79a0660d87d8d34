package io.ouli.proxy.transfer;

import io.ouli.engine.OuliException;

/** A session could not be written, or not to its end: the fault is with the recording, not with what is imported. */
public final class NotWrittenException extends OuliException {
    private static final long serialVersionUID = 1L;

    NotWrittenException(final String session, final OuliException cause) {
        super("session " + session + ": " + cause.getMessage(), cause);
    }
}
