package io.ouli.engine.match;

/** Which order of requests a session accepts. */
public enum MatchMode {
    /** Any order across keys; among equal keys the recorded order. */
    KEY,
    /** The recorded order alone. */
    STRICT,
    /** Any order, by google/test-server's own hash: a request must follow the one that it followed there. */
    TEST_SERVER
}
