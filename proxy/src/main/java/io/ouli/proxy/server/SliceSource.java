package io.ouli.proxy.server;

import io.ouli.engine.transport.Transport;
import java.lang.foreign.MemorySegment;

/** A long reply in slices, so that a slow client's time-out counts from slice to slice, and others get their turn. */
final class SliceSource implements ReplySource {
    /** At 60 s a slice, a client that takes 4 KiB/s is fast enough. */
    static final int SLICE_BYTES = 256 << 10;

    private final MemorySegment segment;
    private long offset;
    private long remaining;

    SliceSource(final MemorySegment segment, final long offset, final long length) {
        this.segment = segment;
        this.offset = offset;
        remaining = length;
    }

    @Override
    public int writeTo(final Transport transport, final int connection, final int mostParts) {
        final long slice = Math.min(remaining, SLICE_BYTES);
        transport.write(connection, segment, offset, slice);
        offset += slice;
        remaining -= slice;
        return 1;
    }

    @Override
    public boolean done() {
        return remaining == 0;
    }
}
