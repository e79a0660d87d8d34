package io.ouli.perf.load;

/** In what a reply differs from what was expected. */
enum ReplyFault {
    /** The reply is what it must be. */
    NONE,
    /** Another status code. */
    STATUS,
    /** A body of another length. */
    LENGTH,
    /** A body of the right length with other bytes. */
    BYTES
}
