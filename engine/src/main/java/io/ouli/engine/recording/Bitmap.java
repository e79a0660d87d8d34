package io.ouli.engine.recording;

import io.ouli.engine.memory.OffHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** Bits outside the heap that several threads set and none clears. */
final class Bitmap {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final VarHandle WORD = LONG.varHandle();

    private final MemorySegment words;

    Bitmap(final OffHeap memory, final long bits) {
        words = memory.allocate((bits + Long.SIZE - 1) / Long.SIZE * Long.BYTES);
    }

    /** Whoever sees the bit sees what was written before it was set. */
    boolean get(final long bit) {
        return ((long) WORD.getAcquire(words, (bit >>> 6) << 3) & 1L << bit) != 0;
    }

    void set(final long bit) {
        WORD.getAndBitwiseOrRelease(words, (bit >>> 6) << 3, 1L << bit);
    }

    void setAll() {
        words.fill((byte) 0xFF);
    }
}
