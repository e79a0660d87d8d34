package io.ouli.engine.recording;

/**
 * Thrown instead of reading much of a recording when it is opened by who must not wait for that: it was not sealed, is
 * damaged, or all of its index is asked for. No fault; another thread opens it.
 */
public final class SlowRecordingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates one, without a stack trace: it is no error. */
    public SlowRecordingException() {
        super("to open this recording takes long", null, false, false);
    }
}
