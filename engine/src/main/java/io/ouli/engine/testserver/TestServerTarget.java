package io.ouli.engine.testserver;

/**
 * The upstream of an endpoint as test-server's configuration has it; it is part of every hash.
 *
 * @param type {@code target_type}, such as {@code https}.
 * @param host {@code target_host}.
 * @param port {@code target_port}; 0 if there is none.
 */
public record TestServerTarget(String type, String host, long port) {
}
