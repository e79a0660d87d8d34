package io.ouli.engine.memory;

import io.ouli.engine.OuliException;

/** A file was cut while it was mapped: the bytes that were asked for are gone. */
public final class FileCutException extends OuliException {
    private static final long serialVersionUID = 1L;

    FileCutException(final InternalError fault) {
        super("a recording's file was cut while it was open; restore it and start again", fault);
    }
}
