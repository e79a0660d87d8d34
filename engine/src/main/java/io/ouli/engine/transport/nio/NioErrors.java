package io.ouli.engine.transport.nio;

import io.ouli.engine.transport.Errno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Locale;

/** Maps NIO's exceptions, whose text is the operating system's, to {@link Errno}. */
final class NioErrors {
    private NioErrors() {
    }

    static int errno(final IOException exception) {
        final String text = exception.getMessage() == null ? "" : exception.getMessage().toLowerCase(Locale.ROOT);
        if (text.contains("reset") || text.contains("forcibly closed")) {
            return Errno.ECONNRESET;
        }
        if (text.contains("broken pipe")) {
            return Errno.EPIPE;
        }
        if (text.contains("in use") || text.contains("only one usage")) {
            return Errno.EADDRINUSE;
        }
        if (text.contains("permission denied") || text.contains("forbidden by its access permissions")) {
            return Errno.EACCES;
        }
        if (text.contains("assign requested address") || text.contains("not valid in its context")) {
            return Errno.EADDRNOTAVAIL;
        }
        if (text.contains("too many open files")) {
            return text.contains("in system") ? Errno.ENFILE : Errno.EMFILE;
        }
        if (text.contains("network is unreachable") || text.contains("unreachable network")) {
            return Errno.ENETUNREACH;
        }
        if (text.contains("timed out")) {
            return Errno.ETIMEDOUT;
        }
        if (text.contains("abort")) {
            return Errno.ECONNABORTED;
        }
        return byType(exception);
    }

    private static int byType(final IOException exception) {
        return switch (exception) {
            case NoRouteToHostException e -> Errno.EHOSTUNREACH;
            case ConnectException e -> Errno.ECONNREFUSED;
            case BindException e -> Errno.EADDRNOTAVAIL;
            default -> Errno.EIO;
        };
    }
}
