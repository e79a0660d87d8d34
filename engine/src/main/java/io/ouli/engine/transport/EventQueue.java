package io.ouli.engine.transport;

/**
 * Connections with something to deliver, first in, first out; each is in it at most once, so it never overflows. For
 * implementations of {@link Transport}, which may call back only from inside poll.
 */
public final class EventQueue {
    private final int[] ids;
    private final int mask;
    private int head;
    private int tail;

    /** Creates a queue for {@code capacity} connections. */
    public EventQueue(final int capacity) {
        final int size = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
        ids = new int[size];
        mask = size - 1;
    }

    /** Adds a connection that is not in the queue. */
    public void add(final int connection) {
        assert size() < ids.length : "a connection was queued twice";
        ids[tail++ & mask] = connection;
    }

    /** Takes the first connection; the queue must not be empty. */
    public int take() {
        assert size() > 0;
        return ids[head++ & mask];
    }

    /** {@return how many connections wait} */
    public int size() {
        return tail - head;
    }
}
