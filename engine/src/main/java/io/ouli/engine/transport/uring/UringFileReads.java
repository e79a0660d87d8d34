package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.PooledFileReads;
import io.ouli.engine.transport.ReadBuffer;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeMemory;
import io.ouli.uring.FileHandler;
import io.ouli.uring.FileOperations;
import io.ouli.uring.Ring;
import io.ouli.uring.RingException;
import io.ouli.uring.RingFeature;
import java.io.IOException;
import java.util.List;

/**
 * {@link io.ouli.engine.transport.FileReads} on the worker's own ring, into memory that is registered with it (5.1), or
 * plain where the limit of locked memory (ulimit -l) does not allow that.
 */
final class UringFileReads extends PooledFileReads {
    private static final int REGISTERED_INDEX = 0;

    private final Ring ring;
    private final FileOperations operations;
    private final ReadBuffer[] underWay = new ReadBuffer[BUFFERS];
    private final FileHandler onEnd = this::ended;
    private NativeMemory memory;
    private boolean registered;
    /** A bit for each buffer whose read could not begin, and whose handler has not been told. */
    private int failed;

    UringFileReads(final Ring ring) {
        this.ring = ring;
        operations = new FileOperations(ring, BUFFERS, UringOp.FILE_READ);
    }

    @Override
    protected void open() {
        memory = NativeMemory.anonymous(new ErrnoCapture(), (long) BUFFERS * BUFFER_BYTES);
        NativeLedger.note(Owner.BUFFERS, memory.segment());
        if (ring.features().isEnabled(RingFeature.REGISTERED_BUFFERS)) {
            try {
                ring.registerBuffers(List.of(memory.segment()));
                registered = true;
            } catch (final RingException e) {
                System.getLogger("io.ouli.transport").log(System.Logger.Level.DEBUG,
                        "files are read into buffers that are not registered: " + e.getMessage());
            }
        }
        divide(memory.segment());
    }

    @Override
    protected void submit(final ReadBuffer buffer) {
        final int index = buffer.index();
        underWay[index] = buffer;
        final int descriptor;
        try {
            descriptor = buffer.source().descriptor();
        } catch (final IOException e) {
            failed |= 1 << index;
            return;
        }
        final long offset = (long) index * BUFFER_BYTES;
        final boolean started = registered
                ? operations.readFixed(descriptor, memory.segment(), REGISTERED_INDEX, offset, buffer.length(),
                        buffer.position(), onEnd, index)
                : operations.read(descriptor, memory.segment(), offset, buffer.length(), buffer.position(),
                        onEnd, index);
        assert started : "there are as many operations as buffers";
    }

    /**
     * Tells the handlers of reads that could not begin.
     *
     * @return how many.
     */
    int deliverFailed() {
        int count = 0;
        while (failed != 0) {
            final int index = Integer.numberOfTrailingZeros(failed);
            failed &= failed - 1;
            ended(index, -Errno.EIO);
            count++;
        }
        return count;
    }

    boolean hasFailed() {
        return failed != 0;
    }

    private void ended(final long index, final long result) {
        final ReadBuffer buffer = underWay[(int) index];
        underWay[(int) index] = null;
        buffer.end((int) result);
    }

    void onCompletion(final long userData, final int result) {
        operations.onCompletion(userData, result);
    }

    /** Frees the memory, after the ring was closed and has let go of it. */
    void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
