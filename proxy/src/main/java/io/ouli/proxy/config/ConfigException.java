package io.ouli.proxy.config;

import io.ouli.engine.OuliException;

/** A configuration cannot be used as it stands; the message names the file, the line and the key, and the remedy. */
public final class ConfigException extends OuliException {
    private static final long serialVersionUID = 1L;

    public ConfigException(final String message) {
        super(message);
    }

    public ConfigException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
