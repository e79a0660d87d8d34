package io.ouli.perf.load;

import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.engine.transport.Transports;
import io.ouli.perf.corpus.RenderedRequests;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends planned requests over one transport and reads what comes back; one thread creates, drives and closes it.
 *
 * <p>Each turn sends every request that is due and finds a free connection, then polls. A request that finds none
 * keeps its planned time and goes first when one is free, so a server that stalls is charged for every request that
 * it kept waiting.
 */
final class LoadGenerator implements TransportHandler, AutoCloseable {
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long TIMEOUT_SCAN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long FIRST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int BUFFER_BYTES = 64 << 10;

    private final LoadPlan plan;
    private final RenderedRequests requests;
    private final LoadProgress progress;
    private final Transport transport;
    private final ClientConnection[] connections;
    private ClientConnection[] byId = new ClientConnection[256];
    /** Connections that can take a request, the longest ready first; those that no longer can are skipped. */
    private final ArrayDeque<ClientConnection> ready;
    private final List<ClientConnection> dirty = new ArrayList<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final LoadStats stats = new LoadStats();

    private long measureStartNanos = Long.MAX_VALUE;
    private long measureEndNanos = Long.MAX_VALUE;
    private long issued;
    private long underWay;
    private int readyCount;
    private int established;
    private int connectErrno;
    private boolean ending;
    private long nextTimeoutScanNanos;
    private long idleSpinNanos;

    LoadGenerator(final LoadPlan plan, final RenderedRequests requests, final LoadProgress progress) {
        this.plan = plan;
        this.requests = requests;
        this.progress = progress;
        transport = Transports.open(TransportOptions.DEFAULT.withChoice(plan.transport())
                .withMaxConnections(plan.connections() + 1).withReceiveBuffers(512, 16 << 10), this);
        stats.transport = transport.description();
        connections = new ClientConnection[plan.connections()];
        ready = new ArrayDeque<>(plan.connections() + 1);
        for (int i = 0; i < connections.length; i++) {
            connections[i] = new ClientConnection(plan.depth());
        }
    }

