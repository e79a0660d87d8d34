package io.ouli.engine;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.TrailerSection;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.redaction.MessageRedactor;
import io.ouli.engine.redaction.RedactionException;
import io.ouli.engine.redaction.RedactionListener;
import io.ouli.engine.testserver.TestServerMark;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Records exchanges, any number of them in progress at once. Use one per thread: the first thread that begins an
 * exchange owns the recorder and its exchanges until it ends; any other gets an {@link IllegalStateException}.
 */
public final class Recorder {
    private static final Logger LOGGER = new LazyLogger(Recorder.class);
    /** How many exchanges are kept for reuse; the rest are left to the garbage collector. */
    private static final int POOLED_EXCHANGES = 1_024;

    private final OwnerThread owner =
            new OwnerThread("a recorder and its exchanges are for one thread; make one for each by Engine.newRecorder");
    private final Engine engine;
    private final WriterAgent writer;
    private final EndpointPolicy policy;
    private final Runnable committed;
    private final MessageRedactor redactor;
    private final ResponseRedaction responses;
    /** What another thread redacts with. */
    private final ResponseRedaction laterResponses;
    /** Whose exchange that thread redacts. */
    private Session redactedLater;
    /** Tickets of exchanges that another thread redacts, until they are done; they count down from -1. */
    private final Set<Long> pendingLater = ConcurrentHashMap.newKeySet();
    private long lastLaterTicket;
    /** The writer's thread's, if somebody waits for the disk: those that it has appended, and those that it commits. */
    private final List<Long> appendedLater = new ArrayList<>();
    private final List<Long> committingLater = new ArrayList<>();
    /** Whose exchange is being redacted. */
    private Session redacted;
    private final Fingerprinter fingerprinter;
    /** The exchange that was begun last, while it is in progress. */
    private Exchange last;
    /** Exchanges handed back by the writer's thread. */
    private final SpscVarHandleArrayQueue<Exchange> written = new SpscVarHandleArrayQueue<>(POOLED_EXCHANGES);
    private final ArrayDeque<Exchange> aborted = new ArrayDeque<>();
    private boolean redactedRequest;
    private RequestMessage message;
    private TrailerSection trailerSection;
    private long lastTicket;
    private long appendedTicket;
    private long committingTicket;
    private volatile long committedTicket;

    Recorder(final Engine engine, final WriterAgent writer, final EndpointPolicy policy, final Runnable committed) {
        this.engine = engine;
        this.writer = writer;
        this.policy = policy;
        this.committed = committed;
        redactor = newRedactor(() -> redacted);
        responses = new ResponseRedaction(redactor);
        laterResponses = new ResponseRedaction(newRedactor(() -> redactedLater));
        fingerprinter = new Fingerprinter(policy.fingerprint());
    }

    private MessageRedactor newRedactor(final Supplier<Session> its) {
        return policy.redaction().newRedactor(new RedactionListener() {
            @Override
            public void leftStale(final String field) {
                its.get().leftStale(field);
            }
        });
    }

    /**
     * Begins an exchange and gives it its place in the session's order. A redacted copy of the request is kept.
     *
     * @return a pooled exchange, to be ended by {@link Exchange#complete} or {@link Exchange#abort}.
     * @throws OuliException if the session's recording may not be written: it exists already, or another process has
     *                       it; or if the request, decoded, takes more memory than there is, or inflates to more
     *                       than can be searched for what is to be redacted.
     * @throws IllegalStateException if another thread uses this.
     * @throws IllegalArgumentException if the session is another engine's.
     */
    public Exchange begin(
            final Session session,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength) {
        final TestServerChain chain = session.testServerChain();
        return begin(session, head, body, bodyOffset, bodyLength, chain == null ? null : chain.mark(
                policy.testServer(),
                TestServerChain.Asked.of(policy.testServer(), head, body, bodyOffset, bodyLength)));
    }

    private Exchange begin(
            final Session session,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final TestServerMark mark) {
        owner.check();
        final int sequence = nextSequence(session);
        try {
            return begin(session, sequence, head, body, bodyOffset, bodyLength, mark);
        } catch (final OutOfMemoryError e) {
            throw told(exhausted(session));
        } catch (final RedactionException e) {
            throw told(unstorable(session, e));
        } finally {
            redactor.forget();
        }
    }

    private Exchange begin(
            final Session session,
            final int sequence,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final TestServerMark mark) {
        redacted = session;
        final boolean changed = redactor.redactRequest(head, body, bodyOffset, bodyLength);
        redactedRequest = changed;
        final RequestHead storedHead = changed ? redactor.head() : head;
        final byte[] storedBody = changed ? redactor.body() : body;
        final int storedOffset = changed ? redactor.bodyOffset() : bodyOffset;
        final int storedLength = changed ? redactor.bodyLength() : bodyLength;
        final Exchange exchange = beginWithoutKey(session, sequence, engine.epochNanos(),
                storedHead, storedBody, storedOffset, storedLength, mark);
        try {
            fingerprinter.giveForm(storedHead, storedBody, storedOffset, storedLength, exchange.keyTaker());
        } catch (final RuntimeException | Error e) {
            exchange.abort(); // Memory may have no room for the form of a large body.
            throw e;
        }
        return exchange;
    }

