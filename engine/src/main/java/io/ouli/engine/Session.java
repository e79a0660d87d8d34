package io.ouli.engine;

import io.ouli.engine.recording.RecordingWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One session: its recording, and how far each of its requests has been replayed. Safe for use by several threads.
 *
 * <p>What it replays is what was there when it was first asked; what it records goes to a writer that is opened by the
 * first request to be recorded, and used by the writer's thread from then on.
 */
public final class Session {
    private final Engine engine;
    private final String name;
    private final byte[] nameBytes;
    private final AtomicInteger sequence = new AtomicInteger();
    /** The sequence number of the first interaction of this run. */
    private int firstSequence;
    private volatile Replay replay;
    private boolean replayDecided;
    private volatile RecordingWriter writer;
    private volatile RuntimeException recordingFailure;

    Session(final Engine engine, final String name) {
        this.engine = engine;
        this.name = name;
        nameBytes = name.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns the session's name. */
    public String name() {
        return name;
    }

    byte[] nameBytes() {
        return nameBytes;
    }

    /** Begins again: the next replay of each request gives its first reply. */
    public void reset() {
        final Replay current = replay;
        if (current != null) {
            current.tracker.reset();
        }
    }

    /** Keeps the recording mapped while a reply is on its way to a socket; pair with {@link #release}. */
    public void retain() {
        replay.recording.retain();
    }

    /** Lets go of what {@link #retain} kept. */
    public void release() {
        replay.recording.release();
    }

    /** Returns what is known of it at this moment. */
    public SessionStatus status() {
        final Replay current = replay;
        final RuntimeException failure = recordingFailure;
        return new SessionStatus(name, current == null ? 0 : current.recording.count(),
                writer == null ? 0 : sequence.get() - firstSequence, failure == null ? null : failure.getMessage());
    }

    /** Returns how many interactions were recorded before this engine was opened, or 0. */
    public int interactionCount() {
        final Replay current = replay(null);
        return current == null ? 0 : current.recording.count();
    }

    /**
     * Returns what can be replayed, opened first if need be, or null.
     *
     * @param policy of who asks; that a recording was made under another one is logged when it is opened. May be null.
     */
    Replay replay(final EndpointPolicy policy) {
        final Replay current = replay;
        return current != null ? current : openReplay(policy);
    }

    /**
     * In a mode that records, what there is to replay is decided once: what this run records is for the next run. In
     * replay mode a recording may still appear, so a missing one is looked for again.
     */
    private synchronized Replay openReplay(final EndpointPolicy policy) {
        if (replay == null && !replayDecided) {
            replay = engine.openReplay(name, policy);
            replayDecided = engine.config().mode() == Mode.AUTO;
        }
        return replay;
    }

    /** Gives the next interaction its place in the order, opening the recording first if need be. */
    int nextSequence(final EndpointPolicy policy) {
        if (writer == null) {
            openWriter(policy);
        }
        return sequence.getAndIncrement();
    }

    void prepare(final EndpointPolicy policy) {
        openWriter(policy);
    }

    private synchronized void openWriter(final EndpointPolicy policy) {
        if (writer == null) {
            if (engine.config().mode() == Mode.AUTO) {
                openReplay(policy);
            }
            final RecordingWriter opened = engine.openWriter(name, policy);
            firstSequence = opened.nextSequence();
            sequence.set(firstSequence);
            writer = opened;
        }
    }

    /** Returns the writer, or null if nothing was recorded; the writer's thread uses it. */
    RecordingWriter writer() {
        return writer;
    }

    /** Returns why this session is no longer recorded, or null. */
    public RuntimeException recordingFailure() {
        return recordingFailure;
    }

    void recordingFailed(final RuntimeException cause) {
        recordingFailure = cause;
    }

    synchronized void close() {
        if (replay != null) {
            replay.recording.release();
            replay = null;
            replayDecided = true;
        }
    }
}
