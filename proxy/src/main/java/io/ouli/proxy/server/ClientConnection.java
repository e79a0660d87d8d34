package io.ouli.proxy.server;

import io.ouli.engine.MissExplanation;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.PreparedRequest;
import io.ouli.engine.Replayer;
import io.ouli.engine.Session;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.transport.Transport;
import io.ouli.proxy.worker.Peer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * One client, from its connection's first byte to its end: takes in what comes, gives each request its turn, and closes
 * in time. An {@link Answerer} finds the replies, a {@link ClientOutput} sends them.
 *
 * <p>One request is served at a time, in order; the replies of pipelined ones are gathered in one send. An object is
 * used for one connection after another. Idle, it holds no buffer.
 */
final class ClientConnection extends Peer {
    /** Pipelined bytes that are taken in while a reply is under way; then receiving pauses. */
    private static final int PAUSE_BACKLOG_BYTES = 64 << 10;
    /** How long a client may take to notice that its connection is being closed. */
    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final long LINGER_DRAINING_NANOS = 250_000_000L;
    private static final int LINGER_BYTES = 1 << 20;

    private final ServerWorker worker;
    private final Transport transport;
    private final ClientOutput output;
    private final Answerer answerer;
    private int id;
    private Route route;
    private RequestReader reader;
    private Relay relay;
    /** What the request in the reader waits for; null if it does not, and when that is over. */
    private Object awaited;
    /** The request in the reader, if it is one that another thread redacts. */
    private PreparedRequest prepared;
    /** Another thread reads what is in the reader. */
    private boolean lent;
    /** The request in the reader has waited, and is to be answered now. */
    private boolean again;
    /** No request is served after the present one. */
    private boolean last;
    /** One too many when it came. */
    private boolean refused;
    private boolean lingering;
    private int lingeredBytes;
    private boolean receiveEnded;
    /** The present reply will never be whole; the connection is closed once what there is of it has left. */
    private boolean cutOff;
    private boolean paused;
    private boolean headTimed;
    private boolean serving;
    private boolean open;

    ClientConnection(final ServerWorker worker) {
        this.worker = worker;
        transport = worker.loop().transport();
        output = new ClientOutput(worker);
        answerer = new Answerer(worker, this, output);
    }

    void opened(final int connectionId, final Route itsRoute) {
        assert !open && reader == null && relay == null;
        id = connectionId;
        route = itsRoute;
        output.opened(connectionId);
        last = false;
        refused = false;
        lingering = false;
        receiveEnded = false;
        cutOff = false;
        paused = false;
        headTimed = false;
        open = true;
        armIdle();
    }

    /** Answers and closes a connection that is one too many. */
    void refuse() {
        refused = true;
        refuse(FixedReply.TOO_MANY_CONNECTIONS);
        settle();
    }

    boolean refused() {
        return refused;
    }

    @Override
    protected void onReceived(final MemorySegment data, final long offset, final int length) {
        if (!open) {
            return;
        }
        if (lingering) {
            lingeredBytes += length;
            if (lingeredBytes > LINGER_BYTES) {
                cut();
            }
            return;
        }
        if (last) {
            return;
        }
        if (reader == null) {
            reader = worker.readers().take();
        }
        reader.append(data, offset, length);
        if (!busy()) {
            serve();
        } else if (reader.backlogBytes() > PAUSE_BACKLOG_BYTES && !paused) {
            paused = true;
            transport.pauseReceive(id);
        }
    }

    /** {@return whether the next request has to wait} */
    private boolean busy() {
        return relay != null || awaited != null || output.busy();
    }

    @Override
    protected void onSent() {
        output.sent();
        serve();
    }

    /** Sends what waits and serves requests, until one has to wait. */
    void serve() {
        if (serving || !open) {
            return;
        }
        serving = true;
        worker.lookAhead().forget();
        try {
            boolean more = true;
            while (more && !output.sending() && output.room() > 0) {
                drain();
                more = open && output.room() > 0 && !busy() && (again || !last) && reader != null && serveNext();
            }
        } finally {
            serving = false;
        }
        settle();
    }

    private void drain() {
        try {
            output.drain(relay != null && relay.holdsBack());
        } catch (final OuliException e) {
            // The rest of the reply is gone, and its beginning may have left.
            worker.log(e);
            output.source(null);
            cut();
        }
    }

