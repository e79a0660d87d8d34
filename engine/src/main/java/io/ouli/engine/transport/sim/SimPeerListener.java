package io.ouli.engine.transport.sim;

import java.net.InetSocketAddress;

/** A listening port on a {@link SimNetwork} that a test drives itself. */
public final class SimPeerListener {
    private static final int BACKLOG = 1_024;

    private final SimNetwork network;
    private final SimListener listener = new SimListener(BACKLOG, () -> { });

    SimPeerListener(final SimNetwork network) {
        this.network = network;
    }

    SimListener inner() {
        return listener;
    }

    /** {@return where it listens} */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** {@return the next connection, or null if none waits} */
    public SimPeer accept() {
        final SimSocket socket = listener.poll();
        return socket == null ? null : new SimPeer(network, socket);
    }

    /** Stops listening; connections that wait are reset. */
    public void close() {
        network.unbind(listener);
        listener.dropWaiting();
    }
}
