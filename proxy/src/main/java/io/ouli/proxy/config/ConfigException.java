package io.ouli.proxy.config;

import io.ouli.engine.OuliException;

/** A configuration cannot be used as it stands; the message names the file, the line and the key, and the remedy. */
public final class ConfigException extends OuliException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what is wrong with which file, line and key; and what to do.
     */
    public ConfigException(final String message) {
        super(message);
    }

    /**
     * Creates an error that another one led to.
     *
     * @param message what is wrong with which file, line and key; and what to do.
     * @param cause   the other one.
     */
    public ConfigException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
