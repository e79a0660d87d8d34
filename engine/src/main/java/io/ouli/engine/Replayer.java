package io.ouli.engine;

import io.ouli.engine.events.Events;
import io.ouli.engine.events.MissEvent;
import io.ouli.engine.events.RequestEvent;
import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.match.MissReport;
import io.ouli.engine.match.SessionTracker;
import io.ouli.engine.metrics.LatencyRecorder;
import io.ouli.engine.metrics.Metrics;
import io.ouli.engine.recording.FrameFlags;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.redaction.MessageRedactor;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * Answers requests from recordings: redacts, fingerprints and looks up a request without allocating, locking or copying
 * the reply.
 *
 * <p>Use one per thread: the first thread that asks for a reply owns the replayer until it
 * {@linkplain #release releases} it or ends; any other gets an {@link IllegalStateException}.
 *
 * <p>After a {@link ReplayOutcome#HIT} the accessors describe the reply. They and its bytes are valid until the next
 * call, {@link #release}, {@link #close} or the end of the engine; the bytes longer, while the reply's
 * {@linkplain #source source} is retained:
 *
 * <pre>{@code
 * Replay source = replayer.source();
 * source.retain();        // the bytes stay, whatever is replayed or closed meanwhile
 * send(replayer.segment(), replayer.responseOffset(), replayer.responseLength(), () -> source.release());
 * }</pre>
 *
 * <p>A segment that is read after its recording was unmapped throws the JDK's {@link IllegalStateException} ("Already
 * closed"); never does it give other bytes.
 */
public final class Replayer implements AutoCloseable {
    private static final byte[] NO_BODY = {};
    private static final String NOTHING_REPLAYED = "nothing was replayed yet";

    /** The length of a key in bytes. */
    public static final int KEY_BYTES = Fingerprinter.KEY_BYTES;

    /** How many keys can be touched at once. */
    public static final int MAX_TOUCHED = 16;

    private final OwnerThread owner =
            new OwnerThread("a replayer is for one thread; make one for each by Engine.newReplayer");
    private final Engine engine;
    private final EndpointPolicy policy;
    private final MessageRedactor redactor;
    private final Fingerprinter fingerprinter;
    private final byte[] key = new byte[KEY_BYTES];
    private final byte[] aheadKey = new byte[KEY_BYTES];
    private final long[] touchedSlots = new long[MAX_TOUCHED];
    /** Consumes what was read merely to fetch it from memory, so that no compiler removes the reads. */
    private long touched;
    /** Null in a server, which measures the latency that its clients see. */
    private final LatencyRecorder latency;
    private RequestMessage message;
    private Session session;
    private final HeldReplay held;
    private RequestHead head;
    private byte[] body;
    private int bodyOffset;
    private int bodyLength;
    private final boolean defersCold;
    /** The last request, if another thread prepared it. */
    private PreparedRequest prepared;
    private ReplayOutcome outcome;
    private ColdReply cold;
    private MemorySegment segment;
    private long responseOffset;
    private int responseLength;
    private int status;
    private int flags;

    Replayer(
            final Engine engine,
            final EndpointPolicy policy,
            final boolean defersCold,
            final LatencyRecorder latency) {
        this.defersCold = defersCold;
        this.latency = latency;
        this.engine = engine;
        this.policy = policy;
        held = new HeldReplay(policy, defersCold);
        redactor = policy.redaction().newRedactor(policy.fingerprint()::countsHeader);
        fingerprinter = new Fingerprinter(policy.fingerprint());
    }

    /**
     * Looks up one request.
     *
     * @param requestHead       the parsed head.
     * @param requestBody       the array that holds the body after transfer decoding.
     * @param requestBodyOffset index of the body's first byte.
     * @param requestBodyLength length of the body in bytes, 0 if there is none.
     * @throws OuliException if the request, decoded, takes more memory than there is, the recording cannot be read, or
     *                       the engine is closed.
     * @throws IllegalStateException if another thread uses this.
     */
    public ReplayOutcome replay(
            final Session requestSession,
            final RequestHead requestHead,
            final byte[] requestBody,
            final int requestBodyOffset,
            final int requestBodyLength) {
        owner.check();
        final long began = Metrics.ON && latency != null ? System.nanoTime() : 0;
        if (Events.on()) {
            final RequestEvent event = RequestEvent.begun();
            look(requestSession, requestHead, requestBody, requestBodyOffset, requestBodyLength);
            tell(event);
        } else {
            look(requestSession, requestHead, requestBody, requestBodyOffset, requestBodyLength);
        }
        if (Metrics.ON && latency != null) {
            latency.record(System.nanoTime() - began);
        }
        return outcome;
    }

    private void tell(final RequestEvent event) {
        event.done(session.name(), outcome, outcome == ReplayOutcome.HIT ? responseLength : 0);
        if (outcome.isMiss()) {
            MissEvent.tell(session.name(), outcome);
        }
    }

    private void look(
            final Session requestSession,
            final RequestHead requestHead,
            final byte[] requestBody,
            final int requestBodyOffset,
            final int requestBodyLength) {
        try {
            lookAt(requestSession, requestHead, requestBody, requestBodyOffset, requestBodyLength);
        } catch (final OutOfMemoryError e) {
            redactor.forget();
            body = NO_BODY;
            bodyLength = 0;
            throw HeapExhausted.error("the request cannot be looked up");
        }
    }

    private void lookAt(
            final Session requestSession,
            final RequestHead requestHead,
            final byte[] requestBody,
            final int requestBodyOffset,
            final int requestBodyLength) {
        session = requestSession;
        prepared = null;
        if (redactor.redactRequest(requestHead, requestBody, requestBodyOffset, requestBodyLength)) {
            head = redactor.head();
            body = redactor.body();
            bodyOffset = redactor.bodyOffset();
            bodyLength = redactor.bodyLength();
        } else {
            head = requestHead;
            body = requestBody;
            bodyOffset = requestBodyOffset;
            bodyLength = requestBodyLength;
        }
        outcome = session.testServerChain() == null ? lookUp() : lookUpByTestServer(TestServerChain.Asked.of(
                policy.testServer(), requestHead, requestBody, requestBodyOffset, requestBodyLength));
    }

    /**
     * Has another thread redact and fingerprint a request.
     *
     * @param whenDone called by that thread when the request can be given to {@link #replay(Session, PreparedRequest)}.
     * @throws OuliException if the engine is closed.
     */
    public PreparedRequest prepare(
            final RequestHead requestHead,
            final byte[] requestBody,
            final int requestBodyOffset,
            final int requestBodyLength,
            final Runnable whenDone) {
        owner.check();
        final PreparedRequest request = new PreparedRequest(
                policy, engine.matchesLikeTestServer(), engine.records(), -1, 0,
                requestHead, requestBody, requestBodyOffset, requestBodyLength);
        engine.prepare(request, whenDone);
        return request;
    }

    /**
     * Looks up a request that another thread has redacted and fingerprinted.
     *
     * @throws OuliException if it could not be prepared, the recording cannot be read, or the engine is closed.
     */
    public ReplayOutcome replay(final Session requestSession, final PreparedRequest request) {
        owner.check();
        request.check();
        session = requestSession;
        prepared = request;
        head = request.head();
        body = request.body();
        bodyOffset = request.bodyOffset();
        bodyLength = request.bodyLength();
        System.arraycopy(request.key(), 0, key, 0, KEY_BYTES);
        final RequestEvent event = Events.on() ? RequestEvent.begun() : null;
        if (session.testServerChain() == null) {
            lookUpKey(requestSession, key, 0);
        } else {
            outcome = lookUpByTestServer(request.testServer());
        }
        if (event != null) {
            tell(event);
        }
        if (!outcome.isMiss()) {
            forgetPrepared();
        }
        return outcome;
    }

    /**
     * Looks up one request given as a whole HTTP/1.1 message, with Content-Length or in chunks.
     *
     * @throws OuliException if it is not one whole request.
     */
    public ReplayOutcome replay(
            final Session requestSession, final byte[] bytes, final int offset, final int length) {
        owner.check();
        if (message == null) {
            message = new RequestMessage();
        }
        message.read(bytes, offset, length);
        return replay(requestSession, message.head(), message.body(), message.bodyOffset(), message.bodyLength());
    }

    /**
     * Looks up a request by the key that {@link #copyKey} gave when an equal request was replayed. To explain a miss,
     * replay the whole request first.
     */
    public ReplayOutcome replayKey(final Session requestSession, final byte[] keys, final int keyOffset) {
        owner.check();
        if (Events.on()) {
            final RequestEvent event = RequestEvent.begun();
            lookUpKey(requestSession, keys, keyOffset);
            if (!outcome.isMiss()) {
                tell(event);
            }
        } else {
            lookUpKey(requestSession, keys, keyOffset);
        }
        return outcome;
    }

    private void lookUpKey(final Session requestSession, final byte[] keys, final int keyOffset) {
        session = requestSession;
        final Replay replay = held.hold(session);
        if (replay == null) {
            outcome = noRecording();
        } else {
            final long slot = match(replay, keys, keyOffset);
            outcome = slot < 0 ? miss(slot) : give(replay.recording, slot);
        }
    }

    /**
     * {@return whether the last request was looked up by its key, which test-server mode does not use} For who has
     * replayed something.
     */
    public boolean hasKey() {
        return session.testServerChain() == null;
    }

    /** Copies the key of the last whole request, {@link #KEY_BYTES} long. */
    public void copyKey(final byte[] target, final int offset) {
        System.arraycopy(key, 0, target, offset, key.length);
    }

    /**
     * Computes the key of a request without a body, for a later {@link #replayKey}. It overwrites what
     * {@link #missExplanation} needs, so explain an earlier miss first.
     */
    public void key(final RequestHead requestHead, final byte[] keys, final int keyOffset) {
        if (redactor.redactRequest(requestHead, requestHead.bytes(), requestHead.end(), 0)) {
            fingerprinter.fingerprint(
                    redactor.head(), redactor.body(), redactor.bodyOffset(), redactor.bodyLength(), aheadKey);
        } else {
            fingerprinter.fingerprint(requestHead, requestHead.bytes(), requestHead.end(), 0, aheadKey);
        }
        System.arraycopy(aheadKey, 0, keys, keyOffset, KEY_BYTES);
    }

    /**
     * {@return how many slots the index of a session's recording has, or 0 if the last request was for another session
     * or the session is not looked up by key}
     */
    public int slots(final Session wanted) {
        final Replay replay = held.get();
        return wanted != session || replay == null || wanted.testServerChain() != null
                ? 0 : replay.recording.capacity();
    }

    /**
     * Prefetches in parallel what {@link #replayKey} will need for several keys in the last request's session.
     *
     * @param keys  the keys, one after the other.
     * @param count the number of keys, at most {@link #MAX_TOUCHED}.
     */
    public void touch(final byte[] keys, final int count) {
        final Replay replay = held.get();
        if (replay != null) {
            touched += replay.recording.touch(keys, touchedSlots, count);
        }
    }

    private ReplayOutcome lookUp() {
        final Replay replay = held.hold(session);
        if (replay == null) {
            return noRecording();
        }
        fingerprinter.fingerprint(head, body, bodyOffset, bodyLength, key);
        final Recording recording = replay.recording;
        final long slot = match(replay, key, 0);
        if (slot < 0) {
            return miss(slot);
        }
        return give(recording, slot);
    }

    private long match(final Replay replay, final byte[] keys, final int keyOffset) {
        long slot = replay.tracker.match(keys, keyOffset);
        while (slot == SessionTracker.LATER && !defersCold) {
            replay.recording.settle();
            slot = replay.tracker.match(keys, keyOffset);
        }
        return slot;
    }

    /** A closed engine has released every recording; that is an error and not a miss. */
    private ReplayOutcome noRecording() {
        engine.checkOpen();
        return held.isOpening() ? ReplayOutcome.LATER : ReplayOutcome.NO_RECORDING;
    }

    /** Test-server hashes the request as received, and does its own redaction. */
    private ReplayOutcome lookUpByTestServer(final TestServerChain.Asked request) {
        final Replay replay = held.hold(session);
        if (replay == null) {
            return noRecording();
        }
        final long slot = session.testServerChain().match(replay, policy.testServer(), request);
        return slot < 0 ? miss(slot) : give(replay.recording, slot);
    }

    private ReplayOutcome give(final Recording recording, final long slot) {
        status = recording.status(slot);
        flags = recording.flags(slot);
        if (defersCold && !recording.isResident(slot)) {
            cold = recording.coldReply(slot);
            return ReplayOutcome.COLD;
        }
        if (!recording.verify(slot)) {
            return ReplayOutcome.DAMAGED;
        }
        segment = recording.segment();
        responseOffset = recording.responseOffset(slot);
        responseLength = recording.responseLength(slot);
        return ReplayOutcome.HIT;
    }

    /** {@return the source of the last reply} */
    public Replay source() {
        return held.get();
    }

    /**
     * Releases the recording that was used last, and the reply with it, so that it can be closed when it is idle.
     * Another thread may use the replayer afterwards. Idempotent.
     */
    public void release() {
        held.release();
        owner.letGo();
    }

    /**
     * Releases the recording that was used last, unless something was looked up since the last call. For a worker that
     * asks now and then: what it uses all the time is neither given back nor taken anew.
     *
     * @throws IllegalStateException if another thread uses this.
     */
    public void releaseIfIdle() {
        owner.check();
        held.releaseIfIdle();
    }

    /** Releases everything. Idempotent. */
    @Override
    public void close() {
        release();
        engine.forget(this, latency);
    }

    private static ReplayOutcome miss(final long reason) {
        if (reason == SessionTracker.NO_KEY) {
            return ReplayOutcome.NO_KEY;
        }
        if (reason == SessionTracker.EXHAUSTED) {
            return ReplayOutcome.EXHAUSTED;
        }
        if (reason == SessionTracker.OUT_OF_ORDER) {
            return ReplayOutcome.OUT_OF_ORDER;
        }
        if (reason == SessionTracker.LATER) {
            return ReplayOutcome.LATER;
        }
        assert reason == SessionTracker.DAMAGED : reason;
        return ReplayOutcome.DAMAGED;
    }

    /**
     * Runs something when the request whose outcome was {@link ReplayOutcome#LATER}, or whose miss is not
     * {@linkplain #explainsSoon explained at once}, is to be asked for again.
     *
     * @param task called once, by this thread or any other; must not block.
     */
    public void whenReady(final Runnable task) {
        final Replay replay = held.get();
        if (held.isOpening()) {
            session.whenOpened(task);
        } else if (replay == null) {
            task.run();
        } else {
            replay.recording.whenReady(task);
        }
    }

    /**
     * {@return whether {@link #missExplanation} of the last miss takes no more than some milliseconds} If not, what it
     * needs is being made by another thread: {@link #whenReady} tells when to ask for the request again, of which
     * nothing has advanced. True for who did not ask not to wait.
     */
    public boolean explainsSoon() {
        final Replay replay = held.get();
        return !defersCold || replay == null || replay.recording.prepareOrder();
    }

    /** {@return the reader of the reply after a {@link ReplayOutcome#COLD}} */
    public ColdReply coldReply() {
        return cold;
    }

    /**
     * {@return the memory that holds the reply}
     *
     * @throws OuliException         if the reply was let go: by {@link #release}, {@link #close} or the end of the
     *                               engine.
     * @throws IllegalStateException if the last request was no hit, or there was none.
     */
    public MemorySegment segment() {
        if (held.get() == null || outcome != ReplayOutcome.HIT) {
            throw noReply();
        }
        return segment;
    }

    private RuntimeException noReply() {
        if (outcome == null) {
            return new IllegalStateException(NOTHING_REPLAYED);
        }
        return outcome == ReplayOutcome.HIT
                ? new OuliException("the reply is gone with its replayer or engine; read it before they are closed, or"
                        + " retain() its source()")
                : new IllegalStateException("the last request has no reply here, its outcome is " + outcome);
    }

    /** {@return the offset of the reply in {@link #segment}: an HTTP/1.1 message, ready to be sent} */
    public long responseOffset() {
        return responseOffset;
    }

    /** {@return the reply's length in bytes, head and body} */
    public long responseLength() {
        return responseLength;
    }

    /** {@return the reply's status code} */
    public int status() {
        return status;
    }

    /** {@return whether the reply's body is in chunks, which an HTTP/1.0 client cannot read} */
    public boolean chunked() {
        return (flags & FrameFlags.CHUNKED) != 0;
    }

    /**
     * Explains the miss of the last {@link #replay}: the reason, the closest recorded request and the fields in which
     * it differs. Reads recorded requests and allocates; for the slow path.
     *
     * @return the explanation, to be rendered for people or for programs.
     * @throws IllegalStateException if the last request was no miss, or there was none.
     */
    public MissExplanation missExplanation() {
        return MissExplanation.of(miss());
    }

    /**
     * Explains the miss of the last {@link #replay} unless large requests are to be compared for that, for which others
     * would wait.
     *
     * @return null if they are: {@link #explainLater} has another thread do it.
     */
    public MissExplanation quickMissExplanation() {
        return prepared != null ? null : MissExplanation.quick(miss());
    }

    /**
     * Has another thread explain the miss of the last {@link #replay}.
     *
     * @return what is completed by that thread; with an {@link OuliException} if there is too little memory.
     * @throws OuliException if the engine is closed.
     */
    public CompletableFuture<MissExplanation> explainLater() {
        final MissExplanation.Miss miss = prepared != null ? miss() : miss().withOwnRequest();
        forgetPrepared();
        return LateExplanation.begin(engine, miss);
    }

    private MissExplanation.Miss miss() {
        if (outcome == null) {
            throw new IllegalStateException(NOTHING_REPLAYED);
        }
        return MissExplanation.Miss.of(
                outcome,
                session,
                held.get(),
                new MissReport.Request(head, body, bodyOffset, bodyLength),
                policy);
    }

    /** Lets go of the last request if another thread prepared it, for it may be large: its miss is not explained. */
    public void forget() {
        if (prepared != null) {
            forgetPrepared();
        }
    }

    private void forgetPrepared() {
        prepared = null;
        body = NO_BODY;
        bodyLength = 0;
    }
}
