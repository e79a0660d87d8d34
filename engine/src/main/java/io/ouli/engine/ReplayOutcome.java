package io.ouli.engine;

/** How the look-up of one request ended. */
public enum ReplayOutcome {
    /** The response stands in {@link Replayer}, checked, ready to be sent as it is. */
    HIT,
    /**
     * The response is there but not in memory, to be read through {@link Replayer#coldReply}; only for who asked not to
     * wait for the disk.
     */
    COLD,
    /**
     * Another thread reads the recording from end to end, since it was not sealed or is damaged: nothing has advanced,
     * and the same request is to be asked for again when {@link Replayer#whenReady} says so; only for who asked not to
     * wait for the disk.
     */
    LATER,
    /** The session has no recording. */
    NO_RECORDING,
    /** The session has recordings, none of them of this request. */
    NO_KEY,
    /** This request was recorded, but every reply was used already and {@code exhausted} is {@code miss}. */
    EXHAUSTED,
    /** The session is strict, and another request is next. */
    OUT_OF_ORDER,
    /** The interaction is there, but its bytes fail their checksum; it is never served. */
    DAMAGED;

    /** Returns whether no recording answers the request. */
    public boolean isMiss() {
        return switch (this) {
            case NO_RECORDING, NO_KEY, EXHAUSTED, OUT_OF_ORDER -> true;
            case HIT, COLD, LATER, DAMAGED -> false;
        };
    }
}
