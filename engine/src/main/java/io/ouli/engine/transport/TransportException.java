package io.ouli.engine.transport;

import io.ouli.engine.OuliException;
import java.net.InetSocketAddress;

/** A transport could not do what was asked; the message names the address or feature and the remedy. */
public final class TransportException extends OuliException {
    private static final long serialVersionUID = 1L;

    /** Creates one with a message that names what failed and the remedy. */
    public TransportException(final String message) {
        super(message);
    }

    /** Creates one with a message that names what failed and the remedy, and what caused it. */
    public TransportException(final String message, final Throwable cause) {
        super(message, cause);
    }

    /** {@return the error for an address that could not be listened on} */
    public static TransportException listen(final InetSocketAddress address, final int errno, final Throwable cause) {
        final String reason = switch (errno) {
            case Errno.EADDRINUSE -> "the address is in use; stop the other process or choose another port"
                    + " (0 takes a free one)";
            case Errno.EACCES -> "permission denied; choose a port from 1024 up, or grant CAP_NET_BIND_SERVICE";
            case Errno.EADDRNOTAVAIL -> "no interface of this machine has that address; bind 127.0.0.1, ::1 or 0.0.0.0";
            case Errno.EAFNOSUPPORT -> "the address family is not supported here; bind an IPv4 address";
            case Errno.EMFILE, Errno.ENFILE -> "too many open files; raise the limit (ulimit -n)";
            default -> Errno.name(errno) + detail(cause);
        };
        return new TransportException("cannot listen on " + display(address) + ": " + reason, cause);
    }

    /** {@return the error for a connection that could not even be started} */
    public static TransportException connect(final InetSocketAddress address, final int errno, final Throwable cause) {
        final String reason = switch (errno) {
            case Errno.EAFNOSUPPORT -> "the address family is not supported here; use an IPv4 address";
            case Errno.EMFILE, Errno.ENFILE -> "too many open files; raise the limit (ulimit -n)";
            default -> Errno.name(errno) + detail(cause);
        };
        return new TransportException("cannot connect to " + display(address) + ": " + reason, cause);
    }

    /** {@return the error for a full connection table} */
    public static TransportException tableFull(final InetSocketAddress address, final int maxConnections) {
        return new TransportException("cannot connect to " + display(address) + ": all " + maxConnections
                + " connections of this worker are open; raise maxConnections or add workers");
    }

    /** {@return the error for a host name that was not resolved before it came here} */
    public static TransportException unresolved(final InetSocketAddress address) {
        return new TransportException("the host " + address.getHostString() + " of port " + address.getPort()
                + " is not resolved; check the name and the resolver");
    }

    private static String display(final InetSocketAddress address) {
        final String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
        return host.indexOf(':') < 0 ? host + ":" + address.getPort() : "[" + host + "]:" + address.getPort();
    }

    private static String detail(final Throwable cause) {
        return cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    }
}
