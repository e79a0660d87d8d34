package io.ouli.engine.recording.disk;

import java.io.IOException;

/** Somebody else removed, replaced or changed a file that is being written. */
public final class FileChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what somebody else has done to the file.
     */
    public FileChangedException(final String message) {
        super(message);
    }
}
