package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.SendParts;
import io.ouli.engine.transport.Transport;
import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.GatherMessage;
import io.ouli.uring.Operations;
import java.util.ArrayList;
import java.util.List;

/**
 * Prepares sends: SEND for one part, SENDMSG for several, both with MSG_WAITALL, so that the kernel itself carries a
 * short send on (5.19) and a worker hears of each slice only once.
 */
final class Sender {
    private static final int WAITALL = LibcHeader.MSG_WAITALL();

    private final Operations operations;
    private final long quantum;
    /** One for each gathering send between two enters: the kernel copies a message when it takes the submission. */
    private final List<GatherMessage> messages = new ArrayList<>();
    private int messagesUsed;

    Sender(final Operations operations, final long quantum) {
        this.operations = operations;
        this.quantum = quantum;
    }

    /** Prepares the next slice of a connection's send; returns its length. */
    long submit(final UringConnection connection) {
        final SendParts parts = connection.parts;
        final long userData = connection.userData(UringOp.SEND);
        final int first = parts.first();
        if (first + 1 == parts.end() || parts.length(first) >= quantum) {
            final int length = (int) Math.min(parts.length(first), quantum);
            operations.send(connection.fd, parts.base(first), parts.offset(first), length, WAITALL, userData);
            return length;
        }
        final GatherMessage message = nextMessage();
        for (int part = first; part < parts.end() && message.remaining() < quantum; part++) {
            final long length = Math.min(parts.length(part), quantum - message.remaining());
            message.add(parts.base(part), parts.offset(part), length);
        }
        operations.sendMessage(connection.fd, message, WAITALL, userData);
        return message.remaining();
    }

    /** Tells that everything prepared was handed to the kernel, which has copied the messages. */
    void submitted() {
        messagesUsed = 0;
    }

    private GatherMessage nextMessage() {
        if (messagesUsed == messages.size()) {
            messages.add(new GatherMessage(Transport.MAX_PARTS));
        }
        final GatherMessage message = messages.get(messagesUsed++);
        message.clear();
        return message;
    }
}
