package io.ouli.engine.metrics;

import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeLedger.Owner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Longs off-heap that one thread writes, without a locked instruction, and any thread reads.
 *
 * <p>A block is padded by two cache lines at both ends, so that no two writers share a line or a prefetched pair.
 */
public final class CounterCells {
    private static final VarHandle VALUE = ValueLayout.JAVA_LONG.varHandle();
    private static final long PADDING_BYTES = 128;

    private final MemorySegment values;

    /** Allocates so many zeros, for as long as this object lives. */
    public CounterCells(final int count) {
        values = NativeLedger.note(Owner.COUNTERS,
                Arena.ofAuto().allocate(PADDING_BYTES * 2 + (long) count * Long.BYTES, PADDING_BYTES));
    }

    /** Adds; the owner thread only. Opaque, not atomic: there is one writer, and a reader may be a moment behind. */
    public void add(final int index, final long delta) {
        if (Metrics.ON) {
            final long offset = offset(index);
            VALUE.setOpaque(values, offset, (long) VALUE.get(values, offset) + delta);
        }
    }

    /** Sets a value if it is larger than what stands there; the owner thread only. */
    public void raise(final int index, final long value) {
        final long offset = offset(index);
        if (Metrics.ON && value > (long) VALUE.get(values, offset)) {
            VALUE.setOpaque(values, offset, value);
        }
    }

    /** {@return a value; from any thread} */
    public long get(final int index) {
        return (long) VALUE.getOpaque(values, offset(index));
    }

    private static long offset(final int index) {
        return PADDING_BYTES + (long) index * Long.BYTES;
    }
}
