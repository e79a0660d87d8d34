package io.ouli.proxy.server;

/**
 * How long a worker waits for clients, in nanoseconds.
 *
 * @param headerNanos for a request's head.
 * @param bodyNanos   for the next bytes of a request's body.
 * @param idleNanos   for the next request.
 * @param sendNanos   for a client to take the next slice of a reply.
 */
public record ServerTimeouts(long headerNanos, long bodyNanos, long idleNanos, long sendNanos) {
}
