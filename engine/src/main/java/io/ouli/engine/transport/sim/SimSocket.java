package io.ouli.engine.transport.sim;

import io.ouli.engine.transport.Errno;
import java.util.ArrayDeque;

/**
 * One end of a simulated stream: what has arrived for it, and the way to the other end.
 *
 * <p>Bytes, FIN and RST of one direction arrive in order, each after a latency of its own; nothing orders one
 * connection, or one direction, against another.
 */
final class SimSocket {
    private static final byte[] NOTHING = {};

    /** Hears that something has changed; it looks at the socket for what. */
    interface Owner {
        /** Called inside a network event. */
        void changed();
    }

    private final SimNetwork network;
    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
    private Owner owner = () -> { };
    private SimSocket remote;
    private byte[] current = NOTHING;
    private int currentAt;
    private int unread;
    private int travelling;
    private long lastArrivalNanos;
    private boolean connected;
    private boolean finArrived;
    private boolean finSent;
    private boolean closed;
    private int resetErrno;

    SimSocket(final SimNetwork network) {
        this.network = network;
    }

    void owner(final Owner newOwner) {
        owner = newOwner;
    }

    void pairWith(final SimSocket accepted) {
        remote = accepted;
        accepted.remote = this;
        accepted.connected = true;
    }

    boolean isConnected() {
        return connected;
    }

    boolean isClosed() {
        return closed;
    }

    /** {@return how many bytes can be read now} */
    int unread() {
        return unread;
    }

    /** {@return whether the stream has ended and all of it was read} */
    boolean isAtEnd() {
        return finArrived && unread == 0;
    }

    /** {@return the errno that the connection ended with, once all bytes were read; otherwise 0} */
    int resetErrno() {
        return unread == 0 ? resetErrno : 0;
    }

    /** {@return the errno that the connection ended with, whether or not bytes are left to read} */
    int errnoForSend() {
        return finSent ? Errno.EPIPE : resetErrno;
    }

    /** {@return how many bytes {@link #send} would take now} */
    int space() {
        return Math.max(0, network.faults().windowBytes() - remote.unread - remote.travelling);
    }

    /** Sends bytes, at most {@link #space}. The array belongs to the network from now on. */
    void send(final byte[] bytes) {
        assert connected && !closed && !finSent && bytes.length <= space();
        final SimSocket target = remote;
        target.travelling += bytes.length;
        travel(target, () -> target.arriveBytes(bytes));
    }

    /** Reads up to {@code length} bytes; returns how many. */
    int read(final byte[] into, final int offset, final int length) {
        int count = 0;
        while (count < length && unread > 0) {
            if (currentAt == current.length) {
                current = arrived.poll();
                currentAt = 0;
            }
            final int piece = Math.min(length - count, current.length - currentAt);
            System.arraycopy(current, currentAt, into, offset + count, piece);
            currentAt += piece;
            count += piece;
            unread -= piece;
        }
        if (count > 0 && remote != null) {
            final SimSocket writer = remote;
            network.schedule(network.nanoTime() + network.latencyNanos(), () -> writer.owner.changed());
        }
        return count;
    }

    /** Ends this direction. */
    void sendFin() {
        if (!finSent && !closed) {
            finSent = true;
            final SimSocket target = remote;
            travel(target, target::arriveFin);
        }
    }

    /** Ends the connection; the other end sees a reset. */
    void reset() {
        if (!closed) {
            closed = true;
            if (remote != null) {
                final SimSocket target = remote;
                travel(target, () -> target.arriveReset(Errno.ECONNRESET));
            }
        }
    }

    /** Ends the connection as a kernel does: with a reset if bytes were left unread, with FIN otherwise. */
    void close() {
        if (unread > 0 || !connected) {
            reset();
        } else {
            sendFin();
            closed = true;
        }
    }

    void arriveConnected() {
        if (!closed) {
            connected = true;
            owner.changed();
        }
    }

    void arriveReset(final int errno) {
        if (!closed && resetErrno == 0) {
            resetErrno = errno;
            owner.changed();
        }
    }

    private void arriveBytes(final byte[] bytes) {
        travelling -= bytes.length;
        if (closed) {
            // Nobody is there to read: a kernel answers with RST.
            final SimSocket target = remote;
            travel(target, () -> target.arriveReset(Errno.ECONNRESET));
            return;
        }
        arrived.add(bytes);
        unread += bytes.length;
        owner.changed();
    }

    private void arriveFin() {
        if (!closed) {
            finArrived = true;
            owner.changed();
        }
    }

    private void travel(final SimSocket target, final Runnable arrival) {
        final long time = Math.max(target.lastArrivalNanos + 1, network.nanoTime() + network.latencyNanos());
        target.lastArrivalNanos = time;
        network.schedule(time, arrival);
    }
}
