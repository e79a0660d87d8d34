package io.ouli.proxy.server;

import io.ouli.engine.ColdReply;
import io.ouli.engine.Replay;
import io.ouli.engine.transport.ReadBuffer;
import io.ouli.engine.transport.Transport;

/**
 * A recorded reply that is read from the disk while it is sent, a slice at a time, beside everything else that the
 * worker does. It holds one buffer and its recording until the last slice has left.
 */
final class ColdSource implements ReplySource {
    private final ColdReads reads;
    private final RecordedReplies replies;
    private final Replay replay;
    private final ColdReply reply;
    private final boolean toHead;
    private ReadBuffer buffer;
    private boolean reading;
    /** A slice is in the buffer and was not given to the transport. */
    private boolean ready;
    private boolean begun;
    private boolean closed;

    ColdSource(
            final ColdReads reads,
            final RecordedReplies replies,
            final Replay replay,
            final ColdReply reply,
            final boolean toHead) {
        this.reads = reads;
        this.replies = replies;
        this.replay = replay;
        this.reply = reply;
        this.toHead = toHead;
        replay.retain();
    }

    /** Asks for a buffer; what is read is announced by {@link RecordedReplies#ready}. */
    void start() {
        reads.request(this);
    }

    /** {@return whether it answers a HEAD} */
    boolean toHead() {
        return toHead;
    }

    ColdReply reply() {
        return reply;
    }

    Replay replay() {
        return replay;
    }

    /** Reads the first range into a buffer. */
    void begin(final ReadBuffer given) {
        buffer = given;
        read();
    }

    private void read() {
        reading = true;
        reads.reads().read(buffer, reply.file(), reply.position(), reply.length((int) buffer.segment.byteSize()),
                this::onRead);
    }

    private void onRead(final ReadBuffer filled, final int length) {
        reading = false;
        if (closed) {
            free();
            return;
        }
        try {
            taken(length);
        } catch (final Throwable e) {
            replies.fault(e);
        }
    }

    private void taken(final int length) {
        if (length < 0) {
            replies.unreadable(this, begun);
            return;
        }
        reply.take(buffer.segment, length);
        if (reply.damaged()) {
            replies.damaged(this, begun);
        } else if (reply.partLength() == 0) {
            read();
        } else {
            ready = true;
            replies.ready(begun);
        }
    }

    @Override
    public int writeTo(final Transport transport, final int connectionId, final int mostParts) {
        if (!ready) {
            return 0;
        }
        ready = false;
        begun = true;
        transport.write(connectionId, buffer.segment, reply.partOffset(), reply.partLength());
        return 1;
    }

    @Override
    public void sent() {
        if (begun && !ready && !reading && buffer != null) {
            if (reply.done()) {
                close();
            } else {
                read();
            }
        }
    }

    @Override
    public boolean done() {
        return closed;
    }

    /** Lets go of buffer and recording; of what the kernel still fills, when it has done so. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (!reading) {
                free();
            }
        }
    }

    private void free() {
        if (buffer == null) {
            reads.forget(this);
        } else {
            reads.release(buffer);
            buffer = null;
        }
        replay.release();
    }
}
