package io.ouli.engine.transport;

/**
 * What every transport knows of a connection, and what it may be asked for in that state. For implementations of
 * {@link Transport}, whose one thread reads and writes the fields; a subclass adds what its kernel interface needs.
 */
public abstract class ConnectionState {
    /** The slot is free. */
    public static final int FREE = 0;
    /** Waiting for the peer's SYN-ACK. */
    public static final int CONNECTING = 1;
    /** Bytes may flow. */
    public static final int OPEN = 2;
    /** Being closed; onClosed is still to be delivered. */
    public static final int CLOSING = 3;

    /** The slot in the {@link ConnectionTable}. */
    public final int id;
    /** What {@link Transport#write} has handed over and the kernel has not taken. */
    public final SendParts parts = new SendParts();
    /** One of the four above. */
    public int state;
    /** The error number that onClosed will name; 0 if the caller closed it. */
    public int cause;
    /** A flush has begun and onSent is not delivered. */
    public boolean sending;
    /** The caller wants no bytes for now. */
    public boolean paused;
    /** The peer has sent its FIN. */
    public boolean receiveEnded;
    /** Our FIN is sent, or follows the send that is in flight. */
    public boolean outputShutdown;
    /** The error number of a send that failed while the peer's last bytes are still to be delivered; 0 if none did. */
    public int sendFault;

    /** Makes the slot of an id, used for one connection after another. */
    protected ConnectionState(final int id) {
        this.id = id;
    }

    /** Makes the slot ready for another connection. */
    protected final void reuse(final int newState) {
        assert state == FREE && parts.end() == 0;
        state = newState;
        cause = 0;
        sending = false;
        paused = false;
        receiveEnded = false;
        outputShutdown = false;
        sendFault = 0;
    }

    /**
     * Takes note that a send was refused. What the peer said until then is to be delivered first: it may be the reply
     * to a request that it did not read to the end.
     *
     * @return whether the connection goes on until its input ends or fails; if not, it ends now.
     */
    public final boolean receivesAfterFailedSend(final int errno) {
        final boolean peerIsGone = errno == Errno.EPIPE || errno == Errno.ECONNRESET;
        if (peerIsGone && state == OPEN && !paused && !receiveEnded) {
            sendFault = errno;
        }
        return sendFault != 0;
    }

    /** {@return whether the caller has been told that bytes may flow} */
    protected boolean isConnected() {
        return state == OPEN;
    }

    final void checkConnected() {
        if (!isConnected()) {
            throw new IllegalStateException("connection " + id + " is not connected yet");
        }
    }

    final void checkMaySend() {
        checkConnected();
        if (sending) {
            throw new IllegalStateException("connection " + id + " has a send in flight; await onSent");
        }
        if (outputShutdown) {
            throw new IllegalStateException("connection " + id + " has shut down its output");
        }
    }
}
