package io.ouli.engine.memory;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.Native;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * Zeroed memory that nobody frees: it goes when the collector finds that nobody reaches it, so a thread that still
 * holds it is safe. The zeros of a large piece are made by the kernel, a page at a time, when a page is touched; who
 * takes it on the path of a request does not wait for all of them.
 */
public final class CollectedMemory {
    /** From here on a piece is mapped; below it a fault for each page costs more than zeros at once. */
    static final long MAPPED_BYTES = 64 << 10;

    private CollectedMemory() {
    }

    /** {@return zeroed memory on a boundary of 8 bytes, for any thread} */
    public static MemorySegment allocate(final Owner owner, final long bytes) {
        return NativeLedger.note(owner, bytes >= MAPPED_BYTES && Native.available()
                ? mapped(bytes, length -> NativeMemory.collected(new ErrnoCapture(), length))
                : small(bytes));
    }

    /** @param mapping what maps so many bytes, or throws a {@link NativeException}. */
    static MemorySegment mapped(final long bytes, final LongFunction<MemorySegment> mapping) {
        try {
            return mapping.apply(bytes);
        } catch (final NativeException e) {
            // The arena asks the same kernel in another way; if that fails too, it says so.
            return small(bytes);
        }
    }

    private static MemorySegment small(final long bytes) {
        return Arena.ofAuto().allocate(bytes, Long.BYTES);
    }
}