    /**
     * Serves one request.
     *
     * @return whether there may be another.
     */
    private boolean serveNext() {
        if (again) {
            again = false;
            answerer.answerAgain(route, reader);
            consume();
            return true;
        }
        output.kept(false);
        if (answerer.answerByKey(route, reader)) {
            headTimed = false;
            reader.consume();
            return true;
        }
        switch (reader.next()) {
            case READY:
                answer();
                return true;
            case NEED_INPUT:
                if (reader.takeContinue()) {
                    output.add(FixedReply.CONTINUE, false);
                }
                return false;
            case NO_MEMORY:
                refuse(FixedReply.NO_MEMORY);
                return false;
            default:
                worker.counters().increment(Counter.BAD_REQUESTS);
                refuse(FixedReply.of(reader.fault()));
                return false;
        }
    }

    private void answer() {
        headTimed = false;
        final RequestHead head = reader.requestHead();
        last |= !head.keepAlive();
        output.kept(head.keepAlive() && head.minorVersion() == 0);
        answerer.answer(route, reader);
        consume();
    }

    /** Lets go of the request in the reader, unless it is not answered yet. */
    private void consume() {
        if (!holds()) {
            prepared = null;
            reader.consume();
        }
    }

    /** {@return whether the request in the reader is not answered yet} */
    private boolean holds() {
        return relay != null || awaited != null || again;
    }

    /** Lets the request in the reader wait for its recording; others are served meanwhile. */
    void awaitRecording(final Replayer replayer) {
        final Object token = new Object();
        awaited = token;
        replayer.whenReady(() -> worker.loop().execute(() -> recordingReady(token)));
    }

    /**
     * Lets the request in the reader wait until another thread has redacted it; others are served meanwhile.
     *
     * @return false if its session is not recorded any more: then it need not be redacted.
     */
    boolean prepare(final Session session) {
        final Object token = new Object();
        final RequestHead head = reader.requestHead();
        final Runnable whenDone = () -> worker.loop().execute(() -> recordingReady(token));
        if (route.mode() == Mode.RECORD) {
            try {
                prepared = route.recorder().prepare(
                        session, head, reader.bytes(), reader.bodyStart(), reader.bodyLength(), whenDone);
            } catch (final OuliException e) {
                return false; // The session has logged why; its clients are served all the same.
            }
        } else {
            prepared = route.replayer().prepare(
                    head, reader.bytes(), reader.bodyStart(), reader.bodyLength(), whenDone);
        }
        awaited = token;
        lent = true;
        return true;
    }

    /** {@return the request that is answered, if another thread has redacted it; else null} */
    PreparedRequest prepared() {
        return prepared;
    }

    /** Lets the request in the reader wait until another thread has explained why there is no reply to it. */
    void awaitExplanation(final Replayer replayer, final int status) {
        final Object token = new Object();
        final CompletableFuture<MissExplanation> explained = replayer.explainLater();
        awaited = token;
        lent = true;
        explained.whenComplete((miss, problem) ->
                worker.loop().execute(() -> explained(token, status, miss, (OuliException) problem)));
    }

    private void explained(
            final Object token, final int status, final MissExplanation miss, final OuliException problem) {
        if (arrived(token)) {
            try {
                answerer.answerExplained(reader, status, miss, problem);
                consume();
                serve();
            } catch (final Throwable e) {
                fault(e);
            }
        }
    }

    private void recordingReady(final Object token) {
        if (arrived(token)) {
            again = true;
            try {
                serve();
            } catch (final Throwable e) {
                fault(e);
            }
        }
    }

    /**
     * What was waited for is there.
     *
     * @return false if the client has gone.
     */
    private boolean arrived(final Object token) {
        if (awaited != token) {
            return false;
        }
        awaited = null;
        lent = false;
        return open;
    }

    /** Lets the upstream answer the request that the reader holds. */
    void forward(final Session session) {
        final Relay started = new Relay(worker, this, route, output.queue());
        relay = started;
        final PreparedRequest its = prepared;
        prepared = null;
        started.start(session, reader, its);
    }

