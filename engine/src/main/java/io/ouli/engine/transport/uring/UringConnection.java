package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.ConnectionState;
import io.ouli.uring.UserData;
import java.lang.foreign.MemorySegment;

/**
 * The state of one connection; the object stays in its slot of the table and is used again with the id.
 *
 * <p>The slot is free again only when the kernel holds no operation of it any more ({@link #inFlight} is 0), and each
 * use has a generation of its own in its user data, so that no completion ever reaches the wrong connection.
 */
final class UringConnection extends ConnectionState {
    /** No receive is with the kernel. */
    static final int IDLE = 0;
    /** A receive is with the kernel. */
    static final int ARMED = 1;
    /** A receive is with the kernel, and so is its cancellation. */
    static final int CANCELLING = 2;
    /** No receive is with the kernel: {@link LoneReceiver} looks for bytes. */
    static final int LONE = 3;

    /** Only where the kernel has no buffer rings, and of a connection that was alone. */
    MemorySegment ownBuffer;
    int generation;
    int fd;
    int receive;
    int inFlight;
    long attempted;
    boolean sendInFlight;
    /** A callback is reading the buffer, which is why no receive may be armed that could fill it. */
    boolean delivering;
    boolean closeSubmitted;

    UringConnection(final int id) {
        super(id);
    }

    /** Makes the slot ready for another descriptor. */
    void open(final int newFd, final int newState) {
        assert inFlight == 0;
        reuse(newState);
        generation = generation + 1 & UserData.MAX_GENERATION;
        fd = newFd;
        receive = IDLE;
        sendInFlight = false;
        delivering = false;
        closeSubmitted = false;
    }

    /** {@return the user data of one of this connection's operations} */
    long userData(final int op) {
        return UserData.pack(id, op, generation);
    }
}
