package io.ouli.engine.transport.sim;

import io.ouli.engine.transport.ConnectionState;

/** The state of one connection of a {@link SimTransport}. */
final class SimConnection extends ConnectionState {
    final SimSocket socket;
    SendWatch watch;
    boolean sendScheduled;
    boolean sentPending;
    boolean closedPending;
    boolean ready;

    SimConnection(final int id, final SimSocket socket, final int state) {
        super(id);
        this.socket = socket;
        this.state = state;
    }
}
