package io.ouli.engine.recording;

/** What happens when a session that is to be recorded has a recording already. */
public enum ExistingPolicy {
    /** It is refused; nothing is touched. */
    FAIL,
    /** The recording goes on; its last seal stays valid until the next one. */
    APPEND,
    /** A new recording takes its place; who has the old one open keeps it. */
    REPLACE
}
