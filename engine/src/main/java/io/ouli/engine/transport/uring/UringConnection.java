package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.SendParts;
import io.ouli.uring.UserData;
import java.lang.foreign.MemorySegment;

/**
 * The state of one connection; the object stays in its slot of the table and is used again with the id.
 *
 * <p>The slot is free again only when the kernel holds no operation of it any more ({@link #inFlight} is 0), and each
 * use has a generation of its own in its user data, so that no completion ever reaches the wrong connection.
 */
final class UringConnection {
    /** The slot is free. */
    static final int FREE = 0;
    /** Waiting for the peer's SYN-ACK. */
    static final int CONNECTING = 1;
    /** Bytes may flow. */
    static final int OPEN = 2;
    /** Being cancelled, then closed. */
    static final int CLOSING = 3;

    /** No receive is with the kernel. */
    static final int IDLE = 0;
    /** A receive is with the kernel. */
    static final int ARMED = 1;
    /** A receive is with the kernel, and so is its cancellation. */
    static final int CANCELLING = 2;

    final int id;
    final SendParts parts = new SendParts();
    /** Only where the kernel has no buffer rings. */
    MemorySegment ownBuffer;
    int generation;
    int fd;
    int state;
    int receive;
    int inFlight;
    int cause;
    long attempted;
    boolean sending;
    boolean sendInFlight;
    boolean paused;
    /** A callback is reading the buffer, which is why no receive may be armed that could fill it. */
    boolean delivering;
    boolean receiveEnded;
    boolean outputShutdown;
    boolean closeSubmitted;

    UringConnection(final int id) {
        this.id = id;
    }

    /** Makes the slot ready for another descriptor. */
    void open(final int newFd, final int newState) {
        assert state == FREE && inFlight == 0 && parts.end() == 0;
        generation = generation + 1 & UserData.MAX_GENERATION;
        fd = newFd;
        state = newState;
        receive = IDLE;
        cause = 0;
        sending = false;
        sendInFlight = false;
        paused = false;
        delivering = false;
        receiveEnded = false;
        outputShutdown = false;
        closeSubmitted = false;
    }

    /** Returns the user data of one of this connection's operations. */
    long userData(final int op) {
        return UserData.pack(id, op, generation);
    }
}
