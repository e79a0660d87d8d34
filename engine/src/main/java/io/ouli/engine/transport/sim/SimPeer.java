package io.ouli.engine.transport.sim;

import java.util.Arrays;

/** A plain stream socket on a {@link SimNetwork}, for the side of a conversation that a test plays itself. */
public final class SimPeer {
    /** Returned by {@link #read} when the stream has ended. */
    public static final int END = -1;
    /** Returned by {@link #read} and {@link #write} when the connection was reset or refused. */
    public static final int RESET = -2;

    private final SimNetwork network;
    private final SimSocket socket;

    SimPeer(final SimNetwork network) {
        this(network, new SimSocket(network));
    }

    SimPeer(final SimNetwork network, final SimSocket socket) {
        this.network = network;
        this.socket = socket;
    }

    SimSocket socket() {
        return socket;
    }

    /** {@return whether the connection stands} */
    public boolean isConnected() {
        return socket.isConnected();
    }

    /** Writes what fits now; returns how many bytes were taken, or {@link #RESET}. */
    public int write(final byte[] bytes, final int offset, final int length) {
        if (socket.errnoForSend() != 0 || socket.isClosed()) {
            return RESET;
        }
        if (!socket.isConnected() || length == 0) {
            return 0;
        }
        int count = Math.min(length, socket.space());
        if (count > 1 && network.happens(network.faults().shortSends())) {
            count = 1 + network.random(count);
        }
        if (count > 0) {
            socket.send(Arrays.copyOfRange(bytes, offset, offset + count));
        }
        return count;
    }

    /** Reads what is there now; returns 0 if nothing is, {@link #END} or {@link #RESET}. */
    public int read(final byte[] into, final int offset, final int length) {
        if (socket.unread() == 0 && socket.resetErrno() != 0) {
            return RESET;
        }
        if (socket.isAtEnd()) {
            return END;
        }
        int count = Math.min(length, socket.unread());
        if (count > 1 && network.happens(network.faults().shortReceives())) {
            count = 1 + network.random(count);
        }
        return count == 0 ? 0 : socket.read(into, offset, count);
    }

    /** Sends FIN; reading goes on. */
    public void shutdownOutput() {
        socket.sendFin();
    }

    /** Ends the connection with RST. */
    public void reset() {
        socket.reset();
    }

    /** Closes the connection; with RST if bytes are left unread. */
    public void close() {
        socket.close();
    }
}
