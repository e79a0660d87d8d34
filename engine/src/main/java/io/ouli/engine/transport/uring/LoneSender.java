package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.ConnectionState;
import io.ouli.engine.transport.ConnectionTable;
import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcSocket;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.MemorySegment;

/**
 * Sends the only connection's bytes by a call of its own where the transport never sleeps, as {@link LoneReceiver}
 * receives them. The call never waits: what the socket has no room for is the ring's to send. How much was taken is
 * told in the next turn, for sending calls nobody back. docs/adr/024.
 */
final class LoneSender {
    private static final int FLAGS = LibcHeader.MSG_DONTWAIT() | LibcHeader.MSG_NOSIGNAL();

    private final ErrnoCapture capture = new ErrnoCapture();
    private final ConnectionTable<UringConnection> connections;
    private final boolean enabled;
    /** Whose call is to be told of; null if there is none. */
    private UringConnection sender;
    private int generation;
    private int result;

    LoneSender(final TransportOptions options, final ConnectionTable<UringConnection> connections) {
        this.connections = connections;
        enabled = options.spinNanos() == TransportOptions.BUSY_POLL;
    }

    /**
     * Sends what the socket has room for, if there is no other connection.
     *
     * @return false if the ring has to send.
     */
    boolean sends(final UringConnection connection, final MemorySegment base, final long offset, final int length) {
        if (!enabled || connections.taken() > 1) {
            return false;
        }
        final int sent = LibcSocket.send(capture, connection.fd, base, offset, length, FLAGS);
        if (sent == -Errno.EAGAIN) {
            return false;
        }
        sender = connection;
        generation = connection.generation;
        result = sent;
        return true;
    }

    /** {@return whether a call is to be told of} */
    boolean any() {
        return sender != null;
    }

    /** Takes what is to be told of; null if that connection has been closed meanwhile. */
    UringConnection release() {
        final UringConnection connection = sender;
        sender = null;
        return connection.state == ConnectionState.OPEN && connection.generation == generation ? connection : null;
    }

    /** {@return how many bytes were taken, or the negative errno} */
    int result() {
        return result;
    }
}
