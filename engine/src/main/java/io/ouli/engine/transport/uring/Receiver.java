package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.ConnectionTable;
import io.ouli.engine.transport.CounterBlock;
import io.ouli.engine.transport.CounterBlock.Counter;
import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.Completions;
import io.ouli.uring.Operations;
import io.ouli.uring.ProvidedBufferRing;
import io.ouli.uring.Ring;
import io.ouli.uring.RingFeature;
import java.lang.foreign.Arena;

/**
 * Keeps a receive armed on every connection that may receive, and hands on what one brought: in a buffer of the ring
 * that all connections share (6.0, which also receives again and again; 5.19 once), or, on older kernels, in a buffer
 * of the connection's own.
 */
final class Receiver {
    private static final int GROUP = 0;
    private static final int NO_BUFFER = -1;

    private final Operations operations;
    private final ProvidedBufferRing buffers;
    private final boolean multishot;
    private final int bufferBytes;
    private final TransportHandler handler;
    private final CounterBlock counters;
    private final Closer closer;
    private final LoneReceiver lone;

    Receiver(
            final Ring ring,
            final TransportOptions options,
            final ConnectionTable<UringConnection> connections,
            final TransportHandler handler,
            final CounterBlock counters,
            final Closer closer) {
        operations = ring.operations();
        bufferBytes = options.receiveBufferBytes();
        final boolean hasBuffers = ring.features().isEnabled(RingFeature.BUFFER_RING);
        buffers = hasBuffers ? ring.openBufferRing(GROUP, options.receiveBufferCount(), bufferBytes) : null;
        multishot = hasBuffers && ring.features().isEnabled(RingFeature.MULTISHOT_RECV);
        this.handler = handler;
        this.counters = counters;
        this.closer = closer;
        lone = new LoneReceiver(options, connections);
    }

    /** Takes a connection's receive back: its caller wants no bytes for now. */
    void pause(final UringConnection connection) {
        connection.paused = true;
        if (connection.sendFault != 0) {
            closer.fail(connection, connection.sendFault);
        }
        if (connection.receive == UringConnection.LONE) {
            lone.release();
        }
        if (connection.state == UringConnection.OPEN && connection.receive == UringConnection.ARMED) {
            connection.receive = UringConnection.CANCELLING;
            closer.cancel(connection, UringOp.RECEIVE);
        }
    }

    /** Receives again. */
    void resume(final UringConnection connection) {
        connection.paused = false;
        arm(connection);
    }

    /** Takes the completion of the cancellation that {@link #pause} asked for. */
    void cancelled(final UringConnection connection, final int result) {
        if (result == -LibcHeader.EALREADY() && connection.receive == UringConnection.CANCELLING) {
            // The receive was at work just then and goes on.
            connection.receive = UringConnection.ARMED;
            if (connection.paused) {
                pause(connection);
            }
        }
    }

    /** Prepares a receive, if the connection may have one and has none. */
    void arm(final UringConnection connection) {
        if (connection.state == UringConnection.OPEN && connection.receive == UringConnection.IDLE
                && !connection.paused && !connection.receiveEnded && !connection.delivering
                && !lone.takes(connection)) {
            connection.receive = UringConnection.ARMED;
            connection.inFlight++;
            prepare(connection);
        }
    }

    private void prepare(final UringConnection connection) {
        final long userData = connection.userData(UringOp.RECEIVE);
        if (multishot) {
            operations.recvMultishot(connection.fd, buffers, userData);
        } else if (buffers != null) {
            operations.recvSelect(connection.fd, buffers, 0, userData);
        } else {
            if (connection.ownBuffer == null) {
                connection.ownBuffer = NativeLedger.note(
                        Owner.BUFFERS, Arena.ofAuto().allocate(bufferBytes, Long.BYTES));
            }
            operations.recv(connection.fd, connection.ownBuffer, 0, bufferBytes, 0, userData);
        }
    }

    /** There is another connection now: the ring receives for both. */
    void share() {
        final UringConnection connection = lone.release();
        if (connection != null) {
            arm(connection);
        }
    }

    /** {@return whether there is a connection to {@link #look} at} */
    boolean hasLone() {
        return lone.any();
    }

    /**
     * Looks whether the only connection has received something.
     *
     * @return whether the handler was told something.
     */
    boolean look() {
        final int result = lone.receive();
        if (result == -Errno.EAGAIN) {
            return false;
        }
        final UringConnection connection = lone.release();
        try {
            return received(connection, NO_BUFFER, result, result <= 0);
        } finally {
            // What came is handed on; there may be another connection now, or none.
            arm(connection);
        }
    }

    /**
     * Takes a receive's completion.
     *
     * @return whether the handler was told something.
     */
    boolean received(final UringConnection connection, final int result, final int flags) {
        return received(connection, take(flags), result, !Completions.hasMore(flags));
    }

    private boolean received(
            final UringConnection connection, final int buffer, final int result, final boolean stopped) {
        if (stopped) {
            connection.receive = UringConnection.IDLE;
            connection.receiveEnded |= result == 0;
        }
        final boolean delivers = connection.state == UringConnection.OPEN && result >= 0
                && !endsAfterFailedSend(connection);
        connection.delivering = true;
        try {
            if (delivers) {
                deliver(connection, buffer, result);
            }
        } finally {
            connection.delivering = false;
            recycle(buffer);
            if (stopped) {
                stopped(connection, result);
            }
        }
        return delivers;
    }

    private void deliver(final UringConnection connection, final int buffer, final int length) {
        if (length == 0) {
            handler.onReceiveEnd(connection.id);
            return;
        }
        counters.add(Counter.RECEIVED_BYTES, length);
        if (buffer < 0) {
            handler.onReceived(connection.id, connection.ownBuffer, 0, length);
        } else {
            handler.onReceived(connection.id, buffers.segment(), buffers.offset(buffer), length);
        }
    }

    /** Arms a receive that has ended again, or takes its end for the connection's. */
    private void stopped(final UringConnection connection, final int result) {
        if (connection.state == UringConnection.CLOSING) {
            closer.progress(connection);
            return;
        }
        switch (-result) {
            case Errno.ECANCELED, Errno.EINTR, Errno.EAGAIN -> arm(connection);
            case Errno.ENOBUFS -> {
                counters.increment(Counter.BUFFER_EXHAUSTIONS);
                rearm(connection);
            }
            default -> {
                if (result < 0) {
                    closer.fail(connection, -result);
                } else if (endsAfterFailedSend(connection)) {
                    closer.fail(connection, connection.sendFault);
                } else {
                    rearm(connection);
                }
            }
        }
    }

    private static boolean endsAfterFailedSend(final UringConnection connection) {
        return connection.receiveEnded && connection.sendFault != 0;
    }

    private void rearm(final UringConnection connection) {
        if (multishot && !connection.receiveEnded) {
            counters.increment(Counter.REARMED);
        }
        arm(connection);
    }

    /** Gives back the buffer of a completion that nobody waits for. */
    void drop(final int flags) {
        recycle(take(flags));
    }

    /** Takes the buffer of a completion; returns its id, {@link #NO_BUFFER} if it has none of the shared ones. */
    private int take(final int flags) {
        return buffers != null && Completions.hasBuffer(flags) ? buffers.take(flags) : NO_BUFFER;
    }

    /** Gives a buffer back; the kernel has it after {@link #publish}. */
    private void recycle(final int buffer) {
        if (buffer >= 0) {
            buffers.recycle(buffer);
        }
    }

    /** Shows the kernel the buffers that were given back; once a turn, before it is entered. */
    void publish() {
        if (buffers != null) {
            buffers.publish();
        }
    }
}
