package io.ouli.engine.transport.nio;

import io.ouli.engine.transport.ConnectionState;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The state of one connection; the object stays in its slot of the table and is used again with the id. */
final class NioConnection extends ConnectionState {
    SocketChannel channel;
    SelectionKey key;
    int interest;
    long closeTurn;
    boolean connectedPending;
    boolean sentPending;
    boolean queued;

    NioConnection(final int id) {
        super(id);
    }

    /** Makes the slot ready for another channel. */
    void open(final SocketChannel newChannel, final int newState) {
        assert !queued;
        reuse(newState);
        channel = newChannel;
        interest = 0;
        connectedPending = false;
        sentPending = false;
    }

    @Override
    protected boolean isConnected() {
        return state == OPEN && !connectedPending;
    }

    /** {@return the selector's interest that fits the state} */
    int wantedInterest() {
        if (state == CONNECTING) {
            return SelectionKey.OP_CONNECT;
        }
        return (paused || receiveEnded ? 0 : SelectionKey.OP_READ)
                | (sending && sendFault == 0 ? SelectionKey.OP_WRITE : 0);
    }
}
