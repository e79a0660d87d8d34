package io.ouli.proxy.server;

import io.ouli.engine.MissExplanation;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.PreparedRequest;
import io.ouli.engine.ReplayOutcome;
import io.ouli.engine.Replayer;
import io.ouli.engine.Session;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.metrics.Counter;
import java.nio.charset.StandardCharsets;

/**
 * Decides what answers each request of one client: a reply of the proxy's own, a recording, or the upstream.
 */
final class Answerer {
    private static final byte[] HEAD = "HEAD".getBytes(StandardCharsets.US_ASCII);

    private final ServerWorker worker;
    private final ClientConnection client;
    private final ClientOutput output;
    private final RecordedReplies recorded;

    Answerer(final ServerWorker worker, final ClientConnection client, final ClientOutput output) {
        this.worker = worker;
        this.client = client;
        this.output = output;
        recorded = new RecordedReplies(worker, client, output);
    }

    /** Answers the next request of a reader, if its key is known before it is parsed and there is a reply to it. */
    boolean answerByKey(final Route route, final RequestReader reader) {
        final RequestMemo memo = route.memo();
        if (memo == null) {
            return false;
        }
        final LookAhead ahead = worker.lookAhead();
        if (!ahead.knows(reader)) {
            if (reader.recall(memo)) {
                return replayByKey(route, reader, memo.keys(), memo.keyOffset());
            }
            if (!reader.follows() || !ahead.look(worker, route, reader, output.room())) {
                return false;
            }
        }
        reader.take(ahead.length());
        return replayAhead(route, reader, ahead);
    }

    /**
     * Answers the request that was looked at before its turn.
     *
     * @return false if it has to be parsed after all.
     */
    private boolean replayAhead(final Route route, final RequestReader reader, final LookAhead ahead) {
        final int keyOffset = ahead.keyOffset();
        if (!replayByKey(route, reader, ahead.keys(), keyOffset)) {
            ahead.forget();
            return false;
        }
        ahead.used();
        final RequestMemo memo = route.memo();
        final int place = memo.keep(reader.bytes(), reader.start(), reader.bodyStart());
        if (place >= 0) {
            System.arraycopy(ahead.keys(), keyOffset, memo.keys(), place, Replayer.KEY_BYTES);
        }
        return true;
    }

    /**
     * Answers the request that the reader has taken by its key.
     *
     * @return false if it has to be parsed after all.
     */
    private boolean replayByKey(
            final Route route, final RequestReader reader, final byte[] keys, final int keyOffset) {
        if (!recorded.send(replayKey(route, keys, keyOffset), route.replayer(), 1, false)) {
            // A miss has advanced nothing, and can be explained of a parsed request only.
            reader.parseAfterAll();
            return false;
        }
        took();
        return true;
    }

    private ReplayOutcome replayKey(final Route route, final byte[] keys, final int keyOffset) {
        try {
            return route.replayer().replayKey(worker.session(route.endpoint()), keys, keyOffset);
        } catch (final OuliException e) {
            return ReplayOutcome.NO_RECORDING;
        }
    }

    private void took() {
        worker.counters().increment(Counter.REQUESTS);
        output.took();
    }

    /** Answers the request that a reader has parsed, or sees to it that it will be answered. */
    void answer(final Route route, final RequestReader reader) {
        final RequestHead head = reader.requestHead();
        took();
        answer(route, reader, head, true);
    }

    /** Answers a request that had to wait. */
    void answerAgain(final Route route, final RequestReader reader) {
        answer(route, reader, reader.requestHead(), false);
    }

    private void answer(
            final Route route, final RequestReader reader, final RequestHead head, final boolean first) {
        try {
            tryAnswer(route, reader, head, first);
        } catch (final OuliException e) {
            fail(e, head.methodIs(HEAD));
        }
    }

