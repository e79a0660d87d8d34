package io.ouli.proxy.server;

import io.ouli.engine.Engine;
import io.ouli.engine.Limits;
import io.ouli.engine.OuliException;
import io.ouli.engine.Recorder;
import io.ouli.engine.ReplayOutcome;
import io.ouli.engine.Session;
import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.metrics.LatencyRecorder;
import io.ouli.proxy.worker.EventLoop;
import io.ouli.proxy.worker.Peer;
import io.ouli.proxy.worker.Timed;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the client connections of one worker share; used by the worker's thread alone, counters excepted. */
public final class ServerWorker implements EventLoop.Acceptor {
    private static final Logger LOGGER = new LazyLogger(ServerWorker.class);
    private static final int MOST_POOLED_CONNECTIONS = 1_024;

    private final EventLoop loop;
    private final Engine engine;
    private final ServerSettings settings;
    private final Counters counters;
    private final LatencyRecorder latency;
    private final RequestReaderPool readers;
    private final Control control = new Control();
    private final LookAhead lookAhead;
    private final HeadWriter headWriter = new HeadWriter(4_096);
    /** An endpoint's prefix and the session that a request names, put together. */
    private final byte[] sessionName = new byte[2 * Limits.MAX_SESSION_NAME_BYTES + 1];
    /** By listener id. */
    private final List<Route> routes = new ArrayList<>();
    private final Set<ClientConnection> open = new LinkedHashSet<>();
    /** How many of them were refused, and wait only for their clients to have read that: they take nobody's place. */
    private int refused;
    private final ArrayDeque<ClientConnection> free = new ArrayDeque<>();
    private final ColdReads coldReads;
    private final List<AwaitedCommit> awaitedCommits = new ArrayList<>();
    private final ProblemLog problems = new ProblemLog(line -> LOGGER.log(Level.ERROR, line));
    private Runnable drained;

    private record AwaitedCommit(Relay relay, Recorder recorder, long ticket) {
    }

    /** Creates what a worker's connections share; on the worker's thread. */
    public ServerWorker(
            final EventLoop loop, final Engine engine, final ServerSettings settings, final LatencyRecorder latency) {
        this.loop = loop;
        this.latency = latency;
        this.engine = engine;
        this.settings = settings;
        counters = loop.counters();
        readers = new RequestReaderPool(settings.requestMemoryBytes());
        lookAhead = new LookAhead(settings.lookAheadSlots());
        coldReads = new ColdReads(loop.transport().fileReads());
        loop.acceptor(this);
    }

    /** Serves what a listener accepts. */
    public void serve(final int listener, final Route route) {
        while (routes.size() <= listener) {
            routes.add(null);
        }
        routes.set(listener, route);
    }

    @Override
    public Peer accepted(final int listener, final int connection) {
        final ClientConnection client = free.isEmpty() ? new ClientConnection(this) : free.pop();
        client.opened(connection, routes.get(listener));
        final boolean tooMany = open.size() - refused >= settings.maxClients();
        open.add(client);
        counters.increment(tooMany ? Counter.CONNECTIONS_REFUSED : Counter.CONNECTIONS_ACCEPTED);
        if (tooMany) {
            refused++;
            client.refuse();
        }
        return client;
    }

    void closed(final ClientConnection client) {
        counters.increment(Counter.CONNECTIONS_CLOSED);
        open.remove(client);
        if (client.refused()) {
            refused--;
        }
        if (free.size() < MOST_POOLED_CONNECTIONS) {
            free.push(client);
        }
        if (drained != null && open.isEmpty()) {
            drained.run();
        }
    }

    /** Lets go of recordings that were used last and not since the last call, so that they can be closed as idle. */
    public void releaseIdle() {
        for (final Route route : routes) {
            if (route != null && route.replayer() != null) {
                route.replayer().releaseIfIdle();
            }
        }
    }

    /** {@return how many client connections are open} */
    public int openConnections() {
        return open.size();
    }

    /**
     * Closes connections as they become idle; to be called after the listeners were closed.
     *
     * @param whenDrained runs when none is left, perhaps at once.
     */
    public void drain(final Runnable whenDrained) {
        drained = whenDrained;
        List.copyOf(open).forEach(ClientConnection::drainAndClose);
        if (open.isEmpty()) {
            whenDrained.run();
        }
    }

