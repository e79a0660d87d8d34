package io.ouli.engine.transport;

import java.lang.foreign.MemorySegment;

/** Receives what happens on a {@link Transport}; every method is called by its owner thread, from inside poll. */
public interface TransportHandler {
    /** A connection was accepted; receiving is on. */
    void onAccepted(int listener, int connection);

    /** A connection that {@link Transport#connect} began stands; receiving is on. */
    void onConnected(int connection);

    /**
     * Bytes came in.
     *
     * @param data   native memory of the transport, valid only until this method returns: copy or consume.
     * @param offset of the first byte.
     * @param length in bytes, at least 1.
     */
    void onReceived(int connection, MemorySegment data, long offset, int length);

    /** The peer will send no more (FIN); sending is still possible. Nothing follows but onSent and onClosed. */
    void onReceiveEnd(int connection);

    /** The whole of the last {@link Transport#flush} was taken; the next write may follow. */
    void onSent(int connection);

    /**
     * The connection is gone, and its id with it once this returns.
     *
     * @param cause 0 when this side closed it; otherwise the errno, such as ECONNRESET, that ended it.
     */
    void onClosed(int connection, int cause);

    /** Somebody called {@link Transport#wakeup}; several calls may be delivered as one. */
    void onWakeup();
}
