package io.ouli.engine.memory;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.Native;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeMemory;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Zeroed memory that is freed together: small pieces from an arena, large ones each in a mapping of huge pages, which
 * the kernel fills when they are touched. A huge page's zeros take a third of a millisecond; who cannot wait for the
 * first of them asks for huge pages later.
 */
public final class OffHeap implements AutoCloseable {
    /** From here on a piece has huge pages: below it they would waste more than they save. */
    static final long HUGE_BYTES = NativeMemory.HUGE_PAGE_LENGTH;
    /** From here on a piece beside a large one is mapped as well: zeros that nobody touches are never made. */
    static final long MAPPED_BYTES = 64 << 10;
    private static final long ALIGNMENT = 4_096;

    private final Arena arena = Arena.ofShared();
    private final List<NativeMemory> mappings = new ArrayList<>();
    private final List<NativeMemory> hugeLater = new ArrayList<>();

    /** Makes one that holds nothing yet. */
    public OffHeap() {
    }

    /** {@return the arena, for what is mapped or allocated by others and freed with this} */
    public Arena arena() {
        return arena;
    }

    /** {@return zeroed memory on a page boundary, for any thread} */
    public MemorySegment allocate(final long bytes) {
        return allocate(bytes, true);
    }

    /** The same, but a large piece has no huge pages before {@link #askForHugePages}. */
    public MemorySegment allocateHugeLater(final long bytes) {
        return allocate(bytes, false);
    }

    private MemorySegment allocate(final long bytes, final boolean hugeNow) {
        // The first native call of a process is dear, so what is small alone does without.
        if ((bytes > HUGE_BYTES || bytes > MAPPED_BYTES && !mappings.isEmpty()) && Native.available()) {
            try {
                return NativeLedger.note(Owner.TABLES, map(bytes, hugeNow).segment().asSlice(0, bytes));
            } catch (final NativeException e) {
                // The arena asks the same kernel in another way; if that fails too, it says so.
                return NativeLedger.note(Owner.TABLES, arena.allocate(bytes, ALIGNMENT));
            }
        }
        return NativeLedger.note(Owner.TABLES, arena.allocate(bytes, ALIGNMENT));
    }

    private NativeMemory map(final long bytes, final boolean hugeNow) {
        final ErrnoCapture capture = new ErrnoCapture();
        final boolean huge = bytes > HUGE_BYTES && MappedPages.HUGE;
        final NativeMemory mapping = !huge ? NativeMemory.anonymous(capture, bytes)
                : hugeNow ? NativeMemory.anonymousHuge(capture, bytes) : NativeMemory.anonymousAligned(capture, bytes);
        mappings.add(mapping);
        if (huge && !hugeNow) {
            hugeLater.add(mapping);
        }
        return mapping;
    }

    /** Asks for huge pages where that was left for later; what was touched keeps its small ones. Once only. */
    public void askForHugePages() {
        for (final NativeMemory mapping : hugeLater) {
            mapping.advise(new ErrnoCapture(), 0, mapping.length(), LibcHeader.MADV_HUGEPAGE);
        }
    }

    /** Frees everything. Once only. */
    @Override
    public void close() {
        arena.close();
        mappings.forEach(NativeMemory::close);
    }
}
