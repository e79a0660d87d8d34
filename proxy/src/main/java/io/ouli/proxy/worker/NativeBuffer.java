package io.ouli.proxy.worker;

import java.lang.foreign.MemorySegment;

/** A piece of native memory for bytes on their way to a socket, from a {@link NativeBufferPool}. */
final class NativeBuffer {
    static final int CAPACITY = 16 << 10;

    final MemorySegment segment;
    int length;
    /** The next one in the pool or in a queue. */
    NativeBuffer next;

    NativeBuffer(final MemorySegment segment) {
        this.segment = segment;
    }

    int free() {
        return CAPACITY - length;
    }
}
