package io.ouli.engine.transport;

/** A transport could not do what was asked; the message names the address or feature and the remedy. */
public final class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TransportException(final String message) {
        super(message);
    }

    public TransportException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
