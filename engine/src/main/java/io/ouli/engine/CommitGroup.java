package io.ouli.engine;

import io.ouli.engine.events.CommitEvent;
import io.ouli.engine.events.Events;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.recording.RecordingWriter;
import java.util.ArrayList;
import java.util.List;

/** Interactions that reach the disk together: the sessions to be committed, and the recorders to be told of it. */
final class CommitGroup {
    private final Counters counters;
    private final List<Session> sessions = new ArrayList<>();
    private final List<Recorder> recorders = new ArrayList<>();

    private CommitEvent event;

    CommitGroup(final Counters counters) {
        this.counters = counters;
    }

    /** Something was appended to the session's recording. */
    void add(final Session session) {
        if (!sessions.contains(session)) {
            sessions.add(session);
        }
    }

    /** Something of the recorder's was appended, or given up. */
    void add(final Recorder recorder) {
        if (!recorders.contains(recorder)) {
            recorders.add(recorder);
        }
    }

    boolean isEmpty() {
        return recorders.isEmpty();
    }

    /** {@return the {@link System#nanoTime} by which it has to begin, at most so far from now} */
    long dueNanos(final long nowNanos, final long mostNanos) {
        long wait = sessions.isEmpty() && !recorders.isEmpty() ? 0 : mostNanos;
        for (int i = 0; i < sessions.size(); i++) {
            final RecordingWriter writer = sessions.get(i).writer();
            if (writer.hasUncommitted()) {
                wait = Math.min(wait, writer.commitDueNanos() - nowNanos);
            }
        }
        return nowNanos + wait;
    }

    /** Begins to commit every session, without waiting. */
    void begin(final OpenWriters open) {
        event = Events.on() ? CommitEvent.begun() : null;
        final long now = sessions.isEmpty() ? 0 : System.nanoTime();
        for (final Session session : sessions) {
            final RecordingWriter writer = session.writer();
            try {
                if (isUsable(writer) && !writer.isParked()) {
                    open.use(session, now);
                    writer.beginCommit();
                }
            } catch (final RuntimeException e) {
                stop(session, e);
            }
        }
        recorders.forEach(Recorder::onCommitting);
    }

    /** {@return whether {@link #end} need not wait} */
    boolean isDone() {
        for (final Session session : sessions) {
            if (session.writer().isCommitting()) {
                return false;
            }
        }
        return true;
    }

    /** Waits until every session is committed, or can no longer be recorded; tells the recorders; is empty then. */
    void end() {
        for (final Session session : sessions) {
            final RecordingWriter writer = session.writer();
            try {
                if (isUsable(writer)) {
                    writer.endCommit();
                    counters.increment(Counter.COMMITS);
                }
            } catch (final RuntimeException e) {
                stop(session, e);
            }
        }
        recorders.forEach(Recorder::onCommitted);
        if (event != null && !sessions.isEmpty()) {
            event.done(sessions.size());
        }
        event = null;
        sessions.clear();
        recorders.clear();
    }

    /** It may have been closed or have failed since, in a seal. */
    private static boolean isUsable(final RecordingWriter writer) {
        return writer.isOpen() && writer.failed() == null;
    }

    /** The client goes on being served; what was committed stays readable; the log says so once. */
    void stop(final Session session, final RuntimeException cause) {
        counters.increment(Counter.WRITE_ERRORS);
        session.recordingFailed(cause);
    }
}
