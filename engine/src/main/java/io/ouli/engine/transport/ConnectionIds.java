package io.ouli.engine.transport;

/**
 * Hands out connection ids 0 to capacity - 1, the one freed last first, since its memory is still in the cache. For
 * implementations of {@link Transport}.
 */
public final class ConnectionIds {
    private final int[] free;
    private int freeCount;

    /** Creates a pool in which all of {@code capacity} ids are free. */
    public ConnectionIds(final int capacity) {
        free = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            free[i] = capacity - 1 - i;
        }
        freeCount = capacity;
    }

    /** Takes an id; -1 if none is free. */
    public int take() {
        return freeCount == 0 ? -1 : free[--freeCount];
    }

    /** Gives an id back. */
    public void release(final int id) {
        assert freeCount < free.length && id >= 0 && id < free.length;
        free[freeCount++] = id;
    }

    /** Returns how many ids are taken. */
    public int taken() {
        return free.length - freeCount;
    }

    /** Returns how many ids there are. */
    public int capacity() {
        return free.length;
    }
}
