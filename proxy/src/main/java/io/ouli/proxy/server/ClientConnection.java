package io.ouli.proxy.server;

import io.ouli.engine.ColdReply;
import io.ouli.engine.MissExplanation;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.Replay;
import io.ouli.engine.Replayer;
import io.ouli.engine.ReplayOutcome;
import io.ouli.engine.Session;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Metrics;
import io.ouli.engine.transport.Transport;
import io.ouli.proxy.worker.Peer;
import io.ouli.proxy.worker.SendQueue;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One client: reads requests, answers what it can from recordings, leaves the rest to a {@link Relay}. One request is
 * served at a time, in order; the replies of pipelined ones are gathered in one send.
 *
 * <p>An object is used for one connection after another. Idle, it holds no buffer.
 */
final class ClientConnection extends Peer {
    /** Pipelined bytes that are taken in while a reply is under way; then receiving pauses. */
    private static final int PAUSE_BACKLOG_BYTES = 64 << 10;
    /** How long a client may take to notice that its connection is being closed. */
    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final long LINGER_DRAINING_NANOS = 250_000_000L;
    private static final int LINGER_BYTES = 1 << 20;
    private static final byte[] HEAD = "HEAD".getBytes(StandardCharsets.US_ASCII);

    private final ServerWorker worker;
    private final Transport transport;
    private int id;
    private Route route;
    private RequestReader reader;
    private SendQueue out;
    private ReplySource source;
    private Relay relay;
    /** Recordings whose memory is in flight. */
    private Replay[] retained = new Replay[2];
    private int retainedCount;
    /** Requests that were taken and whose replies were not given to the transport yet, and when the first was. */
    private int untimed;
    private long tookNanos;
    /** Parts given to the transport since the last flush. */
    private int parts;
    private boolean sending;
    /** No request is served after the present one. */
    private boolean last;
    /** The present request is one of HTTP/1.0 whose client is to know that its connection goes on. */
    private boolean kept;
    private boolean lingering;
    private int lingeredBytes;
    private boolean receiveEnded;
    private boolean paused;
    private boolean headTimed;
    private boolean serving;
    private boolean open;

    ClientConnection(final ServerWorker worker) {
        this.worker = worker;
        transport = worker.loop().transport();
    }

    void opened(final int connectionId, final Route itsRoute) {
        assert !open && reader == null && relay == null && retainedCount == 0 && parts == 0;
        id = connectionId;
        route = itsRoute;
        sending = false;
        last = false;
        kept = false;
        lingering = false;
        receiveEnded = false;
        paused = false;
        headTimed = false;
        untimed = 0;
        open = true;
        armIdle();
    }

