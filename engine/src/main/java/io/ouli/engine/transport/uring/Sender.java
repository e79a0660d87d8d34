package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.ConnectionTable;
import io.ouli.engine.transport.CounterBlock;
import io.ouli.engine.transport.CounterBlock.Counter;
import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.SendParts;
import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.GatherMessage;
import io.ouli.uring.Operations;
import io.ouli.uring.Ring;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends a connection's parts, a slice at a time: SEND for one part, SENDMSG for several, both with MSG_WAITALL, so that
 * the kernel itself carries a short send on (5.19) and a worker hears of each slice only once.
 */
final class Sender {
    private static final int WAITALL = LibcHeader.MSG_WAITALL();
    /**
     * Bytes of sends that are handed to the kernel in the middle of a turn: a client on another core reads the first
     * replies of a large batch while this one still works on the last.
     */
    private static final long EARLY_SUBMIT_BYTES = 32 << 10;

    private final Ring ring;
    private final Operations operations;
    private final Sockets sockets;
    private final CounterBlock counters;
    private final Closer closer;
    private final LoneSender lone;
    private final long quantum;
    /** One for each gathering send between two enters: the kernel copies a message when it takes the submission. */
    private final List<GatherMessage> messages = new ArrayList<>();
    private int messagesUsed;
    private long preparedBytes;

    Sender(
            final Ring ring,
            final TransportOptions options,
            final ConnectionTable<UringConnection> connections,
            final Sockets sockets,
            final CounterBlock counters,
            final Closer closer) {
        this.ring = ring;
        operations = ring.operations();
        quantum = options.sendQuantumBytes();
        lone = new LoneSender(options, connections);
        this.sockets = sockets;
        this.counters = counters;
        this.closer = closer;
    }

    /** Sends the next slice of a connection's parts. */
    void send(final UringConnection connection) {
        final SendParts parts = connection.parts;
        final int first = parts.first();
        if (first + 1 == parts.end() || parts.length(first) >= quantum) {
            final int length = (int) Math.min(parts.length(first), quantum);
            connection.attempted = length;
            if (lone.sends(connection, parts.base(first), parts.offset(first), length)) {
                return;
            }
            operations.send(connection.fd, parts.base(first), parts.offset(first), length, WAITALL,
                    connection.userData(UringOp.SEND));
        } else {
            connection.attempted = gather(connection, first);
        }
        connection.sendInFlight = true;
        connection.inFlight++;
        preparedBytes += connection.attempted;
        if (preparedBytes >= EARLY_SUBMIT_BYTES) {
            ring.submit();
            submitted();
        }
    }

    /** Prepares one send of several parts; returns its length. */
    private long gather(final UringConnection connection, final int first) {
        final SendParts parts = connection.parts;
        final GatherMessage message = nextMessage();
        for (int part = first; part < parts.end() && message.remaining() < quantum; part++) {
            final long length = Math.min(parts.length(part), quantum - message.remaining());
            message.add(parts.base(part), parts.offset(part), length);
        }
        operations.sendMessage(connection.fd, message, WAITALL, connection.userData(UringOp.SEND));
        return message.remaining();
    }

    private GatherMessage nextMessage() {
        if (messagesUsed == messages.size()) {
            messages.add(new GatherMessage(Transport.MAX_PARTS));
        }
        final GatherMessage message = messages.get(messagesUsed++);
        message.clear();
        return message;
    }

    /** Tells that everything prepared was handed to the kernel, which has copied the messages. */
    void submitted() {
        messagesUsed = 0;
        preparedBytes = 0;
    }

    /** {@return whether something was sent without the ring, and {@link #takeLone} is to be asked whose it was} */
    boolean hasLone() {
        return lone.any();
    }

    /** Takes what was sent without the ring as {@link #sent} does a completion; whose it was, null if nobody waits. */
    UringConnection takeLone() {
        final UringConnection connection = lone.release();
        if (connection == null) {
            count(lone.result());
            return null;
        }
        return taken(connection, lone.result()) ? connection : null;
    }

    /**
     * Takes a slice's completion and sends the next one.
     *
     * @return whether all parts have left an open connection.
     */
    boolean sent(final UringConnection connection, final int result) {
        connection.sendInFlight = false;
        if (connection.state == UringConnection.CLOSING) {
            count(result);
            closer.progress(connection);
            return false;
        }
        return taken(connection, result);
    }

    private void count(final int result) {
        if (result > 0) {
            counters.add(Counter.SENT_BYTES, result);
        }
    }

    private boolean taken(final UringConnection connection, final int result) {
        count(result);
        if (result < 0 && result != -Errno.EINTR && result != -Errno.EAGAIN) {
            if (!connection.receivesAfterFailedSend(-result)) {
                closer.fail(connection, -result);
            }
            return false;
        }
        if (result > 0) {
            connection.parts.advance(result);
        }
        if (connection.parts.remaining() > 0) {
            if (result < connection.attempted) {
                counters.increment(Counter.SHORT_SENDS);
            }
            send(connection);
            return false;
        }
        connection.sending = false;
        if (connection.outputShutdown) {
            sendFin(connection);
        }
        return connection.state == UringConnection.OPEN;
    }

    /** A plain call: it does not block, and as a ring's operation it would go to a kernel thread. */
    void sendFin(final UringConnection connection) {
        final int result = sockets.shutdown(connection.fd, LibcHeader.SHUT_WR());
        if (result < 0) {
            closer.fail(connection, -result);
        }
    }
}