    /**
     * Gives a request its place in the session's order, and has another thread redact it.
     *
     * @param whenDone called by that thread when the request can be given to {@link #begin(Session, PreparedRequest)}.
     * @throws OuliException if the session's recording may not be written.
     */
    public PreparedRequest prepare(
            final Session session,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final Runnable whenDone) {
        owner.check();
        final PreparedRequest request = new PreparedRequest(
                policy, engine.matchesLikeTestServer(), true, nextSequence(session), engine.epochNanos(),
                head, body, bodyOffset, bodyLength);
        engine.prepare(request, whenDone);
        return request;
    }

    /**
     * Begins an exchange with a request that another thread has redacted; it has its place by its arrival if
     * {@link #prepare} was asked for that.
     *
     * @throws OuliException if the session's recording may not be written, or the request cannot be recorded.
     */
    public Exchange begin(final Session session, final PreparedRequest request) {
        owner.check();
        checkStorable(session, request);
        checkOwn(session);
        final boolean placed = request.sequence() >= 0;
        final int sequence = placed ? request.sequence() : nextSequence(session);
        try {
            request.stale().forEach(session::leftStale);
            redactedRequest = request.changed();
            final TestServerChain chain = session.testServerChain();
            final Exchange exchange = beginWithoutKey(
                    session,
                    sequence,
                    placed ? request.epochNanos() : engine.epochNanos(),
                    request.head(),
                    request.body(),
                    request.bodyOffset(),
                    request.bodyLength(),
                    chain == null ? null : chain.mark(policy.testServer(), request.testServer()));
            exchange.key(request.key(), 0);
            return exchange;
        } catch (final OutOfMemoryError e) {
            throw told(exhausted(session));
        }
    }

    private int nextSequence(final Session session) {
        checkOwn(session);
        return session.nextSequence(policy);
    }

    /** What two writers' threads append to is damaged. */
    private void checkOwn(final Session session) {
        if (!session.isOf(engine)) {
            throw new IllegalArgumentException("session " + session.name() + " is another engine's; take one from the"
                    + " engine that made this recorder, by Engine.session");
        }
    }

    private static void checkStorable(final Session session, final PreparedRequest request) {
        try {
            request.checkStorable();
        } catch (final OuliException e) {
            throw told(request.exhausted() ? exhausted(session) : unstorable(session, e));
        }
    }

    private static OuliException exhausted(final Session session) {
        return HeapExhausted.error("session " + session.name() + ": a request cannot be recorded");
    }

    private static OuliException unstorable(final Session session, final OuliException e) {
        return new OuliException("session " + session.name() + ": a request was not recorded: " + e.getMessage(), e);
    }

    private static OuliException told(final OuliException error) {
        LOGGER.log(Level.WARNING, error.getMessage());
        return error;
    }

    private Exchange beginWithoutKey(
            final Session session,
            final int sequence,
            final long epochNanos,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final TestServerMark mark) {
        Exchange exchange = aborted.pollFirst();
        if (exchange == null) {
            exchange = written.poll();
        }
        if (exchange == null) {
            exchange = new Exchange(this, engine.newFrameBuilder());
        }
        try {
            exchange.begin(session, sequence, epochNanos, head, body, bodyOffset, bodyLength, mark);
        } catch (final RuntimeException | Error e) {
            exchange.abort(); // Its caller never gets it, and could not give its memory back.
            throw e;
        }
        last = exchange;
        return exchange;
    }

    /**
     * Begins an exchange with a request without a body that is byte for byte equal to an earlier one for which
     * {@link #keyTellsAll} returned true.
     *
     * @param keys      holds the key that {@link #copyKey} gave for the earlier one.
     * @param keyOffset index of the key's first byte.
     * @throws OuliException if the session's recording may not be written.
     */
    public Exchange begin(final Session session, final RequestHead head, final byte[] keys, final int keyOffset) {
        owner.check();
        final TestServerChain chain = session.testServerChain();
        final TestServerMark mark =
                chain == null ? null : chain.mark(policy.testServer(),
                        TestServerChain.Asked.of(policy.testServer(), head, head.bytes(), 0, 0));
        Objects.checkFromIndexSize(keyOffset, Replayer.KEY_BYTES, keys.length);
        final Exchange exchange = beginWithoutKey(
                session, nextSequence(session), engine.epochNanos(), head, head.bytes(), 0, 0, mark);
        exchange.key(keys, keyOffset);
        return exchange;
    }

