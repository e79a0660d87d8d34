package io.ouli.engine.transport.sim;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/** A bound port with the connections that wait to be accepted. */
final class SimListener {
    private final ArrayDeque<SimSocket> waiting = new ArrayDeque<>();
    private final int backlog;
    private final Runnable onReady;
    private InetSocketAddress address;
    private boolean reusePort;

    /**
     * Creates a listener that is not bound yet.
     *
     * @param onReady called when a connection waits.
     */
    SimListener(final int backlog, final Runnable onReady) {
        this.backlog = backlog;
        this.onReady = onReady;
    }

    void bound(final InetSocketAddress boundAddress, final boolean sharesPort) {
        address = boundAddress;
        reusePort = sharesPort;
    }

    InetSocketAddress address() {
        return address;
    }

    boolean reusePort() {
        return reusePort;
    }

    boolean isFull() {
        return waiting.size() >= backlog;
    }

    void offer(final SimSocket socket) {
        waiting.add(socket);
        onReady.run();
    }

    /** {@return the connection that has waited longest, or null} */
    SimSocket poll() {
        return waiting.poll();
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** Resets what was not accepted. */
    void dropWaiting() {
        for (SimSocket socket = waiting.poll(); socket != null; socket = waiting.poll()) {
            socket.reset();
        }
    }
}
