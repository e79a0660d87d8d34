package io.ouli.engine.redaction;

import io.ouli.engine.OuliException;

/** A redaction policy that cannot be, or a message that cannot be redacted; never names what a secret is. */
public final class RedactionException extends OuliException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what is wrong with a policy; and what to do.
     */
    public RedactionException(final String message) {
        super(message);
    }

    /**
     * Creates an error that another one led to.
     *
     * @param message what is wrong with a policy; and what to do.
     */
    public RedactionException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
