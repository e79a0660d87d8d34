package io.ouli.perf.load;

import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.engine.transport.Transports;
import io.ouli.perf.corpus.RenderedRequests;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One thread's connections to the server: keeps them open, knows which can take a request, and reads what comes back.
 */
final class LoadConnections implements TransportHandler, AutoCloseable {
    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long CONNECT_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long TIMEOUT_SCAN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long FIRST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int BUFFER_BYTES = 64 << 10;

    private final LoadPlan plan;
    private final RenderedRequests requests;
    private final LoadProgress progress;
    private final LoadStats stats;
    private final ReplyJudge judge;
    private final Transport transport;
    private final ClientConnection[] connections;
    private ClientConnection[] byId = new ClientConnection[256];
    /** Connections that can take a request, the longest ready first; those that no longer can are skipped. */
    private final ArrayDeque<ClientConnection> ready;
    private final List<ClientConnection> dirty = new ArrayList<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long underWay;
    private int readyCount;
    private int established;
    private int connectErrno;
    /** All connections stood once: from now on one that cannot be opened is the server's end, not a mistake. */
    private boolean connected;
    private boolean ending;
    private long nextTimeoutScanNanos;

    LoadConnections(
            final LoadPlan plan,
            final RenderedRequests requests,
            final LoadProgress progress,
            final LoadStats stats,
            final ReplyJudge judge) {
        this.plan = plan;
        this.requests = requests;
        this.progress = progress;
        this.stats = stats;
        this.judge = judge;
        transport = Transports.open(TransportOptions.DEFAULT.withChoice(plan.transport())
                .withMaxConnections(plan.connections() + 1).withReceiveBuffers(512, 16 << 10)
                .withSpinNanos(plan.spinNanos() == LoadPlan.SPIN_ALWAYS ? TransportOptions.BUSY_POLL : 0), this);
        stats.transport = transport.description();
        connections = new ClientConnection[plan.connections()];
        ready = new ArrayDeque<>(plan.connections() + 1);
        for (int i = 0; i < connections.length; i++) {
            connections[i] = new ClientConnection(plan.depth());
        }
    }

    /**
     * Opens every connection.
     *
     * @throws LoadException if one cannot be.
     */
    void connect() {
        for (final ClientConnection connection : connections) {
            open(connection);
        }
        final long deadline = System.nanoTime() + CONNECT_NANOS;
        while (established < connections.length) {
            transport.poll(CONNECT_POLL_NANOS);
            if (connectErrno != 0) {
                throw new LoadException("cannot connect to " + server() + " (errno " + connectErrno
                        + "); is the server running, and listening on this address?");
            }
            if (System.nanoTime() > deadline) {
                throw new LoadException("only " + established + " of " + connections.length + " connections to "
                        + server() + " stand after " + TimeUnit.NANOSECONDS.toSeconds(CONNECT_NANOS)
                        + " s; does the server limit them? Try fewer with --connections");
            }
        }
        connected = true;
    }

    private String server() {
        return plan.address().getHostString() + ':' + plan.address().getPort();
    }

    private void open(final ClientConnection connection) {
        connection.id = transport.connect(plan.address());
        connection.established = false;
        connection.closing = false;
        connection.sendInFlight = false;
        connection.parts = 0;
        if (connection.id >= byId.length) {
            byId = Arrays.copyOf(byId, Math.max(connection.id + 1, byId.length * 2));
        }
        byId[connection.id] = connection;
    }

    /** {@return whether there is one for {@link #takeReady}} */
    boolean anyReady() {
        return readyCount > 0;
    }

    /** Takes the connection that has been ready the longest; there is one. */
    ClientConnection takeReady() {
        ClientConnection connection;
        do {
            connection = ready.poll();
            connection.queued = false;
        } while (!connection.ready);
        return connection;
    }

    /** Writes a request on a connection; it leaves with the next {@link #flush}. */
    void send(final ClientConnection connection, final int request, final long planned, final long now) {
        transport.write(connection.id, requests.segment(), requests.offset(request), requests.length(request));
        if (connection.underWay() == 0) {
            connection.reader.begin(requests.expected(request), requests.isHead(request));
        }
        connection.push(request, planned, now);
        underWay++;
        if (connection.parts++ == 0) {
            dirty.add(connection);
        }
        update(connection, now);
    }

    /** Sees again whether a connection can take a request, and queues it if so. */
    private void update(final ClientConnection connection, final long now) {
        final boolean can = connection.established && !connection.closing && !connection.sendInFlight
                && !connection.full() && connection.parts < Transport.MAX_PARTS;
        if (can != connection.ready) {
            connection.ready = can;
            connection.readySinceNanos = now;
            readyCount += can ? 1 : -1;
        }
        if (can && !connection.queued) {
            connection.queued = true;
            ready.add(connection);
        }
    }

    /** Sends what was written. */
    void flush() {
        for (int i = 0; i < dirty.size(); i++) {
            final ClientConnection connection = dirty.get(i);
            if (connection.parts > 0 && connection.established && !connection.closing) {
                connection.parts = 0;
                connection.sendInFlight = true;
                // The transport carries one send a connection: the next request waits until this one is gone.
                update(connection, 0);
                transport.flush(connection.id);
            }
        }
        dirty.clear();
    }

    /**
     * Takes what has come, or waits for it.
     *
     * @return how much there was.
     */
    int poll(final long timeoutNanos) {
        return transport.poll(timeoutNanos);
    }

