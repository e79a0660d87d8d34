package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.ConnectionTable;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcSocket;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;

/**
 * Looks for the bytes of the only connection by a call of its own where the transport never sleeps: there is nothing
 * to share a system call with, and what arrives needs no detour through the ring's work list. docs/adr/024.
 */
final class LoneReceiver {
    private static final int DONTWAIT = LibcHeader.MSG_DONTWAIT();

    private final ErrnoCapture capture = new ErrnoCapture();
    private final ConnectionTable<UringConnection> connections;
    private final boolean enabled;
    private final int bufferBytes;
    private UringConnection lone;

    LoneReceiver(final TransportOptions options, final ConnectionTable<UringConnection> connections) {
        this.connections = connections;
        enabled = options.spinNanos() == TransportOptions.BUSY_POLL;
        bufferBytes = options.receiveBufferBytes();
    }

    /**
     * Takes a connection that is to receive, if there is no other.
     *
     * @return false if the ring has to receive.
     */
    boolean takes(final UringConnection connection) {
        if (!enabled || connections.taken() > 1) {
            return false;
        }
        if (connection.ownBuffer == null) {
            connection.ownBuffer = NativeLedger.note(Owner.BUFFERS, Arena.ofAuto().allocate(bufferBytes, Long.BYTES));
        }
        connection.receive = UringConnection.LONE;
        lone = connection;
        return true;
    }

    /** {@return whether there is a connection to look at} */
    boolean any() {
        return lone != null && lone.receive == UringConnection.LONE && lone.state == UringConnection.OPEN;
    }

    /** Gives the connection back, which then has no receive; null if there is none. */
    UringConnection release() {
        final UringConnection connection = any() ? lone : null;
        if (connection != null) {
            connection.receive = UringConnection.IDLE;
        }
        lone = null;
        return connection;
    }

    /**
     * Receives into the connection's own buffer without waiting.
     *
     * @return how much, or the negative errno.
     */
    int receive() {
        return LibcSocket.recv(capture, lone.fd, lone.ownBuffer, bufferBytes, DONTWAIT);
    }
}
