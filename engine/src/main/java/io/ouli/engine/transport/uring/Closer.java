package io.ouli.engine.transport.uring;

import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.Operations;
import io.ouli.uring.Ring;
import io.ouli.uring.RingFeature;

/**
 * Ends connections: takes their operations back from the kernel, at once by descriptor (5.19) or one by one, and closes
 * the descriptor when the kernel holds none any more.
 */
final class Closer {
    private final Operations operations;
    private final Sockets sockets;
    private final boolean cancelsByFd;

    Closer(final Ring ring, final Sockets sockets) {
        operations = ring.operations();
        cancelsByFd = ring.features().isEnabled(RingFeature.CANCEL_BY_FD);
        this.sockets = sockets;
    }

    /** {@return whether all operations of a descriptor are cancelled by one; else sockets have to be shut down} */
    boolean cancelsByFd() {
        return cancelsByFd;
    }

    /** Begins to close a connection, for an error or with 0 because the caller wants it; once is enough. */
    void fail(final UringConnection connection, final int errno) {
        if (connection.state == UringConnection.CLOSING) {
            return;
        }
        final boolean connecting = connection.state == UringConnection.CONNECTING;
        connection.state = UringConnection.CLOSING;
        connection.cause = errno;
        connection.sending = false;
        if (connection.inFlight == 0) {
            progress(connection);
        } else if (cancelsByFd) {
            connection.inFlight++;
            operations.cancelAll(connection.fd, connection.userData(UringOp.CANCEL));
        } else {
            if (connecting) {
                cancel(connection, UringOp.CONNECT);
            }
            if (connection.receive == UringConnection.ARMED) {
                cancel(connection, UringOp.RECEIVE);
            }
            if (connection.sendInFlight) {
                cancel(connection, UringOp.SEND);
            }
        }
    }

    /** Asks the kernel to give one operation back. */
    void cancel(final UringConnection connection, final int op) {
        connection.inFlight++;
        operations.cancel(connection.userData(op), connection.userData(UringOp.CANCEL));
    }

    /** Takes the completion of a cancellation that {@link #fail} asked for. */
    void cancelled(final UringConnection connection, final int result) {
        if (connection.inFlight > 0 && result < connection.inFlight) {
            // Something is being worked on and cannot be cancelled, or has just completed; this ends it either way.
            sockets.shutdown(connection.fd, LibcHeader.SHUT_RDWR());
        }
        progress(connection);
    }

    /** Closes the descriptor once the kernel holds no operation of the connection any more. */
    void progress(final UringConnection connection) {
        if (connection.inFlight == 0) {
            assert !connection.closeSubmitted;
            connection.closeSubmitted = true;
            connection.inFlight++;
            operations.close(connection.fd, connection.userData(UringOp.CLOSE));
        }
    }
}
