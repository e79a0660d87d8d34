package io.ouli.engine.metrics;

import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeLedger.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The memory of this process.
 *
 * @param heapBytes     of the heap in use, garbage included.
 * @param mappedBytes   of recordings that are mapped; what of them is in memory the kernel decides.
 * @param arenaBytes    outside the heap, in tables, buffers, rings and counters, whether they were touched or not.
 * @param residentBytes of the whole process in memory, as the kernel counts; -1 where it does not tell.
 */
public record MemoryUse(long heapBytes, long mappedBytes, long arenaBytes, long residentBytes) {
    private static final Path RESIDENT = Path.of("/proc/self/status");
    private static final String LINE = "VmRSS:";
    private static final int KIB = 1_024;

    /** {@return it as it is now} */
    public static MemoryUse now() {
        final Runtime runtime = Runtime.getRuntime();
        long arenas = 0;
        for (final Owner owner : Owner.values()) {
            arenas += owner == Owner.RECORDINGS ? 0 : NativeLedger.bytes(owner);
        }
        return new MemoryUse(runtime.totalMemory() - runtime.freeMemory(), NativeLedger.bytes(Owner.RECORDINGS),
                arenas, resident());
    }

    private static long resident() {
        try {
            for (final String line : Files.readAllLines(RESIDENT)) {
                if (line.startsWith(LINE)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
                }
            }
        } catch (final IOException notLinux) {
            return -1;
        }
        return -1;
    }
}
