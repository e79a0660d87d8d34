package io.ouli.engine.recording.storage;

import java.io.IOException;

/** A file has a writer already; the message names it. */
public final class LockedException extends IOException {
    private static final long serialVersionUID = 1L;

    public LockedException(final String message) {
        super(message);
    }
}
