package io.ouli.engine.memory;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.Native;
import io.ouli.ffm.NativeMemory;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.MemorySegment;

/**
 * The pages of a mapped file: asks for huge ones, and brings them in before somebody has to wait for them.
 *
 * <p>What either is worth is measured with {@code -Douli.pages=small}, which asks for no huge pages, and with
 * {@code faulted}, which leaves every page to whoever touches it first.
 */
public final class MappedPages {
    /** Whether huge pages are wanted, of files and of no file. */
    static final boolean HUGE = !"small".equals(System.getProperty("ouli.pages"));
    private static final boolean POPULATED = !"faulted".equals(System.getProperty("ouli.pages"));
    private static final long PAGE_BYTES = 4_096;

    private MappedPages() {
    }

    /** Asks for huge pages; file systems with large folios give them (ext4 since 6.14), others leave it as it is. */
    public static void adviseHuge(final MemorySegment mapping) {
        if (Native.available() && mapping.isMapped()) {
            NativeMemory.advise(new ErrnoCapture(), mapping, 0, mapping.byteSize(),
                    HUGE ? LibcHeader.MADV_HUGEPAGE : LibcHeader.MADV_NOHUGEPAGE);
        }
    }

    /**
     * Brings a range in, and into the page table, without an error if memory is short.
     *
     * @param from on a page boundary.
     * @throws FileCutException if the file was cut.
     */
    public static void populate(final MemorySegment mapping, final long from, final long to) {
        if (from >= to || !POPULATED) {
            return;
        }
        if (!Native.available() || !mapping.isMapped() || !populateAtOnce(mapping, from, to)) {
            touch(mapping, from, to);
        }
    }

    /** Since 5.14; an older kernel answers EINVAL, and any kernel EFAULT behind the end of a file that was cut. */
    private static boolean populateAtOnce(final MemorySegment mapping, final long from, final long to) {
        return NativeMemory.advise(
                new ErrnoCapture(), mapping, from, to - from, LibcHeader.MADV_POPULATE_READ) == 0;
    }

    /** The same without a native call: touches each page. */
    public static void touch(final MemorySegment mapping, final long from, final long to) {
        if (!POPULATED) {
            return;
        }
        for (long at = from; at < to; at += PAGE_BYTES) {
            GuardedCopy.touch(mapping, at);
        }
    }
}
