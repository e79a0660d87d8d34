package io.ouli.engine.transport.nio;

import io.ouli.engine.transport.SendParts;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The state of one connection; the object stays in its slot of the table and is used again with the id. */
final class NioConnection {
    /** The slot is free. */
    static final int FREE = 0;
    /** Waiting for the peer's SYN-ACK. */
    static final int CONNECTING = 1;
    /** Bytes may flow. */
    static final int OPEN = 2;
    /** The channel is closed; onClosed is still to be delivered. */
    static final int CLOSING = 3;

    final int id;
    final SendParts parts = new SendParts();
    SocketChannel channel;
    SelectionKey key;
    int state;
    int interest;
    int cause;
    long closeTurn;
    boolean sending;
    boolean paused;
    boolean receiveEnded;
    boolean outputShutdown;
    boolean connectedPending;
    boolean sentPending;
    boolean queued;

    NioConnection(final int id) {
        this.id = id;
    }

    /** Makes the slot ready for another channel. */
    void open(final SocketChannel newChannel, final int newState) {
        assert state == FREE && parts.end() == 0 && !queued;
        channel = newChannel;
        state = newState;
        interest = 0;
        cause = 0;
        sending = false;
        paused = false;
        receiveEnded = false;
        outputShutdown = false;
        connectedPending = false;
        sentPending = false;
    }

    /** Returns the selector's interest that fits the state. */
    int wantedInterest() {
        if (state == CONNECTING) {
            return SelectionKey.OP_CONNECT;
        }
        return (paused || receiveEnded ? 0 : SelectionKey.OP_READ) | (sending ? SelectionKey.OP_WRITE : 0);
    }
}
