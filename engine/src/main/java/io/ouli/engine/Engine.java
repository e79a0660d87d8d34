package io.ouli.engine;

import io.ouli.engine.core.CoreThread;
import io.ouli.engine.core.Cpus;
import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.events.Events;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.metrics.Counter;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Records and replays HTTP interactions of one folder; the library's front door.
 *
 * <pre>{@code
 * try (Engine engine = Engine.open(EngineConfig.builder(Path.of("recordings")).build())) {
 *     Session session = engine.session("default");
 *     Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());     // one for each thread
 *     if (replayer.replay(session, request, 0, request.length) == ReplayOutcome.HIT) {
 *         send(replayer.segment(), replayer.responseOffset(), replayer.responseLength());
 *     }
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads; its replayers and recorders are for one thread each.
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOGGER = new LazyLogger(Engine.class);

    private final EngineConfig config;
    private final Residency residency;
    private final Catalogue catalogue;
    private final SessionTable sessions;
    private final FramePool frames;
    private final Set<Replayer> replayers = ConcurrentHashMap.newKeySet();
    private final Latencies latencies = new Latencies();
    private final long startNanos = System.nanoTime();
    private final List<EndpointPolicy> recordedPolicies = new ArrayList<>();
    /** Null when nothing is recorded: its queue is no small thing to make while a start waits. */
    private final WriterAgent writer;
    private final Counters writerCounters = new Counters();
    private final CoreThread writerThread;
    private volatile boolean closed;
    private volatile boolean servesClients;

    private Engine(final EngineConfig config, final LongSupplier nanoTime, final long idleNanos) {
        this.config = config;
        // What only replays needs no frames, and a start has no time to make room for them.
        frames = new FramePool(records(config.mode()) ? FramePool.DEFAULT_RETAINED_BYTES : 0);
        residency = new Residency(config.residentBudgetBytes());
        catalogue = new Catalogue(
                config.directory(),
                ReadOptions.DEFAULT.withWholeIndex(config.matchMode() == MatchMode.STRICT).with(residency),
                nanoTime,
                idleNanos,
                Catalogue.DEFAULT_MAX_IDLE,
                this::closed);
        sessions = new SessionTable(config.maxSessions());
        writer = records(config.mode()) ? new WriterAgent(config.durability(), writerCounters) : null;
        writerThread = writer == null ? null : CoreThread.start(writer, writer::wakeup, Cpus.ANY);
    }

    /**
     * Opens a folder.
     *
     * @throws OuliException if it is missing in replay mode, or is no folder; names it and the remedy.
     */
    public static Engine open(final EngineConfig config) {
        return open(config, System::nanoTime, Catalogue.DEFAULT_IDLE_NANOS);
    }

    /** The same by another clock, for tests. */
    static Engine open(final EngineConfig config, final LongSupplier nanoTime, final long idleNanos) {
        final boolean exists = Files.exists(config.directory());
        if (exists && !Files.isDirectory(config.directory())) {
            throw new OuliException(config.directory() + " is not a folder; name the folder of the recordings");
        }
        if (!exists && config.mode() == Mode.REPLAY) {
            throw new OuliException(config.directory()
                    + " does not exist; name the folder that ouli record wrote, or record first");
        }
        Events.watch();
        return new Engine(config, nanoTime, idleNanos);
    }

    private static boolean records(final Mode mode) {
        return mode == Mode.RECORD || mode == Mode.AUTO;
    }

    /** Returns how this engine works. */
    public EngineConfig config() {
        return config;
    }

    /**
     * Returns a session by name, made live if it is not.
     *
     * @throws OuliException if the name is invalid, too many sessions are live, or the engine is closed.
     */
    public Session session(final String name) {
        checkOpen();
        SessionNames.validate(name);
        return sessions.findOrAdd(name, added -> new Session(this, added));
    }

    /** Returns a live session by the ISO-8859-1 bytes of its name, or null; without allocation or lock. */
    public Session liveSession(final byte[] name, final int offset, final int length) {
        return sessions.find(name, offset, length);
    }

    /** Returns the live sessions, in no order. */
    public List<Session> liveSessions() {
        return sessions.all();
    }

    /**
     * Forgets a live session: how far it was replayed, and the memory for that. Who names it again begins anew; a
     * thread that replays it at this moment may end its request as if this had come later.
     *
     * @return whether it was live.
     * @throws OuliException if it is being recorded.
     */
    public boolean evict(final String session) {
        return sessions.remove(session, Session::evict);
    }

    /** Makes what one thread replays with; closed with the engine, if not before. */
    public Replayer newReplayer(final EndpointPolicy policy) {
        return newReplayer(policy, false, latencies.newRecorder());
    }

    /**
     * The same for a thread that must not wait for a disk: what is not in memory is a {@link ReplayOutcome#COLD}, to be
     * read in another way, and a recording that has to be read whole first is {@link ReplayOutcome#LATER}.
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

    /** Makes what one thread records with. */
    public Recorder newRecorder(final EndpointPolicy policy) {
        return newRecorder(policy, () -> { });
    }

    /**
     * The same for a thread that waits for commits.
     *
     * @param committed called by the writer's thread after each commit, for {@link Recorder#isCommitted}; must not
     *                  block.
     */
    public Recorder newRecorder(final EndpointPolicy policy, final Runnable committed) {
        checkOpen();
        if (writerThread == null) {
            throw new IllegalStateException("an engine in mode " + config.mode() + " records nothing");
        }
        Objects.requireNonNull(policy, "policy");
        synchronized (recordedPolicies) {
            if (!recordedPolicies.contains(policy)) {
                recordedPolicies.add(policy);
            }
        }
        return new Recorder(this, writer, policy, committed);
    }

    /**
     * Opens a session's recording for writing now, not at its first request, so that what forbids it is known at once.
     *
     * @throws OuliException if it exists and may not, is damaged, or another process writes it.
     */
    public void prepareRecording(final Session session, final EndpointPolicy policy) {
        session.prepare(policy);
    }

    /**
     * Makes what tells how long replaying takes, how often it happens and what memory is used: over all replayers of
     * {@link #newReplayer}, from any thread, while they work.
     */
    public PerformanceMonitor newPerformanceMonitor() {
        return new PerformanceMonitor(latencies, startNanos);
    }

    /** Returns the memory in which interactions are built, for its figures: all is back when nothing is recorded. */
    public FramePool framePool() {
        return frames;
    }

    /** Returns the counters of the writer's thread. */
    public Counters writerCounters() {
        return writerCounters;
    }

    /**
     * Seals every recording that was written to, after everything handed over so far; recording can go on.
     *
     * @throws OuliException if one could not be sealed; the others are. Or if the engine is closed.
     */
    public synchronized void seal() {
        checkOpen();
        if (writerThread != null) {
            writer.execute(() -> sealAll(false));
        }
    }

    /**
     * Closes recordings that nobody used for {@link Catalogue#DEFAULT_IDLE_NANOS}; to be called now and then, from any
     * thread. A session whose recording was closed opens it again when it is asked, and goes on where it was.
     */
    public void closeIdle() {
        catalogue.closeIdle();
    }

    /** Returns how many recordings are open to be replayed. */
    public int openRecordings() {
        return catalogue.openCount();
    }

    /**
     * Writes what was handed over, seals, and closes everything; idempotent.
     *
     * @throws RecordingFailedException if a recording could not be sealed, or lacks interactions since an error;
     *                                  everything is closed all the same.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (writerThread != null) {
                try {
                    writer.execute(() -> sealAll(true));
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

    private void sealAll(final boolean close) {
        OuliException failure = null;
        final List<String> failed = new ArrayList<>();
        for (final Session session : sessions.all()) {
            try {
                seal(session, close);
            } catch (final RuntimeException e) {
                session.recordingFailed(e);
            }
            if (session.recordingFailure() != null) {
                failed.add(session.name());
                failure = failure == null ? session.recordingFailure() : failure;
            }
        }
        if (failure != null) {
            throw new RecordingFailedException(failed, failure);
        }
    }

    private void seal(final Session session, final boolean close) {
        final RecordingWriter recording = close ? session.lastWriter() : session.writer();
        if (recording == null) {
            return;
        }
        try {
            // A limit ends a recording, and leaves what is in it to be sealed; an error of the disk does not.
            if (recording.isOpen() && recording.failed() == null) {
                if (recording.hasUncommitted()) {
                    writerCounters.increment(Counter.COMMITS);
                }
                recording.commit();
                final List<EndpointPolicy> policies;
                synchronized (recordedPolicies) {
                    policies = List.copyOf(recordedPolicies);
                }
                SecretCheck.beforeSeal(session.name(), recording, policies);
                recording.seal();
                tellOfStaleFields(session);
            }
        } finally {
            if (close) {
                recording.close();
            }
        }
    }

    private static void tellOfStaleFields(final Session session) {
        final Map<String, Integer> fields = session.takeStaleFields();
        if (!fields.isEmpty()) {
            LOGGER.log(Level.INFO, "session " + session.name() + ": bodies were redacted under fields that describe"
                    + " them as they came, which were left as they are: " + fields.entrySet().stream()
                    .map(field -> field.getKey() + " " + field.getValue() + " times")
                    .collect(Collectors.joining(", ")));
        }
    }

    /** Returns a session's recording, retained for the caller, or null. */
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

    private static Recording checked(
            final String session, final EndpointPolicy policy, final Recording recording) {
        if (recording != null && policy != null && !Arrays.equals(policy.hash(), recording.policyHash())) {
            LOGGER.log(Level.WARNING, "session " + session + " was recorded under other redaction or fingerprint rules;"
                    + " requests that these rules concern may miss: replay with the rules it was recorded with");
        }
        return recording;
    }

    /** Goes on where a session was when its recording was closed, if it is the same still; otherwise begins. */
    Replay resume(final String session, final Replay before, final Recording recording) {
        if (before != null && before.isOf(recording)) {
            return before.resumed(recording);
        }
        if (before != null) {
            LOGGER.log(Level.INFO, "session " + session + ": its recording is another one now; it begins again");
        }
        final Replay replay = Replay.begin(recording, config.matchMode(), config.exhausted());
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
                .with(config.mode() == Mode.AUTO ? ExistingPolicy.APPEND : config.existing())
                .with(config.durability(), config.commitIntervalNanos())
                .withPolicyHash(policy.hash())
                .withClock(this::epochNanos)
                .withQueue(writer::disk);
        return RecordingWriter.open(catalogue.file(session), options);
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
