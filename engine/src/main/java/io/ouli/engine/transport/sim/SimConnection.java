package io.ouli.engine.transport.sim;

import io.ouli.engine.transport.SendParts;

/** The state of one connection of a {@link SimTransport}. */
final class SimConnection {
    /** How far the connection has come. */
    enum State {
        CONNECTING, OPEN, CLOSING
    }

    final int id;
    final SimSocket socket;
    final SendParts parts = new SendParts();
    State state;
    SendWatch watch;
    boolean sending;
    boolean sendScheduled;
    boolean sentPending;
    boolean paused;
    boolean receiveEnded;
    boolean outputShutdown;
    boolean closedPending;
    boolean ready;
    int cause;

    SimConnection(final int id, final SimSocket socket, final State state) {
        this.id = id;
        this.socket = socket;
        this.state = state;
    }
}
