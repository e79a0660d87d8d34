package io.ouli.proxy;

import io.ouli.engine.OuliException;
import java.nio.file.Path;

/**
 * How an endpoint speaks to an https upstream.
 *
 * @param ca       a PEM file with the certificates to trust instead of the system's; null for the system's.
 * @param insecure true to trust whoever answers, under whatever name.
 * @param http2    true for HTTP/2 where the upstream offers it (by ALPN), at the price of what {@code java.net.http}
 *                 hides: the order of fields, the boundaries of chunks, trailers. False: HTTP/1.1, byte for byte.
 */
public record UpstreamTls(Path ca, boolean insecure, boolean http2) {
    /** HTTP/1.1, certificates checked against the system's trust store. */
    public static final UpstreamTls DEFAULT = new UpstreamTls(null, false, false);

    /** Checks that the values go together. */
    public UpstreamTls {
        if (ca != null && insecure) {
            throw new OuliException("an upstream's CA file is given, and that nobody is to be checked; keep one");
        }
    }
}
