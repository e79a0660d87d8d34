package io.ouli.proxy.server;

/**
 * What all connections of a worker go by.
 *
 * @param timeouts           for clients.
 * @param maxClients         connections served at once; the next one is answered 503 and closed.
 * @param requestMemoryBytes that requests under way may take together beyond their first 8 KiB each.
 * @param missStatus         the status of a replay miss.
 * @param commitsEach        whether a reply may end only when its interaction is on disk.
 * @param misses             where misses are logged; all workers share it.
 * @param lookAheadSlots     slots of the smallest index for which pipelined requests are looked at before their turn.
 */
public record ServerSettings(
        ServerTimeouts timeouts,
        int maxClients,
        long requestMemoryBytes,
        int missStatus,
        boolean commitsEach,
        MissLog misses,
        int lookAheadSlots) {
    /** The usual {@link #lookAheadSlots}. */
    public static final int LOOK_AHEAD_SLOTS = LookAhead.LEAST_SLOTS;
}
