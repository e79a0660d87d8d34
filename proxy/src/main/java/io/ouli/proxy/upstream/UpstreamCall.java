package io.ouli.proxy.upstream;

/** One request under way to an upstream; for the worker's thread. */
public interface UpstreamCall {
    /** Stops reading the response for now: the client is slow. Idempotent; a little may still come. */
    void pause();

    /** Reads on. Idempotent. */
    void resume();

    /** Gives up: the listener hears nothing more, and the connection is not used again. */
    void cancel();
}
