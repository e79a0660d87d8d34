package io.ouli.engine.match;

/** Which order of requests a session accepts. */
public enum MatchMode {
    /** Any order across keys; among equal keys the recorded order. */
    KEY,
    /** The recorded order alone. */
    STRICT
}
