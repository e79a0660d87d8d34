package io.ouli.engine;

import io.ouli.engine.match.MatchMode;
import io.ouli.engine.recording.Errand;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingWriter;
import io.ouli.engine.recording.SlowRecordingException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One session: its recording, and how far each of its requests has been replayed. Safe for use by several threads.
 *
 * <p>It replays what was there when it was first used. What it records goes to a writer that the first recorded request
 * opens, and that only the writer's thread uses from then on.
 */
public final class Session {
    private static final VarHandle REPLAY;

    static {
        try {
            REPLAY = MethodHandles.lookup().findVarHandle(Session.class, "replay", Replay.class);
        } catch (final ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Engine engine;
    private final String name;
    private final byte[] nameBytes;
    private final TestServerChain testServerChain;
    private final AtomicInteger sequence = new AtomicInteger();
    /** The sequence number of the first interaction of this run. */
    private int firstSequence;
    private volatile Replay replay;
    private boolean replayDecided;
    private volatile Opening opening;
    private boolean evicted;
    private volatile RecordingWriter writer;
    private volatile OuliException recordingFailure;
    /** Fields that describe a body as it was before redaction, and how often they were stored; since the last seal. */
    private final Map<String, Integer> staleFields = new ConcurrentSkipListMap<>();

    Session(final Engine engine, final String name) {
        this(engine, name, engine.config().matchMode() == MatchMode.TEST_SERVER ? new TestServerChain() : null);
    }

    Session(final Engine engine, final String name, final TestServerChain testServerChain) {
        this.engine = engine;
        this.name = name;
        this.testServerChain = testServerChain;
        nameBytes = name.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** {@return the session's name} */
    public String name() {
        return name;
    }

    boolean isOf(final Engine one) {
        return engine == one;
    }

    byte[] nameBytes() {
        return nameBytes;
    }

    /** Starts again: the next replay of each request returns its first reply. */
    public void reset() {
        Replay seen = null;
        // Repeats if the recording was closed or reopened meanwhile, since that carries the progress over.
        for (Replay current = replay; current != seen; current = replay) {
            current.tracker.reset();
            seen = current;
        }
        if (testServerChain != null) {
            testServerChain.reset();
        }
    }

    /** {@return a snapshot of this session} */
    public SessionStatus status() {
        final Replay current = replay;
        final RuntimeException failure = recordingFailure;
        return new SessionStatus(name, current == null ? 0 : current.count,
                writer == null ? 0 : sequence.get() - firstSequence, failure == null ? null : failure.getMessage());
    }

    /** {@return how many interactions had been recorded before this engine was opened} */
    public int interactionCount() {
        final Replay current = replay(null);
        return current == null ? 0 : current.count;
    }

    /**
     * {@return what can be replayed, opening it if necessary, or null} It may be closed again at any moment, unless the
     * caller then manages to {@linkplain Recording#tryUse use} it.
     *
     * @param policy the caller's, or null; if the recording was made under another one, opening it logs a warning.
     */
    Replay replay(final EndpointPolicy policy) {
        final Replay current = replay;
        return current != null && current.recording != null ? current : openReplay(policy, false, null);
    }

    /**
     * The same for a thread that must not wait while much of a recording is read: then another thread opens it.
     *
     * @return {@link Replay#OPENING} meanwhile.
     */
    Replay replaySoon(final EndpointPolicy policy) {
        final Replay current = replay;
        if (current != null && current.recording != null) {
            return current;
        }
        final Opening begun = opening;
        if (begun != null) {
            if (begun.errand.isRunning()) {
                return Replay.OPENING;
            }
            begun.checkFailure();
        }
        try {
            return openReplay(policy, true, null);
        } catch (final SlowRecordingException e) {
            return beginOpening(policy);
        }
    }

    private synchronized Replay beginOpening(final EndpointPolicy policy) {
        if (opening == null || !opening.errand.isRunning()) {
            final Opening begun = new Opening();
            opening = begun;
            engine.scan(begun.errand, () -> begun.open(this, policy));
        }
        return Replay.OPENING;
    }

    /** Runs something when the opening that {@link #replaySoon} told of is over. */
    void whenOpened(final Runnable task) {
        opening.errand.whenOver(task);
    }

    /** The opening of a recording by another thread. */
    private static final class Opening {
        /** So long a failure is told to who asks again. */
        private static final long FAILED_NANOS = 1_000_000_000L;

        private final Errand errand = new Errand();
        private OuliException failure;
        private long failedNanos;

        /** Reads outside the session's lock, for which others must not wait; then it is open for whoever asks. */
        private void open(final Session session, final EndpointPolicy policy) {
            try {
                final Recording recording = session.engine.acquire(session.name, null);
                if (recording != null) {
                    try {
                        if (session.engine.config().matchMode() == MatchMode.STRICT && recording.count() > 0) {
                            recording.slotAt(0); // Puts it in order.
                        }
                        session.openReplay(policy, false, session.testServerIndex(recording));
                    } finally {
                        recording.release();
                    }
                }
            } catch (final RuntimeException | Error e) {
                failedNanos = System.nanoTime();
                failure = e instanceof OuliException typed ? typed
                        : new OuliException("session " + session.name + " cannot be opened: " + e, e);
            }
        }

        private void checkFailure() {
            if (failure != null && System.nanoTime() - failedNanos < FAILED_NANOS) {
                throw failure;
            }
        }
    }

    /**
     * In a recording mode, what there is to replay is decided once, because what this run records is for the next run.
     * In replay mode a recording may still appear, so a missing one is looked for again.
     */
    private synchronized Replay openReplay(
            final EndpointPolicy policy, final boolean quickly, final TestServerIndex testServer) {
        if ((replay == null || replay.recording == null) && !replayDecided) {
            final Recording recording =
                    quickly ? engine.acquireQuickly(name, policy) : engine.acquire(name, policy);
            if (recording != null) {
                takeUp(recording, quickly, testServer);
            } else {
                replayDecided = engine.config().mode() == Mode.AUTO && !evicted;
            }
        }
        return replay == null || replay.recording == null ? null : replay;
    }

    private void takeUp(final Recording recording, final boolean quickly, final TestServerIndex testServer) {
        boolean taken = false;
        try {
            final boolean goesOn = replay != null && replay.isOf(recording);
            if (testServerChain != null && testServer == null && !goesOn && quickly
                    && recording.count() > Limits.MAX_TEST_SERVER_HASHES_READ_INLINE) {
                throw new SlowRecordingException();
            }
            replay = engine.resume(name, replay, recording,
                    testServer != null || goesOn ? testServer : testServerIndex(recording));
            taken = true;
        } finally {
            replayDecided = taken && engine.config().mode() == Mode.AUTO && !evicted;
            if (!replayDecided) {
                recording.release(); // The catalogue keeps it open while it is used.
            }
        }
    }

    /** Reads a recording's test-server hashes, all its requests; null in the match modes that do not need them. */
    private TestServerIndex testServerIndex(final Recording recording) {
        return testServerChain == null ? null : new TestServerIndex(new StoredRequests(recording));
    }

    /** Notes that the catalogue has closed an unused recording. Called by any thread; takes no lock. */
    void closed(final Recording recording) {
        final Replay current = replay;
        if (current != null && current.recording == recording) {
            REPLAY.compareAndSet(this, current, current.parked());
        }
    }

    /** {@return the place in test-server's chain; null in other match modes} */
    TestServerChain testServerChain() {
        return testServerChain;
    }

    /**
     * Gives the next interaction its place in the order, opening the recording first if necessary.
     *
     * @throws OuliException if this session is not, or no longer, recorded (the cause was logged when it arose), or if
     *                       the engine is closed.
     */
    int nextSequence(final EndpointPolicy policy) {
        engine.checkOpen();
        final OuliException failure = recordingFailure;
        if (failure != null) {
            throw failure;
        }
        if (writer == null) {
            try {
                engine.awaitWriters();
                openWriter(policy);
            } catch (final OuliException e) {
                if (!engine.isClosed()) {
                    recordingFailed(e);
                }
                throw e;
            }
        }
        return sequence.getAndIncrement();
    }

    void prepare(final EndpointPolicy policy) {
        openWriter(policy);
    }

    private synchronized void openWriter(final EndpointPolicy policy) {
        if (writer == null) {
            engine.checkOpen();
            if (evicted) {
                throw new OuliException("session " + name + " was evicted while a request was on its way in;"
                        + " send the request again");
            }
            if (engine.config().mode() == Mode.AUTO) {
                openReplay(policy, false, null);
            }
            final RecordingWriter opened = engine.openWriter(name, policy);
            firstSequence = opened.nextSequence();
            sequence.set(firstSequence);
            writer = opened;
            engine.writerOpened(this);
        }
    }

    /** {@return the writer, or null if nothing was recorded; the writer's thread uses it} */
    RecordingWriter writer() {
        return writer;
    }

    /** {@return the writer for the last time: once the engine is closed, none is opened any more} */
    synchronized RecordingWriter lastWriter() {
        return writer;
    }

    /** {@return why this session is no longer recorded, or null} */
    public OuliException recordingFailure() {
        return recordingFailure;
    }

    /** Stops recording for the rest of this run, and logs that once, however many requests follow. */
    synchronized void recordingFailed(final RuntimeException cause) {
        if (recordingFailure == null) {
            recordingFailure = cause instanceof OuliException typed
                    ? typed
                    : new OuliException("a fault of Ouli itself: " + cause, cause);
            engine.tellOfFailure("session " + name + " is no longer recorded"
                    + (engine.servesClients() ? "; its clients are served all the same: " : ": ")
                    + cause.getMessage());
        }
    }

    /** Notes that a body was redacted while a field still describes the original; called by any worker. */
    void leftStale(final String field) {
        staleFields.merge(field, 1, Integer::sum);
    }

    /** {@return what {@link #leftStale} has noted since the last call; called by the writer's thread} */
    Map<String, Integer> takeStaleFields() {
        final Map<String, Integer> taken = new TreeMap<>();
        staleFields.keySet().forEach(field -> taken.put(field, staleFields.remove(field)));
        return taken;
    }

    /** Releases its recording for good; a thread that still holds this session may finish its work. */
    synchronized void evict() {
        if (writer != null) {
            throw new OuliException("session " + name + " is being recorded and cannot be evicted;"
                    + " its recording is closed with the engine");
        }
        evicted = true;
        letGo();
        replayDecided = false;
    }

    synchronized void close() {
        letGo();
        replayDecided = true;
    }

    private void letGo() {
        if (replayDecided && replay != null) {
            replay.recording.release();
        }
        replay = null;
    }
}
