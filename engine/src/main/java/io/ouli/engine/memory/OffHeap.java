package io.ouli.engine.memory;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.Native;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Zeroed memory that is freed together: small pieces from an arena, large ones each in a mapping of huge pages, which
 * the kernel fills when they are touched.
 */
public final class OffHeap implements AutoCloseable {
    /** From here on a piece has huge pages: below it they would waste more than they save. */
    static final long HUGE_BYTES = NativeMemory.HUGE_PAGE_LENGTH;
    private static final long ALIGNMENT = 4_096;

    private final Arena arena = Arena.ofShared();
    private final List<NativeMemory> mappings = new ArrayList<>();

    /** Returns the arena, for what is mapped or allocated by others and freed with this. */
    public Arena arena() {
        return arena;
    }

    /** Returns zeroed memory on a page boundary, for any thread. */
    public MemorySegment allocate(final long bytes) {
        if (bytes > HUGE_BYTES && MappedPages.HUGE && Native.available()) {
            try {
                final NativeMemory mapping = NativeMemory.anonymousHuge(new ErrnoCapture(), bytes);
                mappings.add(mapping);
                return NativeLedger.note(Owner.TABLES, mapping.segment().asSlice(0, bytes));
            } catch (final NativeException e) {
                // The arena asks the same kernel in another way; if that fails too, it says so.
                return NativeLedger.note(Owner.TABLES, arena.allocate(bytes, ALIGNMENT));
            }
        }
        return NativeLedger.note(Owner.TABLES, arena.allocate(bytes, ALIGNMENT));
    }

    /** Frees everything. Once only. */
    @Override
    public void close() {
        arena.close();
        mappings.forEach(NativeMemory::close);
    }
}
