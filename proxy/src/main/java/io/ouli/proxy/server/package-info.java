/**
 * Speaks HTTP/1.1 to clients: connections, requests, replays, and replies relayed from upstreams.
 *
 * <p>{@link io.ouli.proxy.server.ServerWorker} is the entry point, one for each worker thread; it serves {@link
 * io.ouli.proxy.server.Route}s. For each client a {@code ClientConnection} takes in requests and gives them their turn,
 * an {@code Answerer} finds what answers them, {@code RecordedReplies} or a {@code Relay} gives the reply, and a {@code
 * ClientOutput} sends it.
 */
package io.ouli.proxy.server;
