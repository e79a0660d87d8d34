package io.ouli.engine.match;

/** Why no recorded interaction answers a request. */
public enum MissReason {
    /** The session has no recording. */
    NO_RECORDING("no-recording"),
    /** The session's recording does not hold this request. */
    NO_KEY("no-key"),
    /** Every recorded reply to this request was used. */
    EXHAUSTED("exhausted"),
    /** The session is strict, and another request is next. */
    OUT_OF_ORDER("out-of-order"),
    /** The interaction is there, but damaged. */
    DAMAGED("damaged");

    private final String code;

    MissReason(final String code) {
        this.code = code;
    }

    /** {@return the reason as it stands in a report} */
    public String code() {
        return code;
    }
}