    /** {@return whether the last request is stored unchanged, so that equal bytes mean an equal key} */
    public boolean keyTellsAll() {
        return !redactedRequest;
    }

    /**
     * Copies the key of the last request, {@link Replayer#KEY_BYTES} long. Call it before that request's exchange is
     * completed or aborted.
     */
    public void copyKey(final byte[] target, final int offset) {
        last.copyKey(target, offset);
    }

    /**
     * Begins an exchange with a request given as a whole HTTP/1.1 message, with Content-Length or in chunks.
     *
     * @throws OuliException if it is not one whole request, or the session's recording may not be written.
     */
    public Exchange begin(final Session session, final byte[] bytes, final int offset, final int length) {
        owner.check();
        if (message == null) {
            message = new RequestMessage();
        }
        message.read(bytes, offset, length);
        return begin(session, message.head(), message.body(), message.bodyOffset(), message.bodyLength());
    }

    /**
     * Begins an exchange with a request that google/test-server recorded.
     *
     * @param mark the test-server hashes to store with it, or null.
     * @throws OuliException if it is not one whole request, or the session's recording may not be written.
     */
    public Exchange beginImported(final Session session, final byte[] bytes, final TestServerMark mark) {
        owner.check();
        if (message == null) {
            message = new RequestMessage();
        }
        message.read(bytes, 0, bytes.length);
        return begin(session, message.head(), message.body(), message.bodyOffset(), message.bodyLength(), mark);
    }

    /**
     * {@return whether a completed interaction is on disk, or never will be because its session can no longer be
     * recorded}
     *
     * @param ticket what {@link Exchange#complete} or {@link Exchange#completeSoon} returned.
     */
    public boolean isCommitted(final long ticket) {
        return ticket < 0 ? !pendingLater.contains(ticket) : ticket <= committedTicket;
    }

    /** @throws IllegalStateException if another thread uses this. */
    void checkThread() {
        owner.check();
    }

    boolean isClosed() {
        return engine.isClosed();
    }

    /** {@return what reads trailers; made when the first come} */
    TrailerSection trailerSection() {
        if (trailerSection == null) {
            trailerSection = new TrailerSection();
        }
        return trailerSection;
    }

    ResponseRedaction redactionFor(final Session session) {
        redacted = session;
        return responses;
    }

    /**
     * Hands an exchange to the writer; returns its ticket.
     *
     * @throws OuliException if the engine was closed meanwhile: the writer may have ended before it came to this one.
     */
    long submit(final Exchange exchange) {
        final long ticket = ++lastTicket;
        exchange.ticket(ticket);
        writer.submit(exchange);
        // Asked after it was handed over: an engine that was open then seals after what is in the queue.
        if (engine.isClosed()) {
            throw new OuliException("the engine was closed while an interaction was handed over, so that one may not be"
                    + " recorded; close an engine when its exchanges are over");
        }
        return engine.durability() == Durability.EACH ? ticket : Exchange.NO_TICKET;
    }

    /**
     * Has another thread redact an exchange's response and hand it over.
     *
     * @return 0 if the engine is closed.
     */
    long submitLater(final Exchange exchange) {
        final long ticket = --lastLaterTicket;
        exchange.ticket(ticket);
        pendingLater.add(ticket);
        if (engine.later(() -> redactLater(exchange, ticket))) {
            return ticket;
        }
        pendingLater.remove(ticket);
        return Exchange.NO_TICKET;
    }

    private void redactLater(final Exchange exchange, final long ticket) {
        redactedLater = exchange.session();
        exchange.buildLater(laterResponses);
        writer.submit(exchange);
        if (engine.durability() != Durability.EACH) {
            pendingLater.remove(ticket);
            committed.run();
        }
    }

    /** The writer has appended this ticket, and if it is positive everything up to it; its thread. */
    void onAppended(final long ticket) {
        if (ticket > 0) {
            appendedTicket = ticket;
        } else if (engine.durability() == Durability.EACH) {
            appendedLater.add(ticket);
        }
    }

    /** The writer begins to commit everything that it appended; its thread. */
    void onCommitting() {
        committingTicket = appendedTicket;
        committingLater.addAll(appendedLater);
        appendedLater.clear();
    }

    /** The commit that was begun has ended; the writer's thread. */
    void onCommitted() {
        committedTicket = committingTicket;
        committingLater.forEach(pendingLater::remove);
        committingLater.clear();
        committed.run();
    }

    /** Takes an exchange back for the next request; the writer's thread. */
    void giveBack(final Exchange exchange) {
        exchange.release();
        written.offer(exchange);
    }

    /** Takes an aborted exchange back for the next request; the recorder's own thread. */
    void takeBack(final Exchange exchange) {
        if (aborted.size() < POOLED_EXCHANGES) {
            aborted.push(exchange);
        }
    }
}
