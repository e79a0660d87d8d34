package io.ouli.engine.metrics;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The counters of one thread, off-heap; that thread alone adds, any thread reads.
 *
 * <p>A block is padded by two cache lines at both ends, so that no two writers share a line or a prefetched pair.
 */
public final class Counters {
    private static final VarHandle VALUE = ValueLayout.JAVA_LONG.varHandle();
    private static final long PADDING_BYTES = 128;

    private final MemorySegment values;

    /** Allocates a block of zeros for the life of the process. */
    public Counters() {
        final long bytes = PADDING_BYTES * 2 + (long) Counter.values().length * Long.BYTES;
        values = Arena.ofAuto().allocate(bytes, PADDING_BYTES);
    }

    /** Adds one; the owner thread only. */
    public void increment(final Counter counter) {
        add(counter, 1);
    }

    /** Adds; the owner thread only. Opaque, not atomic: there is one writer, and a reader may be a moment behind. */
    public void add(final Counter counter, final long delta) {
        final long offset = offset(counter);
        VALUE.setOpaque(values, offset, (long) VALUE.get(values, offset) + delta);
    }

    /** Returns the value; from any thread. */
    public long get(final Counter counter) {
        return (long) VALUE.getOpaque(values, offset(counter));
    }

    private static long offset(final Counter counter) {
        return PADDING_BYTES + (long) counter.ordinal() * Long.BYTES;
    }
}