    /** Opens every connection. @throws LoadException if one cannot be. */
    void connect() {
        for (final ClientConnection connection : connections) {
            open(connection);
        }
        final long deadline = System.nanoTime() + CONNECT_NANOS;
        while (established < connections.length) {
            transport.poll(LONGEST_WAIT_NANOS);
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
    }

    private String server() {
        return plan.address().getHostString() + ':' + plan.address().getPort();
    }

    /**
     * Runs warm-up, measured part and drain.
     *
     * @param startNanos when the first request is planned, on the clock of {@link System#nanoTime}.
     */
    LoadStats run(final long startNanos) {
        measureStartNanos = startNanos + plan.warmupNanos();
        measureEndNanos = measureStartNanos + plan.durationNanos();
        final Schedule schedule = plan.closedLoop() ? null : new Schedule(startNanos, plan.ratePerSecond());
        final var threads = ManagementFactory.getThreadMXBean();
        boolean measuring = false;
        long cpuNanos = 0;
        long starvedNanos = 0;
        long now = System.nanoTime();
        while (now < measureEndNanos && !progress.stopping()) {
            if (!measuring && now >= measureStartNanos) {
                measuring = true;
                cpuNanos = threads.getCurrentThreadCpuTime();
                starvedNanos = ThreadWait.nanos();
                idleSpinNanos = 0;
            }
            turn(schedule, now);
            now = System.nanoTime();
        }
        final long stoppedNanos = Math.min(now, measureEndNanos);
        stats.wallNanos = Math.max(1, stoppedNanos - measureStartNanos);
        stats.busyNanos = Math.max(0, threads.getCurrentThreadCpuTime() - cpuNanos - idleSpinNanos);
        stats.starvedNanos = Math.max(0, ThreadWait.nanos() - starvedNanos);
        measureEndNanos = stoppedNanos;
        drain(schedule);
        return stats;
    }

    private void turn(final Schedule schedule, final long now) {
        final long issuedBefore = issued;
        if (now >= nextTimeoutScanNanos) {
            scan(now);
        }
        issueDue(schedule, now);
        flushDirty();
        final long wait = waitNanos(schedule, now);
        if (wait > 0) {
            transport.poll(wait);
        } else if (transport.poll(0) == 0 && issued == issuedBefore) {
            idleSpinNanos += System.nanoTime() - now;
        }
    }

    private void issueDue(final Schedule schedule, final long now) {
        while (readyCount > 0) {
            final long planned = schedule == null ? now : schedule.plannedNanos(issued);
            if (planned > now || planned >= measureEndNanos) {
                return;
            }
            final ClientConnection connection = ready.poll();
            connection.queued = false;
            if (!connection.ready) {
                continue;
            }
            if (planned >= measureStartNanos && schedule != null) {
                LoadStats.record(stats.lag, now - Math.max(planned, connection.readySinceNanos));
            }
            send(connection, requests.nth(issued++), planned, now);
        }
    }

    private void send(final ClientConnection connection, final int request, final long planned, final long now) {
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

    private void flushDirty() {
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

    private long waitNanos(final Schedule schedule, final long now) {
        long until = now + LONGEST_WAIT_NANOS;
        if (now < measureEndNanos) {
            until = Math.min(until, measureEndNanos);
        }
        if (schedule != null && readyCount > 0) {
            until = Math.min(until, schedule.plannedNanos(issued));
        }
        final long wait = until - now - plan.spinNanos();
        return wait > 0 ? wait : 0;
    }

    /** Fails requests that are too old, and connects again where a connection was lost. */
    private void scan(final long now) {
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

    private void drain(final Schedule schedule) {
        ending = true;
        final long deadline = System.nanoTime() + plan.timeoutNanos();
        long now = System.nanoTime();
        if (schedule != null) {
            // The last ones that are due must not be lost because this loop woke a little after the end.
            issueDue(schedule, now);
        }
        while (underWay > 0 && now < deadline && !progress.stopping()) {
            if (now >= nextTimeoutScanNanos) {
                scan(now);
            }
            flushDirty();
            transport.poll(Math.min(LONGEST_WAIT_NANOS, deadline - now));
            now = System.nanoTime();
        }
        for (final ClientConnection connection : connections) {
            while (connection.underWay() > 0) {
                if (measured(connection.oldestPlannedNanos())) {
                    stats.unanswered++;
                    LoadStats.record(stats.latency, now - connection.oldestPlannedNanos());
                }
                connection.pop();
            }
        }
        if (schedule != null) {
            final long planned = schedule.plannedBefore(measureEndNanos);
            stats.planned = planned - schedule.plannedBefore(measureStartNanos);
            for (long n = issued; n < planned; n++) {
                // They wait still; the time that they have waited so far is the least that can be said.
                if (measured(schedule.plannedNanos(n))) {
                    stats.neverSent++;
                    LoadStats.record(stats.latency, now - schedule.plannedNanos(n));
                }
            }
        }
    }

    private boolean measured(final long plannedNanos) {
        return plannedNanos >= measureStartNanos && plannedNanos < measureEndNanos;
    }

    // ---- connections

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

    private void shut(final ClientConnection connection) {
        if (!connection.closing) {
            connection.closing = true;
            update(connection, 0);
            transport.close(connection.id);
        }
    }

    private void failUnderWay(final ClientConnection connection, final long now, final boolean timedOut) {
        while (connection.underWay() > 0) {
            if (measured(connection.oldestPlannedNanos())) {
                if (timedOut) {
                    stats.timeouts++;
                    LoadStats.record(stats.latency, now - connection.oldestPlannedNanos());
                } else {
                    stats.connectionErrors++;
                }
            }
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
        if (now >= measureStartNanos && now < measureEndNanos) {
            stats.receivedBytes += length;
        }
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
        final ReplyReader reader = connection.reader;
        final long planned = connection.oldestPlannedNanos();
        final boolean measured = measured(planned);
        final boolean inTime = now >= measureStartNanos && now < measureEndNanos;
        if (measured) {
            LoadStats.record(stats.latency, now - planned);
            LoadStats.record(stats.service, now - connection.oldestSentNanos());
        } else if (inTime) {
            LoadStats.record(stats.carriedService, now - connection.oldestSentNanos());
        }
        if (measured || inTime) {
            judge(connection, reader, measured);
        }
        if (inTime) {
            stats.repliesInTime++;
        }
        progress.replied();
        connection.pop();
        underWay--;
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

    private void judge(final ClientConnection connection, final ReplyReader reader, final boolean measured) {
        if (reader.fault() == ReplyFault.NONE) {
            final boolean verified = requests.expected(connection.oldestRequest()) != null;
            if (measured) {
                stats.verified += verified ? 1 : 0;
                stats.unverified += verified ? 0 : 1;
            } else {
                stats.carriedVerified += verified ? 1 : 0;
                stats.carriedUnverified += verified ? 0 : 1;
            }
            return;
        }
        if (reader.fault() == ReplyFault.STATUS) {
            stats.wrongStatus++;
        } else {
            stats.wrongBody++;
        }
        if (!stats.firstProblem.isEmpty()) {
            return;
        }
        final int request = connection.oldestRequest();
        final byte[] body = requests.expected(request).body();
        stats.problem("wrong reply to " + requests.requestLine(request) + ": status " + reader.status() + ", "
                + reader.bodyLength() + " bytes; expected status " + requests.expected(request).status()
                + (body == null ? "" : ", " + body.length + (reader.fault() == ReplyFault.BYTES ? " other" : "")
                + " bytes"));
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