    private void refuse(final FixedReply reply) {
        output.kept(false);
        output.add(reply, false);
        last = true;
    }

    /** Lets the connection end after the present reply. */
    void last() {
        last = true;
    }

    /** Flushes what was gathered; then decides what the connection waits for. */
    private void settle() {
        if (!open) {
            return;
        }
        if (reader != null && !holds() && (reader.isEmpty() || last)) {
            worker.readers().release(reader);
            reader = null;
            headTimed = false;
        }
        if (output.flush(holds())) {
            worker.arm(this, worker.timeouts().sendNanos());
        } else if (cutOff && !output.sending()) {
            cut();
        } else if (!busy()) {
            await();
        } else if (!output.sending()) {
            // It is the upstream, the disk or another thread that is waited for.
            worker.loop().timers().disarm(this);
        }
        if (relay != null) {
            relay.queueDrained();
        }
        if (paused && open && !busy()) {
            paused = false;
            transport.resumeReceive(id);
        }
    }

    private void await() {
        if (lingering) {
            return;
        }
        if (last) {
            linger();
        } else if (receiveEnded || worker.draining()) {
            cut();
        } else if (reader == null) {
            armIdle();
        } else if (reader.inBody()) {
            worker.arm(this, worker.timeouts().bodyNanos());
        } else if (!headTimed) {
            headTimed = true;
            worker.arm(this, worker.timeouts().headerNanos());
        }
    }

    private void armIdle() {
        worker.arm(this, worker.timeouts().idleNanos());
    }

    /** Closes so that the client can still read the last reply: a reset would overtake it. */
    private void linger() {
        if (receiveEnded) {
            cut();
            return;
        }
        lingering = true;
        lingeredBytes = 0;
        transport.shutdownOutput(id);
        if (paused) {
            paused = false;
            transport.resumeReceive(id);
        }
        worker.arm(this, worker.draining() ? LINGER_DRAINING_NANOS : LINGER_NANOS);
    }

    @Override
    protected void onReceiveEnd() {
        receiveEnded = true;
        if (lingering) {
            cut();
        } else {
            serve();
        }
    }

    @Override
    protected void onTimeout() {
        if (lingering || output.sending()) {
            if (output.sending()) {
                worker.counters().increment(Counter.CONNECTIONS_TIMED_OUT);
            }
            cut();
        } else if (reader != null && !holds()) {
            worker.counters().increment(Counter.CONNECTIONS_TIMED_OUT);
            refuse(FixedReply.REQUEST_TIMEOUT);
            settle();
        } else if (!holds()) {
            cut();
        }
    }

    /** The relay has come to its end, its last bytes are in the queue; perhaps before its start has returned. */
    void relayed(final boolean close) {
        relay = null;
        last |= close;
        if (!serving) {
            reader.consume();
            serve();
        }
    }

    /**
     * The relay has come to its end in the middle of a reply: sends what came of it, as events that an upstream sent
     * before it died, and closes.
     *
     * @param held whether what waits is held back: with it the client would take the reply for whole.
     */
    void cutOff(final boolean held) {
        if (held) {
            cut();
        } else {
            cutOff = true;
            serve();
        }
    }

    /** Closes without regard for what is under way: the only way to tell a client that a reply is not whole. */
    void cut() {
        if (open) {
            open = false;
            transport.close(id);
        }
    }

    /** A fault of the program met while a reply was read. */
    void fault(final Throwable e) {
        worker.loop().fault(id, e);
    }

    /** Ends the connection as soon as nothing is under way. */
    void drainAndClose() {
        if (busy()) {
            last = true;
        } else if (lingering) {
            worker.arm(this, LINGER_DRAINING_NANOS);
        } else {
            cut();
        }
    }

    /** Gives up on what is under way, at the worker's end. */
    void abandon() {
        awaited = null;
        again = false;
        if (relay != null) {
            final Relay ended = relay;
            relay = null;
            ended.clientGone();
        }
    }

    @Override
    protected void onClosed(final int cause) {
        open = false;
        abandon();
        output.closed();
        prepared = null;
        if (reader != null) {
            if (lent) {
                worker.readers().abandon(reader);
            } else {
                worker.readers().release(reader);
            }
            reader = null;
            lent = false;
        }
        worker.closed(this);
    }
}
