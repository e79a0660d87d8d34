package io.ouli.proxy.curl;

import io.ouli.engine.OuliException;

/** Says why no request can be made of curl's arguments. */
public final class CurlException extends OuliException {
    private static final long serialVersionUID = 1L;

    CurlException(final String message) {
        super(message);
    }

    CurlException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
