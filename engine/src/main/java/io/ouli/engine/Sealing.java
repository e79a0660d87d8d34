package io.ouli.engine;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.recording.RecordingWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Seals the sessions' recordings, each after a last search for secrets. Policies are added by any thread; sealing is
 * the writer's thread's alone.
 */
final class Sealing {
    private static final Logger LOGGER = new LazyLogger(Sealing.class);

    private final SessionTable sessions;
    private final Counters counters;
    /** Every policy that something was recorded with: the secrets of each are searched for. */
    private final CopyOnWriteArrayList<EndpointPolicy> policies = new CopyOnWriteArrayList<>();

    Sealing(final SessionTable sessions, final Counters counters) {
        this.sessions = sessions;
        this.counters = counters;
    }

    void addPolicy(final EndpointPolicy policy) {
        policies.addIfAbsent(policy);
    }

    /**
     * Seals everything, so that recording can go on.
     *
     * @throws RecordingFailedException if a recording could not be sealed, or lacks interactions; the others are.
     */
    void sealAll() {
        sealAll(false);
    }

    /** Seals everything, and closes the recordings; throws as {@link #sealAll()} does. */
    void sealAndCloseAll() {
        sealAll(true);
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
        final boolean parked = recording.isParked();
        try {
            // A limit ends a recording, and leaves what is in it to be sealed; an error of the disk does not.
            if (recording.isOpen() && recording.failed() == null) {
                seal(session, recording);
            }
        } finally {
            if (close) {
                recording.close();
            } else if (parked) {
                recording.park(); // There may be more of them than can be open at once.
            }
        }
    }

    private void seal(final Session session, final RecordingWriter recording) {
        if (recording.hasUncommitted()) {
            counters.increment(Counter.COMMITS);
        }
        recording.commit();
        SecretCheck.beforeSeal(session.name(), recording, policies);
        recording.seal();
        tellOfStaleFields(session);
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
}