    /** Answers and closes a connection that is one too many. */
    void refuse() {
        refuse(FixedReply.TOO_MANY_CONNECTIONS);
        settle();
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

    /** Returns whether the next request has to wait. */
    private boolean busy() {
        return sending || relay != null || source != null;
    }

    @Override
    protected void onSent() {
        sending = false;
        if (source != null) {
            source.sent();
            forgetDoneSource();
        }
        release();
        if (out != null) {
            out.sent();
        }
        serve();
    }

    /** Serves requests until one has to wait; sends what was gathered. */
    void serve() {
        if (serving || !open) {
            return;
        }
        serving = true;
        worker.lookAhead().forget();
        try {
            boolean more = true;
            while (more && !sending && parts < Transport.MAX_PARTS) {
                drain();
                more = open && parts < Transport.MAX_PARTS && !busy() && !last && reader != null && serveNext();
            }
        } finally {
            serving = false;
        }
        settle();
    }

    /** Gives what waits to the transport, in order: first the queue, then the source. */
    private void drain() {
        if (out != null && !out.isEmpty() && (relay == null || !relay.holdsBack())) {
            parts += out.writeTo(transport, id, Transport.MAX_PARTS - parts);
        }
        if (source != null && (out == null || out.isEmpty()) && parts < Transport.MAX_PARTS) {
            try {
                parts += source.writeTo(transport, id, Transport.MAX_PARTS - parts);
            } catch (final OuliException e) {
                // The rest of the reply is gone, and its beginning may have left.
                worker.log(e);
                source = null;
                cut();
                return;
            }
            forgetDoneSource();
        }
    }

    private void forgetDoneSource() {
        if (source != null && source.done()) {
            source = null;
        }
    }

    /** Serves one request. @return whether there may be another. */
    private boolean serveNext() {
        kept = false;
        if (serveByKey()) {
            return true;
        }
        switch (reader.next()) {
            case READY:
                headTimed = false;
                answerOrExplain();
                if (relay == null) {
                    reader.consume();
                }
                return true;
            case NEED_INPUT:
                if (reader.takeContinue()) {
                    add(FixedReply.CONTINUE, false);
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

    /** Serves a request whose key is known before it is parsed, if there is a reply to it. */
    private boolean serveByKey() {
        final RequestMemo memo = route.memo();
        if (memo == null) {
            return false;
        }
        final LookAhead ahead = worker.lookAhead();
        if (!ahead.knows(reader)) {
            if (reader.recall(memo)) {
                return replayByKey(memo.keys(), memo.keyOffset());
            }
            if (!reader.follows() || !ahead.look(worker, route, reader, Transport.MAX_PARTS - parts)) {
                return false;
            }
        }
        reader.take(ahead.length());
        return replayAhead(ahead, memo);
    }

    /** Serves the request that was looked at before its turn. @return false if it has to be parsed after all. */
    private boolean replayAhead(final LookAhead ahead, final RequestMemo memo) {
        final int start = reader.start();
        final int end = reader.bodyStart();
        final int keyOffset = ahead.keyOffset();
        if (!replayByKey(ahead.keys(), keyOffset)) {
            ahead.forget();
            return false;
        }
        ahead.used();
        final int place = memo.keep(reader.bytes(), start, end);
        if (place >= 0) {
            System.arraycopy(ahead.keys(), keyOffset, memo.keys(), place, Replayer.KEY_BYTES);
        }
        return true;
    }

    /** Serves the request that the reader has taken by its key. @return false if it has to be parsed after all. */
    private boolean replayByKey(final byte[] keys, final int keyOffset) {
        final Replayer replayer = route.replayer();
        switch (replayKey(replayer, keys, keyOffset)) {
            case HIT -> {
                worker.counters().increment(Counter.HITS);
                hit(replayer, 1, false);
            }
            case COLD -> cold(replayer, 1, false);
            case DAMAGED -> addDamaged(false);
            default -> {
                // A miss has advanced nothing, and can be explained of a parsed request only.
                reader.parseAfterAll();
                return false;
            }
        }
        took();
        headTimed = false;
        reader.consume();
        return true;
    }

    private void took() {
        worker.counters().increment(Counter.REQUESTS);
        if (Metrics.ON && untimed++ == 0) {
            tookNanos = worker.loop().nowNanos();
        }
    }

    private ReplayOutcome replayKey(final Replayer replayer, final byte[] keys, final int keyOffset) {
        try {
            return replayer.replayKey(worker.session(route.endpoint()), keys, keyOffset);
        } catch (final OuliException e) {
            return ReplayOutcome.NO_RECORDING;
        }
    }

    /** Keeps a request that was answered, if nothing but its key tells how. */
    private void keep(final Replayer replayer, final RequestHead head) {
        if (replayer.hasKey() && worker.control().keyTellsAll(head)) {
            final int at = route.memo().keep(reader.bytes(), reader.start(), reader.bodyStart());
            if (at >= 0) {
                replayer.copyKey(route.memo().keys(), at);
            }
        }
    }

    private void answerOrExplain() {
        try {
            answer();
        } catch (final OuliException e) {
            worker.log(e);
            final byte[] json =
                    JsonReply.failure(500, "error", "engine", "the request cannot be answered", e.getMessage());
            JsonReply.write(out(), 500, "error", json, reader.requestHead().methodIs(HEAD), kept);
        }
    }

    private void answer() {
        final RequestHead head = reader.requestHead();
        took();
        last |= !head.keepAlive();
        kept = head.keepAlive() && head.minorVersion() == 0;
        if (route.endpoint().isHealthCheck(head)) {
            add(FixedReply.HEALTHY, true);
            return;
        }
        final Session session = session(head);
        if (session == null) {
            worker.counters().increment(Counter.BAD_REQUESTS);
            add(worker.control().ambiguous() ? FixedReply.TWO_SESSIONS : FixedReply.BAD_SESSION,
                    head.methodIs(HEAD));
            return;
        }
        if (route.mode() != Mode.RECORD) {
            final Replayer replayer = route.replayer();
            final ReplayOutcome outcome =
                    replayer.replay(session, head, reader.bytes(), reader.bodyStart(), reader.bodyLength());
            if (outcome == ReplayOutcome.HIT) {
                worker.counters().increment(Counter.HITS);
                keep(replayer, head);
                hit(replayer, head.minorVersion(), head.methodIs(HEAD));
                return;
            }
            if (outcome == ReplayOutcome.COLD) {
                keep(replayer, head);
                cold(replayer, head.minorVersion(), head.methodIs(HEAD));
                return;
            }
            if (outcome == ReplayOutcome.DAMAGED) {
                addDamaged(head.methodIs(HEAD));
                return;
            }
            if (route.mode() == Mode.REPLAY) {
                worker.countMiss(outcome);
                final int status = outcome == ReplayOutcome.OUT_OF_ORDER ? 409 : worker.missStatus();
                final MissExplanation miss = replayer.missExplanation();
                worker.misses().log(miss);
                JsonReply.write(out(), status, "miss", miss.json(), head.methodIs(HEAD), kept);
                return;
            }
        }
        worker.counters().increment(Counter.FORWARDED);
        final Relay started = new Relay(worker, this, route, out());
        relay = started;
        started.start(session, reader);
    }

    /** Returns the session that a request belongs to, rewound if it asks for that; null if it cannot have it. */
    private Session session(final RequestHead head) {
        final Control control = worker.control();
        control.read(head.headers());
        final Session session;
        if (route.endpoint().fixedSession() || !control.named()) {
            session = worker.session(route.endpoint());
        } else if (control.ambiguous()) {
            return null;
        } else if (Control.isSessionName(control.nameBytes(), control.nameStart(), control.nameEnd())) {
            session = worker.session(route.endpoint(), control.nameBytes(), control.nameStart(), control.nameEnd());
        } else {
            return null;
        }
        if (control.reset() && session != null) {
            session.reset();
        }
        return session;
    }

    private void hit(final Replayer replayer, final int minorVersion, final boolean toHead) {
        retain(replayer.source());
        if (minorVersion == 0 && replayer.chunked()) {
            strip(replayer.segment(), replayer.responseOffset(), replayer.responseLength(), toHead);
        } else if (kept) {
            sendKept(replayer.segment(), replayer.responseOffset(), replayer.responseLength(), toHead);
        } else if (replayer.responseLength() > SliceSource.SLICE_BYTES) {
            source = new SliceSource(replayer.segment(), replayer.responseOffset(), replayer.responseLength());
        } else {
            transport.write(id, replayer.segment(), replayer.responseOffset(), replayer.responseLength());
            parts++;
        }
    }

    /** Sends a reply in chunks without them. Its file may have been cut since it was checked, a moment ago. */
    private void strip(final MemorySegment segment, final long offset, final long length, final boolean toHead) {
        // The connection's end ends the body.
        last = true;
        kept = false;
        try {
            source = new ChunkStripper(segment, offset, length, out());
        } catch (final FileCutException e) {
            addDamaged(toHead);
        }
    }

    /** Sends a reply whose client is to know that its connection goes on. */
    private void sendKept(final MemorySegment segment, final long offset, final long length, final boolean toHead) {
        try {
            source = KeptReply.begin(segment, offset, length, out());
        } catch (final FileCutException e) {
            addDamaged(toHead);
        }
    }

    /** Sends a reply that has to be read first. What is changed for HTTP/1.0 is taken apart where it is mapped. */
    private void cold(final Replayer replayer, final int minorVersion, final boolean toHead) {
        final ColdReply reply = replayer.coldReply();
        final boolean chunks = minorVersion == 0 && replayer.chunked();
        if (chunks || kept) {
            if (reply.checkMapped()) {
                worker.counters().increment(Counter.HITS);
                retain(replayer.source());
                if (chunks) {
                    strip(reply.segment(), reply.replyOffset(), reply.replyLength(), toHead);
                } else {
                    sendKept(reply.segment(), reply.replyOffset(), reply.replyLength(), toHead);
                }
            } else {
                addDamaged(toHead);
            }
            return;
        }
        final ColdSource started =
                new ColdSource(worker.coldReads(), this, replayer.source(), reply, toHead);
        source = started;
        started.start();
    }

    /** A part of a reply was read. */
    void ready(final boolean begun) {
        if (!begun) {
            worker.counters().increment(Counter.HITS);
        }
        serve();
    }

    /** A reply cannot be read beside other work: it is sent from where it is mapped, if none of it has left. */
    void unreadable(final ColdSource failed, final boolean begun) {
        final ColdReply reply = failed.reply();
        if (begun || !reply.checkMapped()) {
            damaged(failed, begun);
            return;
        }
        worker.counters().increment(Counter.HITS);
        retain(failed.replay());
        failed.close();
        source = new SliceSource(reply.segment(), reply.replyOffset(), reply.replyLength());
        serve();
    }

    /** A reply's bytes are not those that were recorded. */
    void damaged(final ColdSource failed, final boolean begun) {
        failed.close();
        source = null;
        if (begun) {
            cut();
            return;
        }
        addDamaged(failed.toHead());
        serve();
    }

    private void addDamaged(final boolean toHead) {
        worker.counters().increment(Counter.DAMAGED);
        add(FixedReply.DAMAGED, toHead);
    }

    private void retain(final Replay replay) {
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

    private void add(final FixedReply fixed, final boolean toHead) {
        final FixedReply reply = kept ? fixed.kept() : fixed;
        if (sending || parts == Transport.MAX_PARTS || out != null && !out.isEmpty()) {
            out().add(reply.segment(), 0, reply.length(toHead));
        } else {
            transport.write(id, reply.segment(), 0, reply.length(toHead));
            parts++;
        }
    }

    private void refuse(final FixedReply reply) {
        kept = false;
        add(reply, false);
        last = true;
    }

    private SendQueue out() {
        if (out == null) {
            out = new SendQueue(worker.loop().buffers());
        }
        return out;
    }

    /** Flushes what was gathered; then decides what the connection waits for. */
    private void settle() {
        if (!open) {
            return;
        }
        if (reader != null && relay == null && (reader.isEmpty() || last)) {
            worker.readers().release(reader);
            reader = null;
            headTimed = false;
        }
        if (parts > 0) {
            parts = 0;
            sending = true;
            transport.flush(id);
            if (Metrics.ON) {
                time();
            }
            worker.arm(this, worker.timeouts().sendNanos());
        } else if (!busy()) {
            await();
        } else if (!sending) {
            // It is the upstream or the disk that is waited for.
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

    /** Times the replies that were flushed; one that is still under way waits for its end. */
    private void time() {
        final int flushed = busyBeside() ? untimed - 1 : untimed;
        if (flushed > 0) {
            worker.latency().record(System.nanoTime() - tookNanos, flushed);
            untimed -= flushed;
        }
    }

    /** Returns whether a reply is under way that what was flushed does not end. */
    private boolean busyBeside() {
        return relay != null || source != null || out != null && !out.isEmpty();
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
        if (lingering || sending) {
            if (sending) {
                worker.counters().increment(Counter.CONNECTIONS_TIMED_OUT);
            }
            cut();
        } else if (reader != null && relay == null) {
            worker.counters().increment(Counter.CONNECTIONS_TIMED_OUT);
            refuse(FixedReply.REQUEST_TIMEOUT);
            settle();
        } else if (relay == null) {
            cut();
        }
    }

    /** The relay has added bytes to the queue; sends them if nothing is in flight. */
    void pump() {
        serve();
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
        if (relay != null) {
            final Relay ended = relay;
            relay = null;
            ended.clientGone();
        }
    }

    @Override
    protected void onClosed(final int cause) {
        open = false;
        if (source != null) {
            source.close();
            source = null;
        }
        parts = 0;
        release();
        abandon();
        if (out != null) {
            out.sent();
            out.clear();
        }
        if (reader != null) {
            worker.readers().release(reader);
            reader = null;
        }
        worker.closed(this);
    }
}
