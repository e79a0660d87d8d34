package io.ouli.engine.transport;

/**
 * The connections of one transport by id, 0 to capacity - 1; the id freed last is handed out first, since its memory is
 * still in the cache. For implementations of {@link Transport}.
 *
 * @param <C> what an implementation knows of a connection.
 */
public final class ConnectionTable<C extends ConnectionState> {
    private final ConnectionState[] connections;
    private final int[] free;
    private final Thread owner = Thread.currentThread();
    private int freeCount;

    /** Creates a table in which all of {@code capacity} ids are free. */
    public ConnectionTable(final int capacity) {
        connections = new ConnectionState[capacity];
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

    /** Puts a connection into the slot of its id, which must be taken. */
    public void put(final C connection) {
        connections[connection.id] = connection;
    }

    /** Gives the id of a connection back; the object stays in the slot, as one that is free. */
    public void release(final C connection) {
        assert freeCount < free.length && connections[connection.id] == connection;
        connection.state = ConnectionState.FREE;
        free[freeCount++] = connection.id;
    }

    /** {@return what lies in a slot, free or not; null if nothing ever did} */
    @SuppressWarnings("unchecked")
    public C slot(final int id) {
        return (C) connections[id];
    }

    /**
     * {@return a connection that is not free}
     *
     * @throws IllegalArgumentException if there is none of that id.
     */
    public C get(final int id) {
        assert isOwner() : "called by " + Thread.currentThread() + ", owned by " + owner;
        final C connection = id < 0 || id >= connections.length ? null : slot(id);
        if (connection == null || connection.state == ConnectionState.FREE) {
            throw new IllegalArgumentException("connection " + id + " is not open");
        }
        return connection;
    }

    /** {@return whether the calling thread is the one that made the table, which alone may use the transport} */
    public boolean isOwner() {
        return Thread.currentThread() == owner;
    }

    /** {@return how many ids are taken} */
    public int taken() {
        return free.length - freeCount;
    }

    /** {@return how many ids there are} */
    public int capacity() {
        return free.length;
    }
}
