package io.ouli.proxy.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Reads where to listen: {@code 8080}, {@code 127.0.0.1:8080} or {@code [::1]:8080}; port 0 takes a free one. */
public final class ListenAddress {
    /** Where listeners bind when nobody says otherwise: this machine only. */
    public static final String LOOPBACK = "127.0.0.1";

    private ListenAddress() {
    }

    /**
     * {@return the address that a text means}
     *
     * @param text a port, or host and port.
     * @param bind the host for a text that has none; null for {@link #LOOPBACK}.
     * @throws IllegalArgumentException with a message that says what is wrong with it.
     */
    public static InetSocketAddress parse(final String text, final String bind) {
        final int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return of(bind == null ? LOOPBACK : bind, port(text, text));
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.isEmpty() || host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("must be a port, host:port or [IPv6]:port, not '" + text + "'");
        }
        return of(host, port(text.substring(colon + 1), text));
    }

    private static InetSocketAddress of(final String host, final int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException("names the host '" + host
                    + "', which is no address of this machine; 127.0.0.1 is this machine only, 0.0.0.0 every network",
                    e);
        }
    }

    private static int port(final String digits, final String text) {
        try {
            final int port = Integer.parseInt(digits);
            if (port >= 0 && port <= 0xFFFF) {
                return port;
            }
        } catch (final NumberFormatException ignored) {
            // Told below, as for a number out of range.
        }
        throw new IllegalArgumentException("must end with a port from 0 to 65535, not '" + text + "'");
    }
}
