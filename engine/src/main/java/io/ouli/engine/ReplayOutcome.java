package io.ouli.engine;

/** The result of looking up one request. */
public enum ReplayOutcome {
    /** The response was found and verified; {@link Replayer} describes it, ready to be sent as it is. */
    HIT,
    /**
     * The response was found but is not in memory; read it through {@link Replayer#coldReply}. Only given to
     * {@linkplain Engine#newDeferringReplayer replayers that must not wait for the disk}.
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
    /** The session's recording does not contain this request. */
    NO_KEY,
    /** The request was recorded, but every reply has been used and {@code exhausted} is {@code miss}. */
    EXHAUSTED,
    /** The session is strict and expects another request next. */
    OUT_OF_ORDER,
    /** The interaction was found, but its checksum is wrong; it is never served. */
    DAMAGED;

    /** {@return whether no recording answers the request} */
    public boolean isMiss() {
        return switch (this) {
            case NO_RECORDING, NO_KEY, EXHAUSTED, OUT_OF_ORDER -> true;
            case HIT, COLD, LATER, DAMAGED -> false;
        };
    }
}
