package io.ouli.proxy.upstream;

/**
 * How long a worker waits for upstreams, in nanoseconds.
 *
 * @param connectNanos for a connection, resolution included.
 * @param readNanos    for the next bytes of a response, or for the upstream to take the next of a request.
 * @param idleNanos    that an unused connection is kept.
 */
public record UpstreamTimeouts(long connectNanos, long readNanos, long idleNanos) {
}
