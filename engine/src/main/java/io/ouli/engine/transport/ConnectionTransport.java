package io.ouli.engine.transport;

import java.lang.foreign.MemorySegment;

/**
 * The part of {@link Transport}'s contract that is about what a caller may ask of a connection and when, which no
 * implementation may read differently; how bytes move is the subclass's.
 *
 * @param <C> what the subclass knows of a connection.
 */
public abstract class ConnectionTransport<C extends ConnectionState> implements Transport {
    /** What is known of each connection, by its id. */
    protected final ConnectionTable<C> connections;

    /** Makes room for as many connections as the options say. */
    protected ConnectionTransport(final TransportOptions options) {
        connections = new ConnectionTable<>(options.maxConnections());
    }

    /** Begins to send the parts of a connection, which has some; {@code sending} is set. */
    protected abstract void beginSend(C connection);

    /** Sends the FIN of an open connection that has no send in flight. */
    protected abstract void sendFin(C connection);

    /** Begins to close a connection, for an error or with 0 because the caller wants it; once is enough. */
    protected abstract void fail(C connection, int errno);

    @Override
    public final void write(final int connection, final MemorySegment base, final long offset, final long length) {
        final C target = connections.get(connection);
        if (target.state == ConnectionState.CLOSING) {
            return;
        }
        target.checkMaySend();
        target.parts.add(base, offset, length);
    }

    @Override
    public final void flush(final int connection) {
        final C target = connections.get(connection);
        if (target.state == ConnectionState.CLOSING) {
            return;
        }
        target.checkMaySend();
        if (target.parts.remaining() == 0) {
            throw new IllegalStateException("connection " + connection + " has nothing to flush");
        }
        target.sending = true;
        beginSend(target);
    }

    @Override
    public final void shutdownOutput(final int connection) {
        final C target = connections.get(connection);
        if (target.state == ConnectionState.CLOSING || target.outputShutdown) {
            return;
        }
        target.checkConnected();
        target.outputShutdown = true;
        if (!target.sending) {
            sendFin(target);
        }
    }

    @Override
    public final void close(final int connection) {
        fail(connections.get(connection), 0);
    }

    @Override
    public final int connectionCount() {
        return connections.taken();
    }
}
