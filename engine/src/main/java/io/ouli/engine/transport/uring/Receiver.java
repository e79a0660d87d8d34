package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.TransportOptions;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.uring.Completions;
import io.ouli.uring.Operations;
import io.ouli.uring.ProvidedBufferRing;
import io.ouli.uring.Ring;
import io.ouli.uring.RingFeature;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Arms receives and finds the bytes that one brought: in a buffer of the ring that all connections share (6.0, which
 * also receives again and again; 5.19 once), or, on older kernels, in a buffer of the connection's own.
 */
final class Receiver {
    private static final int GROUP = 0;

    private final Operations operations;
    private final ProvidedBufferRing buffers;
    private final boolean multishot;
    private final int bufferBytes;

    Receiver(final Ring ring, final TransportOptions options) {
        operations = ring.operations();
        bufferBytes = options.receiveBufferBytes();
        final boolean hasBuffers = ring.features().isEnabled(RingFeature.BUFFER_RING);
        buffers = hasBuffers ? ring.openBufferRing(GROUP, options.receiveBufferCount(), bufferBytes) : null;
        multishot = hasBuffers && ring.features().isEnabled(RingFeature.MULTISHOT_RECV);
    }

    /** Returns whether one receive brings several completions. */
    boolean isMultishot() {
        return multishot;
    }

    /** Prepares a receive. */
    void arm(final UringConnection connection) {
        final long userData = connection.userData(UringOp.RECEIVE);
        if (multishot) {
            operations.recvMultishot(connection.fd, buffers, userData);
        } else if (buffers != null) {
            operations.recvSelect(connection.fd, buffers, 0, userData);
        } else {
            if (connection.ownBuffer == null) {
                connection.ownBuffer = NativeLedger.note(
                        Owner.BUFFERS, Arena.ofAuto().allocate(bufferBytes, Long.BYTES));
            }
            operations.recv(connection.fd, connection.ownBuffer, 0, bufferBytes, 0, userData);
        }
    }

    /** Takes the buffer of a completion; returns its id, or -1 if it has none of the shared ones. */
    int take(final int flags) {
        return buffers != null && Completions.hasBuffer(flags) ? buffers.take(flags) : -1;
    }

    /** Returns the memory that holds a completion's bytes. */
    MemorySegment segment(final UringConnection connection, final int buffer) {
        return buffer < 0 ? connection.ownBuffer : buffers.segment();
    }

    /** Returns where in {@link #segment} the bytes begin. */
    long offset(final int buffer) {
        return buffer < 0 ? 0 : buffers.offset(buffer);
    }

    /** Gives a buffer back; the kernel has it after {@link #publish}. */
    void recycle(final int buffer) {
        if (buffer >= 0) {
            buffers.recycle(buffer);
        }
    }

    /** Shows the kernel the buffers that were given back; once a turn, before it is entered. */
    void publish() {
        if (buffers != null) {
            buffers.publish();
        }
    }
}
