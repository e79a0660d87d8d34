package io.ouli.proxy.server;

import io.ouli.engine.Replay;
import io.ouli.engine.metrics.Metrics;
import io.ouli.engine.transport.Transport;
import io.ouli.proxy.worker.SendQueue;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The replies of one client on their way out: gathers in order what one send takes, keeps the recordings that it is
 * sent from, and times it.
 *
 * <pre>
 * | parts, given to the transport for its next send | queue: bytes in buffers | source: the rest of a recorded reply |
 * </pre>
 */
final class ClientOutput {
    private final ServerWorker worker;
    private final Transport transport;
    private int connection;
    private SendQueue queue;
    private ReplySource source;
    /** Recordings whose memory is in flight. */
    private Replay[] retained = new Replay[2];
    private int retainedCount;
    /** Parts given to the transport since the last flush. */
    private int parts;
    private boolean sending;
    /** The present reply is for a client of HTTP/1.0 that is to know that its connection goes on. */
    private boolean kept;
    /** Requests that were taken and whose replies were not given to the transport yet, and when the first was. */
    private int untimed;
    private long tookNanos;

    ClientOutput(final ServerWorker worker) {
        this.worker = worker;
        transport = worker.loop().transport();
    }

    void opened(final int connectionId) {
        assert source == null && retainedCount == 0 && parts == 0;
        connection = connectionId;
        sending = false;
        kept = false;
        untimed = 0;
    }

    /** Sets whether the present reply is to say that the connection goes on, as a client of HTTP/1.0 has to be told. */
    void kept(final boolean says) {
        kept = says;
    }

    boolean kept() {
        return kept;
    }

    /** A request was taken that this will answer. */
    void took() {
        if (Metrics.ON && untimed++ == 0) {
            tookNanos = worker.loop().nowNanos();
        }
    }

    /** {@return whether what was flushed is under way} */
    boolean sending() {
        return sending;
    }

    /** {@return whether a reply is under way that has to leave before there is another} */
    boolean busy() {
        return sending || source != null;
    }

    /** {@return how many parts the next send can still take} */
    int room() {
        return Transport.MAX_PARTS - parts;
    }

    /** Adds a reply of fixed bytes behind what waits. */
    void add(final FixedReply fixed, final boolean toHead) {
        final FixedReply reply = kept ? fixed.kept() : fixed;
        if (sending || room() == 0 || queue != null && !queue.isEmpty()) {
            queue().add(reply.segment(), 0, reply.length(toHead));
        } else {
            write(reply.segment(), 0, reply.length(toHead));
        }
    }

    /** Adds a part to the next send, which has room for it and takes it as it is. */
    void write(final MemorySegment segment, final long offset, final long length) {
        transport.write(connection, segment, offset, length);
        parts++;
    }

    /** Lets a source give the rest of a reply; null for none. */
    void source(final ReplySource itsSource) {
        source = itsSource;
    }

    /** {@return what takes bytes that are copied} */
    SendQueue queue() {
        if (queue == null) {
            queue = new SendQueue(worker.loop().buffers());
        }
        return queue;
    }

    /** Keeps a recording until what is sent from it has left. */
    void retain(final Replay replay) {
        if (retainedCount > 0 && retained[retainedCount - 1] == replay) {
            return;
        }
        replay.retain();
        if (retainedCount == retained.length) {
            retained = Arrays.copyOf(retained, retainedCount * 2);
        }
        retained[retainedCount++] = replay;
    }

    /** Lets go of recordings whose replies have left; a source still reads from the last one. */
    private void release() {
        final int kept = source == null || retainedCount == 0 ? 0 : 1;
        for (int i = 0; i < retainedCount - kept; i++) {
            retained[i].release();
        }
        if (kept == 1) {
            retained[0] = retained[retainedCount - 1];
        }
        Arrays.fill(retained, kept, retainedCount, null);
        retainedCount = kept;
    }

    /** Gives what waits to the transport, in order: first the queue, unless it is held back, then the source. */
    void drain(final boolean heldBack) {
        if (queue != null && !queue.isEmpty() && !heldBack) {
            parts += queue.writeTo(transport, connection, room());
        }
        if (source != null && (queue == null || queue.isEmpty()) && room() > 0) {
            parts += source.writeTo(transport, connection, room());
            forgetDoneSource();
        }
    }

    private void forgetDoneSource() {
        if (source != null && source.done()) {
            source = null;
        }
    }

    /**
     * Sends what was gathered.
     *
     * @param more whether a reply is under way that its last byte does not end.
     * @return false if there was nothing.
     */
    boolean flush(final boolean more) {
        if (parts == 0) {
            return false;
        }
        parts = 0;
        sending = true;
        transport.flush(connection);
        if (Metrics.ON) {
            time(more || source != null || queue != null && !queue.isEmpty());
        }
        return true;
    }

    /** Times the replies that were flushed; one that is still under way waits for its end. */
    private void time(final boolean lastGoesOn) {
        final int flushed = lastGoesOn ? untimed - 1 : untimed;
        if (flushed > 0) {
            worker.latency().record(System.nanoTime() - tookNanos, flushed);
            untimed -= flushed;
        }
    }

    /** What was flushed has left. */
    void sent() {
        sending = false;
        if (source != null) {
            source.sent();
            forgetDoneSource();
        }
        release();
        if (queue != null) {
            queue.sent();
        }
    }

    /** Lets go of everything: the connection is gone. */
    void closed() {
        if (source != null) {
            source.close();
            source = null;
        }
        parts = 0;
        release();
        if (queue != null) {
            queue.sent();
            queue.clear();
        }
    }
}