    /** Now and then fails requests that are too old, and connects again where a connection was lost. */
    void scan(final long now) {
        if (now < nextTimeoutScanNanos) {
            return;
        }
        nextTimeoutScanNanos = now + TIMEOUT_SCAN_NANOS;
        for (final ClientConnection connection : connections) {
            if (connection.id < 0) {
                if (!ending && now >= connection.reconnectAtNanos) {
                    stats.reconnects++;
                    open(connection);
                }
            } else if (!connection.closing && connection.underWay() > 0
                    && now - connection.oldestSentNanos() > plan.timeoutNanos()) {
                stats.problem("no reply within " + TimeUnit.NANOSECONDS.toMillis(plan.timeoutNanos()) + " ms to "
                        + requests.requestLine(connection.oldestRequest()));
                failUnderWay(connection, now, true);
                shut(connection);
            }
        }
    }

    /** From now on no lost connection is opened again. */
    void end() {
        ending = true;
    }

    /** {@return whether a reply is due} */
    boolean anyUnderWay() {
        return underWay > 0;
    }

    /** Gives up on the replies that are still due. */
    void giveUp(final long now) {
        for (final ClientConnection connection : connections) {
            while (connection.underWay() > 0) {
                judge.unanswered(connection, now);
                connection.pop();
            }
        }
    }

    private void shut(final ClientConnection connection) {
        if (!connection.closing) {
            connection.closing = true;
            update(connection, 0);
            transport.close(connection.id);
        }
    }

    private void failUnderWay(final ClientConnection connection, final long now, final boolean timedOut) {
        while (connection.underWay() > 0) {
            judge.failed(connection, now, timedOut);
            connection.pop();
            underWay--;
        }
    }

    @Override
    public void onAccepted(final int listener, final int connection) {
        throw new IllegalStateException("a load generator does not listen");
    }

    @Override
    public void onConnected(final int id) {
        final ClientConnection connection = byId[id];
        connection.established = true;
        connection.failures = 0;
        established++;
        update(connection, System.nanoTime());
    }

    @Override
    public void onSent(final int id) {
        final ClientConnection connection = byId[id];
        connection.sendInFlight = false;
        update(connection, System.nanoTime());
    }

    @Override
    public void onReceived(final int id, final MemorySegment data, final long offset, final int length) {
        final ClientConnection connection = byId[id];
        if (connection.closing) {
            return;
        }
        final long now = System.nanoTime();
        judge.received(length, now);
        int done = 0;
        try {
            while (done < length) {
                final int part = Math.min(length - done, BUFFER_BYTES);
                MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset + done, buffer, 0, part);
                readReplies(connection, part, now);
                done += part;
            }
        } catch (final MalformedReplyException e) {
            stats.problem("the reply to " + requests.requestLine(connection.oldestRequest()) + " cannot be read: "
                    + e.getMessage());
            failUnderWay(connection, now, false);
            shut(connection);
        }
    }

    private void readReplies(final ClientConnection connection, final int length, final long now)
            throws MalformedReplyException {
        int at = 0;
        while (at < length && !connection.closing) {
            if (connection.underWay() == 0) {
                stats.problem("the server sent " + (length - at) + " bytes that no request asked for");
                stats.connectionErrors++;
                shut(connection);
                return;
            }
            at = connection.reader.read(buffer, at, length);
            if (connection.reader.complete()) {
                completed(connection, now);
            }
        }
    }

    private void completed(final ClientConnection connection, final long now) {
        judge.completed(connection, now);
        progress.replied();
        connection.pop();
        underWay--;
        final ReplyReader reader = connection.reader;
        if (reader.closes()) {
            // What was pipelined behind it is lost, as the server said.
            failUnderWay(connection, now, false);
            shut(connection);
            return;
        }
        if (connection.underWay() > 0) {
            reader.begin(requests.expected(connection.oldestRequest()), requests.isHead(connection.oldestRequest()));
        }
        update(connection, now);
    }

    @Override
    public void onReceiveEnd(final int id) {
        final ClientConnection connection = byId[id];
        if (connection.closing) {
            return;
        }
        if (connection.underWay() > 0 && connection.reader.endOfInput()) {
            completed(connection, System.nanoTime());
            return;
        }
        if (connection.underWay() > 0) {
            stats.problem("the server closed a connection while " + connection.underWay() + " replies were due, first "
                    + requests.requestLine(connection.oldestRequest()));
        }
        failUnderWay(connection, System.nanoTime(), false);
        shut(connection);
    }

    @Override
    public void onClosed(final int id, final int cause) {
        final ClientConnection connection = byId[id];
        byId[id] = null;
        final long now = System.nanoTime();
        if (cause != 0 && connection.underWay() > 0) {
            stats.problem("a connection ended with errno " + cause + " while "
                    + requests.requestLine(connection.oldestRequest()) + " was under way");
        }
        failUnderWay(connection, now, false);
        if (!connection.established) {
            connectErrno = cause;
            connection.failures++;
            stats.refused += connected && !ending ? 1 : 0;
        }
        connection.established = false;
        connection.closing = true;
        update(connection, now);
        connection.id = -1;
        final long backoff = connection.failures == 0
                ? 0
                : Math.min(LONGEST_BACKOFF_NANOS, FIRST_BACKOFF_NANOS << Math.min(7, connection.failures));
        connection.reconnectAtNanos = now + backoff;
        // A server that closes after each reply is met with a new connection at once, not at the next scan.
        nextTimeoutScanNanos = Math.min(nextTimeoutScanNanos, connection.reconnectAtNanos);
    }

    @Override
    public void onWakeup() {
        // The loop looks at the progress in every turn.
    }

    @Override
    public void close() {
        transport.close();
    }
}
