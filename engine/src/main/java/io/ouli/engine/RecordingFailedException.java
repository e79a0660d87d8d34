package io.ouli.engine;

import java.util.List;

/** Recordings lack interactions since an error, or could not be sealed; the log said so of each when it happened. */
public final class RecordingFailedException extends OuliException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> sessions;

    /** @param first what became of the first of the sessions. */
    RecordingFailedException(final List<String> sessions, final OuliException first) {
        // Not the very error that a recorder has thrown before: a try block of both would have it suppress itself.
        super(first.getMessage(), first);
        this.sessions = List.copyOf(sessions);
    }

    /** {@return the sessions whose recordings are not whole} */
    public List<String> sessions() {
        return sessions;
    }
}
