package io.ouli.engine.testserver;

import java.net.URI;
import java.util.Locale;

/**
 * The upstream of an endpoint as test-server's configuration has it; it is part of every hash.
 *
 * @param type {@code target_type}, such as {@code https}.
 * @param host {@code target_host}.
 * @param port {@code target_port}; 0 if there is none.
 */
public record TestServerTarget(String type, String host, long port) {
    /** {@return an upstream given as a URL, with the port that its scheme means where it states none} */
    public static TestServerTarget of(final URI url) {
        final String type = url.getScheme().toLowerCase(Locale.ROOT);
        final int port = url.getPort() >= 0 ? url.getPort() : type.equals("https") ? 443 : 80;
        return new TestServerTarget(type, url.getHost(), port);
    }
}