    private void tryAnswer(
            final Route route, final RequestReader reader, final RequestHead head, final boolean first) {
        if (route.endpoint().isHealthCheck(head)) {
            output.add(FixedReply.HEALTHY, true);
            return;
        }
        final Session session = session(route.endpoint(), head, first);
        if (session == null) {
            worker.counters().increment(Counter.BAD_REQUESTS);
            output.add(worker.control().ambiguous() ? FixedReply.TWO_SESSIONS : FixedReply.BAD_SESSION,
                    head.methodIs(HEAD));
            return;
        }
        if (client.prepared() == null && looksInto(route) && PreparedRequest.takesLong(
                head, reader.bytes(), reader.bodyStart(), reader.bodyLength()) && client.prepare(session)) {
            return;
        }
        if (route.mode() == Mode.RECORD || !replay(session, route, reader, head)) {
            worker.counters().increment(Counter.FORWARDED);
            client.forward(session);
        }
    }

    /** {@return whether requests are redacted and fingerprinted} */
    private static boolean looksInto(final Route route) {
        return route.replayer() != null || route.recorder() != null;
    }

    /**
     * Answers from a recording; in mode replay a miss too.
     *
     * @return false if the request is to go upstream.
     */
    private boolean replay(
            final Session session, final Route route, final RequestReader reader, final RequestHead head) {
        final Replayer replayer = route.replayer();
        final boolean toHead = head.methodIs(HEAD);
        final PreparedRequest prepared = client.prepared();
        final ReplayOutcome outcome = prepared != null
                ? replayer.replay(session, prepared)
                : replayer.replay(session, head, reader.bytes(), reader.bodyStart(), reader.bodyLength());
        if (outcome == ReplayOutcome.LATER) {
            client.awaitRecording(replayer);
            return true;
        }
        if (recorded.send(outcome, replayer, head.minorVersion(), toHead)) {
            if (outcome != ReplayOutcome.DAMAGED) {
                keep(route, reader);
            }
            return true;
        }
        if (route.mode() != Mode.REPLAY) {
            if (prepared != null) {
                replayer.forget();
            }
            return false;
        }
        if (!replayer.explainsSoon()) {
            client.awaitRecording(replayer);
            return true;
        }
        worker.countMiss(outcome);
        final int status = outcome == ReplayOutcome.OUT_OF_ORDER ? 409 : worker.missStatus();
        final MissExplanation miss = replayer.quickMissExplanation();
        if (miss != null) {
            explain(status, miss, toHead);
        } else {
            client.awaitExplanation(replayer, status);
        }
        return true;
    }

    private void explain(final int status, final MissExplanation miss, final boolean toHead) {
        worker.misses().log(miss);
        JsonReply.write(output.queue(), status, "miss", miss.json(), toHead, output.kept());
    }

    /**
     * Answers a miss that another thread has explained.
     *
     * @param problem why it could not, or null.
     */
    void answerExplained(
            final RequestReader reader, final int status, final MissExplanation miss, final OuliException problem) {
        final boolean toHead = reader.requestHead().methodIs(HEAD);
        if (problem == null) {
            explain(status, miss, toHead);
        } else {
            fail(problem, toHead);
        }
    }

    private void fail(final OuliException problem, final boolean toHead) {
        worker.counters().increment(Counter.FAILED);
        worker.log(problem);
        final byte[] json =
                JsonReply.failure(500, "error", "engine", "the request cannot be answered", problem.getMessage());
        JsonReply.write(output.queue(), 500, "error", json, toHead, output.kept());
    }

    /** Keeps a request that was answered, if nothing but its key tells how. */
    private void keep(final Route route, final RequestReader reader) {
        if (route.replayer().hasKey() && worker.control().keyTellsAll(reader.requestHead())) {
            final int at = route.memo().keep(reader.bytes(), reader.start(), reader.bodyStart());
            if (at >= 0) {
                route.replayer().copyKey(route.memo().keys(), at);
            }
        }
    }

    /** {@return the session that a request belongs to, rewound if it asks for that; null if it cannot have it} */
    private Session session(final Endpoint endpoint, final RequestHead head, final boolean first) {
        final Control control = worker.control();
        control.read(head.headers());
        final Session session;
        if (endpoint.fixedSession() || !control.named()) {
            session = worker.session(endpoint);
        } else if (control.ambiguous()) {
            return null;
        } else if (Control.isSessionName(control.nameBytes(), control.nameStart(), control.nameEnd())) {
            session = worker.session(endpoint, control.nameBytes(), control.nameStart(), control.nameEnd());
        } else {
            return null;
        }
        if (first && control.reset() && session != null) {
            session.reset();
        }
        return session;
    }
}
