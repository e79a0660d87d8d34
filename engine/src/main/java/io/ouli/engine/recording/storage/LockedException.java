package io.ouli.engine.recording.storage;

import java.io.IOException;

/** A file has a writer already; the message names it. */
public final class LockedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message who has the lock, as far as that is known.
     */
    public LockedException(final String message) {
        super(message);
    }
}
