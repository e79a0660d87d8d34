package io.ouli.engine;

import io.ouli.engine.core.CoreThread;
import io.ouli.engine.core.Cpus;
import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.events.Events;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.metrics.Latencies;
import io.ouli.engine.metrics.LatencyRecorder;
import io.ouli.engine.metrics.PerformanceMonitor;
import io.ouli.engine.recording.Catalogue;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.Errand;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.recording.FramePool;
import io.ouli.engine.recording.ReadOptions;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingLimits;
import io.ouli.engine.recording.RecordingOptions;
import io.ouli.engine.recording.RecordingWriter;
import io.ouli.engine.recording.Residency;
import io.ouli.engine.recording.SessionNames;
import io.ouli.engine.recording.SlowRecordingException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Records and replays the HTTP interactions of one folder; the entry point of the library.
 *
 * <pre>{@code
 * try (Engine engine = Engine.open(EngineConfig.builder(Path.of("recordings")).build())) {
 *     Session session = engine.session("default");
 *     Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());     // one per thread
 *     if (replayer.replay(session, request, 0, request.length) == ReplayOutcome.HIT) {
 *         send(replayer.segment(), replayer.responseOffset(), replayer.responseLength());
 *     }
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads. Each replayer and each recorder belongs to one thread.
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOGGER = new LazyLogger(Engine.class);

    /** Sessions that are no longer recorded, as when descriptors are used up, each of which gets a line in the log. */
    static final int MAX_FAILURES_TOLD = 100;

    private static final long WRITERS_WAIT_NANOS = 1_000_000;

    private final EngineConfig config;
    private final Residency residency;
    private final Catalogue catalogue;
    private final SessionTable sessions;
    private final FramePool frames;
    private final Set<Replayer> replayers = ConcurrentHashMap.newKeySet();
    private final Latencies latencies = new Latencies();
    private final long startNanos = System.nanoTime();
    /** Null when nothing is recorded, as are the two below: a queue is no small thing to make while a start waits. */
    private final OpenWriters openWriters;
    private final WriterAgent writer;
    private final CoreThread writerThread;
    private final Sealing sealing;
    /** Made when first needed where nothing is recorded; guarded by {@link #errandsLock} then. */
    private volatile Redactions redactions;
    private final Object errandsLock = new Object();
    private final Counters writerCounters = new Counters();
    private final AtomicInteger failuresTold = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean servesClients;

    private Engine(
            final EngineConfig config, final LongSupplier nanoTime, final long idleNanos, final OpenWriters writers) {
        this.config = config;
        // An engine that only replays needs no frames, and start-up has no time to make room for them.
        frames = new FramePool(records(config.mode()) ? FramePool.DEFAULT_RETAINED_BYTES : 0);
        residency = new Residency(config.residentBudgetBytes());
        catalogue = new Catalogue(
                config.directory(),
                ReadOptions.DEFAULT.withWholeIndex(config.matchMode() == MatchMode.STRICT).withResidency(residency),
                nanoTime,
                idleNanos,
                Catalogue.DEFAULT_MAX_IDLE,
                this::closed);
        sessions = new SessionTable(config.maxSessions());
        openWriters = !records(config.mode()) ? null : writers == null ? new OpenWriters() : writers;
        writer = openWriters == null ? null
                : new WriterAgent(config.durability(), frames, openWriters, writerCounters);
        writerThread = writer == null ? null : CoreThread.start(writer, writer::wakeup, Cpus.ANY);
        sealing = writer == null ? null : new Sealing(sessions, writerCounters);
        redactions = writer == null ? null : new Redactions();
    }

    /**
     * Opens a folder of recordings.
     *
     * @throws OuliException if the folder is missing in replay mode, or is not a folder; names it and the remedy.
     */
    public static Engine open(final EngineConfig config) {
        return open(config, System::nanoTime, Catalogue.DEFAULT_IDLE_NANOS);
    }

    /** The same with another clock, for tests. */
    static Engine open(final EngineConfig config, final LongSupplier nanoTime, final long idleNanos) {
        return open(config, nanoTime, idleNanos, null);
    }

    /** The same with another bound of recordings that are open for writing, for tests. */
    static Engine open(final EngineConfig config, final OpenWriters writers) {
        return open(config, System::nanoTime, Catalogue.DEFAULT_IDLE_NANOS, writers);
    }

    private static Engine open(
            final EngineConfig config, final LongSupplier nanoTime, final long idleNanos, final OpenWriters writers) {
        final boolean exists = Files.exists(config.directory());
        if (exists && !Files.isDirectory(config.directory())) {
            throw new OuliException(config.directory() + " is not a folder; name the folder of the recordings");
        }
        if (!exists && config.mode() == Mode.REPLAY) {
            throw new OuliException(config.directory()
                    + " does not exist; name the folder that ouli record wrote, or record first");
        }
        Events.watch();
        return new Engine(config, nanoTime, idleNanos, writers);
    }

    private static boolean records(final Mode mode) {
        return mode == Mode.RECORD || mode == Mode.AUTO;
    }

    /** {@return this engine's configuration} */
    public EngineConfig config() {
        return config;
    }

    /**
     * {@return the session with this name, and makes it live if necessary}
     *
     * @throws OuliException if the name is invalid, too many sessions are live, or the engine is closed.
     */
    public Session session(final String name) {
        checkOpen();
        SessionNames.validate(name);
        return sessions.findOrAdd(name, added -> new Session(this, added));
    }

    /** {@return the live session with this name, given in ISO-8859-1, or null} Neither allocates nor locks. */
    public Session liveSession(final byte[] name, final int offset, final int length) {
        return sessions.find(name, offset, length);
    }

    /** {@return the live sessions, in no particular order} */
    public List<Session> liveSessions() {
        return sessions.all();
    }

    /**
     * Forgets a live session: its progress, and the memory for that. The next use of its name starts from the
     * beginning. A thread that is replaying the session may finish its request as if this call had come later.
     *
     * @return whether the session was live.
     * @throws OuliException if the session is being recorded.
     */
    public boolean evict(final String session) {
        return sessions.remove(session, Session::evict);
    }

    /**
     * Creates a replayer for one thread; it is closed with the engine, if not before.
     *
     * @param policy the one that was recorded with, or requests may miss.
     * @throws OuliException if the engine is closed.
     */
    public Replayer newReplayer(final EndpointPolicy policy) {
        return newReplayer(policy, false, latencies.newRecorder());
    }

    /**
     * Creates a replayer for a thread that must not wait for the disk: a reply that is not in memory is reported as
     * {@link ReplayOutcome#COLD}, for the caller to read asynchronously, and a request to a recording that first has to
     * be read completely as {@link ReplayOutcome#LATER}.
     */
    public Replayer newDeferringReplayer(final EndpointPolicy policy) {
        return newReplayer(policy, true, null);
    }

    private Replayer newReplayer(
            final EndpointPolicy policy, final boolean defersCold, final LatencyRecorder latency) {
        checkOpen();
        final Replayer replayer = new Replayer(this, policy, defersCold, latency);
        replayers.add(replayer);
        return replayer;
    }

    /**
     * Creates a recorder for one thread.
     *
     * @throws IllegalStateException if this engine's mode is one that records nothing.
     */
    public Recorder newRecorder(final EndpointPolicy policy) {
        return newRecorder(policy, () -> { });
    }

    /**
     * Creates a recorder for a thread that waits for commits.
     *
     * @param committed called by the writer's thread after each commit, so that the caller can ask
     *                  {@link Recorder#isCommitted}; must not block.
     * @throws IllegalStateException if this engine's mode is one that records nothing.
     */
    public Recorder newRecorder(final EndpointPolicy policy, final Runnable committed) {
        checkOpen();
        checkRecords();
        sealing.addPolicy(Objects.requireNonNull(policy, "policy"));
        return new Recorder(this, writer, policy, committed);
    }

    /**
     * Opens a session's recording for writing now, not at its first request, so that any obstacle is known at once.
     *
     * @throws OuliException if the recording exists and must not, is damaged, or is being written by another process.
     * @throws IllegalStateException if this engine's mode is one that records nothing.
     */
    public void prepareRecording(final Session session, final EndpointPolicy policy) {
        checkOpen();
        checkRecords();
        session.prepare(policy);
    }

    private void checkRecords() {
        if (writerThread == null) {
            throw new IllegalStateException("an engine in mode " + config.mode() + " records nothing; open one in mode "
                    + Mode.RECORD + " or " + Mode.AUTO);
        }
    }

    /**
     * Creates a monitor of latency, throughput and memory over all replayers made by {@link #newReplayer}. Any thread
     * may use it while they work.
     */
    public PerformanceMonitor newPerformanceMonitor() {
        return new PerformanceMonitor(latencies, startNanos);
    }

    /**
     * {@return the pool in which interactions are built, for its figures: nothing is lent while nothing is recorded}
     */
    public FramePool framePool() {
        return frames;
    }

    /** {@return the counters of the writer's thread} */
    public Counters writerCounters() {
        return writerCounters;
    }

    /**
     * Seals every recording that was written to, including everything handed over so far. Recording can continue.
     *
     * @throws OuliException if a recording could not be sealed (the others are), or if the engine is closed.
     */
    public synchronized void seal() {
        checkOpen();
        if (writerThread != null) {
            redactions.await();
            writer.execute(sealing::sealAll);
        }
    }

    /**
     * Closes recordings that have been unused for {@link Catalogue#DEFAULT_IDLE_NANOS}. Call it now and then, from any
     * thread. A session whose recording was closed reopens it on the next request, and continues where it was.
     */
    public void closeIdle() {
        catalogue.closeIdle();
    }

    /** {@return how many recordings are open for replay} */
    public int openRecordings() {
        return catalogue.openCount();
    }

    /**
     * Writes everything that was handed over, then seals and closes all recordings. Idempotent.
     *
     * @throws RecordingFailedException if a recording could not be sealed, or lacks interactions because of an error;
     *                                  everything is closed nevertheless.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            endErrands();
            if (writerThread != null) {
                try {
                    writer.execute(sealing::sealAndCloseAll);
                } finally {
                    writerThread.close();
                }
            }
        } finally {
            replayers.forEach(Replayer::release);
            sessions.all().forEach(Session::close);
            residency.close();
            catalogue.close();
            frames.close();
        }
    }

    /** Has the log say, when a session is no longer recorded, that clients are served on: for who has some. */
    public void sayClientsAreServed() {
        servesClients = true;
    }

    /** Logs that a session is no longer recorded; of a great many the first. */
    void tellOfFailure(final String line) {
        final int place = failuresTold.incrementAndGet();
        if (place <= MAX_FAILURES_TOLD) {
            LOGGER.log(Level.ERROR, line);
        } else if (place == MAX_FAILURES_TOLD + 1) {
            LOGGER.log(Level.ERROR, MAX_FAILURES_TOLD + " sessions that are no longer recorded were told of; further"
                    + " ones are not: the admin port lists them, and so does the error at the end");
        }
    }

    boolean servesClients() {
        return servesClients;
    }

    boolean isClosed() {
        return closed;
    }

    void checkOpen() {
        if (closed) {
            throw closedError();
        }
    }

    static OuliException closedError() {
        return new OuliException("the engine is closed; open another by Engine.open");
    }

    /** {@return a session's recording, retained for the caller, or null} */
    Recording acquire(final String session, final EndpointPolicy policy) {
        return checked(session, policy, catalogue.acquire(session));
    }

    /** The same for who must not wait while much is read; else a {@link SlowRecordingException} is thrown. */
    Recording acquireQuickly(final String session, final EndpointPolicy policy) {
        return checked(session, policy, catalogue.acquireQuickly(session));
    }

    /** Has something done that takes long with a recording. */
    void scan(final Errand errand, final Runnable work) {
        residency.scan(errand, work);
    }

    /**
     * Has something done beside the threads that serve clients, such as redaction.
     *
     * @return false if this is closed.
     */
    boolean later(final Runnable errand) {
        Redactions own = redactions;
        if (own == null) {
            synchronized (errandsLock) {
                if (closed) {
                    return false;
                }
                own = redactions;
                if (own == null) {
                    own = new Redactions();
                    redactions = own;
                }
            }
        }
        return own.run(errand);
    }

    private void endErrands() {
        synchronized (errandsLock) {
            if (redactions != null) {
                redactions.close();
            }
        }
    }

    /** Has a request redacted and fingerprinted beside the threads that serve clients. */
    void prepare(final PreparedRequest request, final Runnable whenDone) {
        final boolean begun = later(() -> {
            request.prepare();
            whenDone.run();
        });
        if (!begun) {
            throw closedError();
        }
    }

    /** {@return whether what is read may be recorded} */
    boolean records() {
        return writer != null;
    }

    /** {@return whether requests are matched by google/test-server's own hash} */
    boolean matchesLikeTestServer() {
        return config.matchMode() == MatchMode.TEST_SERVER;
    }

    private static Recording checked(
            final String session, final EndpointPolicy policy, final Recording recording) {
        if (recording != null && policy != null && !Arrays.equals(policy.hash(), recording.policyHash())) {
            LOGGER.log(Level.WARNING, "session " + session + " was recorded under other redaction or fingerprint rules;"
                    + " requests that these rules concern may miss: replay with the rules it was recorded with");
        }
        return recording;
    }

    /** Goes on where a session was when its recording was closed, if it is the same still; otherwise begins. */
    Replay resume(
            final String session, final Replay before, final Recording recording, final TestServerIndex testServer) {
        if (before != null && before.isOf(recording)) {
            return before.resumed(recording);
        }
        if (before != null) {
            LOGGER.log(Level.INFO, "session " + session + ": its recording is another one now; it begins again");
        }
        final Replay replay = Replay.begin(recording, testServer, config.matchMode(), config.exhausted());
        if (replay.testServer != null && replay.testServer.isEmpty()) {
            LOGGER.log(Level.WARNING, "session " + session + " has none of google/test-server's hashes, so nothing will"
                    + " match by them; import it with ouli import test-server, record it with --match test-server, or"
                    + " replay it with --match key");
        }
        return replay;
    }

    private void closed(final String session, final Recording recording) {
        final byte[] name = session.getBytes(StandardCharsets.ISO_8859_1);
        final Session live = sessions.find(name, 0, name.length);
        if (live != null) {
            live.closed(recording);
        }
    }

    void forget(final Replayer replayer, final LatencyRecorder latency) {
        latencies.retire(latency);
        replayers.remove(replayer);
    }

    RecordingWriter openWriter(final String session, final EndpointPolicy policy) {
        final RecordingOptions options = RecordingOptions.of(frames)
                .withExisting(config.mode() == Mode.AUTO ? ExistingPolicy.APPEND : config.existing())
                .withDurability(config.durability(), config.commitIntervalNanos())
                .withPolicyHash(policy.hash())
                .withClock(this::epochNanos)
                .withQueue(writer::disk);
        return RecordingWriter.open(catalogue.file(session), options);
    }

    /** Waits while so many recordings are open for writing that the writer's thread has to park some first. */
    void awaitWriters() {
        while (openWriters.isCrowded() && !closed) {
            writer.wakeup();
            LockSupport.parkNanos(WRITERS_WAIT_NANOS);
        }
    }

    /** A session's recording was opened for writing. */
    void writerOpened(final Session session) {
        openWriters.opened(session);
    }

    FrameBuilder newFrameBuilder() {
        return new FrameBuilder(frames, RecordingLimits.DEFAULT);
    }

    long epochNanos() {
        final Instant now = config.clock().instant();
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    }

    Durability durability() {
        return config.durability();
    }
}
