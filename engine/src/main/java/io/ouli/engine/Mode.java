package io.ouli.engine;

/** What is done with a request. */
public enum Mode {
    /** Every request goes upstream and is recorded. */
    RECORD,
    /** Every request is answered from recordings; the upstream is never touched. */
    REPLAY,
    /** What was recorded is replayed; everything else goes upstream and is recorded. */
    AUTO,
    /** What was recorded is replayed; everything else goes upstream and is not recorded. */
    PASSTHROUGH
}
