package io.ouli.engine;

/** What went wrong with something from disk, network or user, and what to do about it; one line, never a secret. */
public class OuliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what is wrong; and what to do.
     */
    public OuliException(final String message) {
        super(message);
    }

    /**
     * Creates an error that another one led to.
     *
     * @param message what is wrong; and what to do.
     */
    public OuliException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
