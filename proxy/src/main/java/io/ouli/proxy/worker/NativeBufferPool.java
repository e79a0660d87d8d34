package io.ouli.proxy.worker;

import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import java.lang.foreign.Arena;

/**
 * The native buffers of one worker, all of 16 KiB; the one used last is taken first, while it is still in the cache.
 *
 * <p>Memory is taken from the system when it is needed for the first time and kept until the worker ends. Back-pressure
 * bounds what each connection may hold.
 */
public final class NativeBufferPool implements AutoCloseable {
    private static final int SLAB_BUFFERS = 16;
    private static final long ALIGNMENT = 4_096;

    private final Arena arena = Arena.ofShared();
    private NativeBuffer free;
    private int allocated;
    private int taken;

    /** Makes an empty pool. */
    public NativeBufferPool() {
    }

    NativeBuffer take() {
        if (free == null) {
            grow();
        }
        final NativeBuffer buffer = free;
        free = buffer.next;
        buffer.next = null;
        buffer.length = 0;
        taken++;
        return buffer;
    }

    void release(final NativeBuffer buffer) {
        assert taken > 0;
        buffer.next = free;
        free = buffer;
        taken--;
    }

    /** {@return how many buffers are in use; 0 when nothing is on its way} */
    public int taken() {
        return taken;
    }

    /** {@return how many buffers there are} */
    public int allocated() {
        return allocated;
    }

    private void grow() {
        final var slab = NativeLedger.note(
                Owner.BUFFERS, arena.allocate((long) SLAB_BUFFERS * NativeBuffer.CAPACITY, ALIGNMENT));
        for (int i = SLAB_BUFFERS - 1; i >= 0; i--) {
            final NativeBuffer buffer =
                    new NativeBuffer(slab.asSlice((long) i * NativeBuffer.CAPACITY, NativeBuffer.CAPACITY));
            buffer.next = free;
            free = buffer;
        }
        allocated += SLAB_BUFFERS;
    }

    /** Frees all memory; no transport may use any of it then. */
    @Override
    public void close() {
        arena.close();
    }
}
