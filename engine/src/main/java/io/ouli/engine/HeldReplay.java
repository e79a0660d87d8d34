package io.ouli.engine;

/**
 * What a replayer looked at last, still retained, so that a look-up in the same session touches no counter.
 *
 * <p>For one thread.
 */
final class HeldReplay {
    private final EndpointPolicy policy;
    private final boolean defersOpening;
    private Replay held;
    private boolean opening;
    /** Whether something was asked for since {@link #releaseIfIdle}. */
    private boolean used;

    /**
     * Holds nothing yet.
     *
     * @param defersOpening whether another thread opens what takes long to open.
     */
    HeldReplay(final EndpointPolicy policy, final boolean defersOpening) {
        this.policy = policy;
        this.defersOpening = defersOpening;
    }

    /**
     * Holds what a session replays, opened first if need be, and releases what was held before.
     *
     * @return null if there is none, or {@linkplain #isOpening not yet}.
     */
    Replay hold(final Session session) {
        used = true;
        Replay replay = current(session);
        while (replay != held) {
            if (replay == null || replay.recording.tryUse()) {
                release();
                held = replay;
            } else {
                replay = current(session); // Closed as idle in this very moment.
            }
        }
        return replay;
    }

    private Replay current(final Session session) {
        if (!defersOpening) {
            return session.replay(policy);
        }
        final Replay current = session.replaySoon(policy);
        opening = current == Replay.OPENING;
        return opening ? null : current;
    }

    /** {@return what is held, or null} */
    Replay get() {
        return held;
    }

    /** {@return whether another thread opens the recording that was asked for last} */
    boolean isOpening() {
        return opening;
    }

    /** Releases what is held, unless something was asked for since the last call. */
    void releaseIfIdle() {
        if (!used) {
            release();
        }
        used = false;
    }

    /** Releases what is held. Idempotent. */
    void release() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