    /** Gives up on exchanges that are still under way, so that their memory is free; the worker's end follows. */
    public void abandon() {
        List.copyOf(open).forEach(ClientConnection::abandon);
        for (final Route route : routes) {
            if (route != null) {
                route.wipe();
            }
        }
    }

    boolean draining() {
        return drained != null;
    }

    EventLoop loop() {
        return loop;
    }

    Counters counters() {
        return counters;
    }

    /** {@return where requests are timed: from the turn that took them until their replies are with the kernel} */
    LatencyRecorder latency() {
        return latency;
    }

    ColdReads coldReads() {
        return coldReads;
    }

    RequestReaderPool readers() {
        return readers;
    }

    LookAhead lookAhead() {
        return lookAhead;
    }

    Control control() {
        return control;
    }

    ServerTimeouts timeouts() {
        return settings.timeouts();
    }

    int missStatus() {
        return settings.missStatus();
    }

    MissLog misses() {
        return settings.misses();
    }

    /** {@return whether a reply may end only when its interaction is on disk} */
    boolean commitsEach() {
        return settings.commitsEach();
    }

    /** {@return a writer for something short, emptied} */
    HeadWriter headWriter() {
        return headWriter.reset();
    }

    void arm(final Timed timed, final long nanosFromNow) {
        loop.timers().arm(timed, loop.nowNanos() + nanosFromNow);
    }

    /** {@return the session of requests that name none} */
    Session session(final Endpoint endpoint) {
        final byte[] name = endpoint.sessionBytes();
        final Session live = liveSession(endpoint);
        return live != null ? live : open(name, 0, name.length);
    }

    /** {@return the session of requests that name none; null if nobody has asked for it} */
    Session liveSession(final Endpoint endpoint) {
        final byte[] name = endpoint.sessionBytes();
        return engine.liveSession(name, 0, name.length);
    }

    /**
     * {@return an endpoint's session with this valid name, or null if a secret stands in it; without allocation if it
     * is live}
     */
    Session session(final Endpoint endpoint, final byte[] bytes, final int from, final int end) {
        final byte[] prefix = endpoint.sessionPrefix();
        final int length = prefix.length + end - from;
        System.arraycopy(prefix, 0, sessionName, 0, prefix.length);
        System.arraycopy(bytes, from, sessionName, prefix.length, end - from);
        final Session live = engine.liveSession(sessionName, 0, length);
        if (live != null || endpoint.namesSecret(bytes, from, end)) {
            return live;
        }
        return open(sessionName, 0, length);
    }

    private Session open(final byte[] bytes, final int from, final int length) {
        final String name = new String(bytes, from, length, StandardCharsets.US_ASCII);
        loop.note("session " + name + " was opened");
        return engine.session(name);
    }

    void countMiss(final ReplayOutcome outcome) {
        switch (outcome) {
            case NO_RECORDING -> counters.increment(Counter.MISSES_NO_RECORDING);
            case NO_KEY -> counters.increment(Counter.MISSES_NO_KEY);
            case EXHAUSTED -> counters.increment(Counter.MISSES_EXHAUSTED);
            case OUT_OF_ORDER -> counters.increment(Counter.MISSES_OUT_OF_ORDER);
            default -> throw new AssertionError(outcome);
        }
    }

    /** Logs what a request ran into, unless it is what others ran into as well. */
    void log(final OuliException e) {
        problems.log(e.getMessage(), System.nanoTime());
    }

    /** Lets a relay know when its interaction is on disk. */
    void awaitCommit(final Relay relay, final Recorder recorder, final long ticket) {
        awaitedCommits.add(new AwaitedCommit(relay, recorder, ticket));
        onCommitted();
    }

    void forgetCommit(final Relay relay) {
        awaitedCommits.removeIf(awaited -> awaited.relay() == relay);
    }

    /** Interactions may have reached the disk: ends the replies that waited for it. */
    public void onCommitted() {
        final List<Relay> ready = new ArrayList<>();
        final Iterator<AwaitedCommit> all = awaitedCommits.iterator();
        while (all.hasNext()) {
            final AwaitedCommit awaited = all.next();
            if (awaited.recorder().isCommitted(awaited.ticket())) {
                all.remove();
                ready.add(awaited.relay());
            }
        }
        ready.forEach(Relay::committed);
    }
}
