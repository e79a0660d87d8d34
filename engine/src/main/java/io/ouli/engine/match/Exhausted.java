package io.ouli.engine.match;

/** What a request gets whose recorded replies were all used. */
public enum Exhausted {
    /** The last reply again. */
    REPEAT,
    /** A miss. */
    MISS
}
