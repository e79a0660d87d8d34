package io.ouli.proxy.facts;

import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger.Range;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which part of this process's memory is whose, by pages that are in memory.
 *
 * <p>What Ouli takes outside the heap is in the ledger by address; the kernel tells of each page whether it is there
 * ({@code /proc/self/pagemap}); the rest is told apart by the kernel's list of mappings ({@code /proc/self/smaps}).
 *
 * @param processBytes what the kernel counts for the whole process; 0 where it does not tell.
 * @param owned        of each owner in Ouli, in bytes.
 * @param others       of the virtual machine, by name, in bytes.
 */
public record ResidentMemory(long processBytes, Map<Owner, Long> owned, Map<String, Long> others) {
    /** The Java heap; told apart as long as its pointers are compressed. */
    public static final String HEAP = "heap";
    /** Libraries, jars and caches. */
    public static final String FILES = "files";
    /** Compiled code, classes, stacks, and what the virtual machine allocates for itself. */
    public static final String MACHINE = "machine";

    private static final Path PAGEMAP = Path.of("/proc/self/pagemap");
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RECORDING = ".ouli";
    private static final String RING = "anon_inode:[io_uring]";
    /** With compressed pointers the heap ends here at the latest, and nothing else of no file lies before. */
    private static final long COMPRESSED_END = 32L << 30;
    private static final long PAGE_BYTES = 4_096;
    private static final long PRESENT = 1L << 63;
    private static final int CHUNK_PAGES = 8_192;
    private static final int KIB = 1_024;

    /** Reads it; all zeros where there is no {@code /proc}. */
    public static ResidentMemory read() {
        final Map<Owner, Long> owned = readOwned();
        long heap = 0;
        long files = 0;
        long anonymous = 0;
        long start = 0;
        String name = "";
        for (final String line : ProcFiles.text(MAPPINGS).split("\n")) {
            final int dash = line.indexOf('-');
            if (dash > 0 && line.indexOf(':') != line.length() - 1 && isAddress(line, dash)) {
                start = Long.parseUnsignedLong(line, 0, dash, 16);
                final String[] fields = line.split(" +", 6);
                name = fields.length < 6 ? "" : fields[5];
            } else if (line.startsWith("Rss:")) {
                final long bytes = Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
                if (name.startsWith("/") && !name.endsWith(RECORDING)) {
                    files += bytes;
                } else if (!name.startsWith("/") && !name.equals(RING)) {
                    heap += name.isEmpty() && Long.compareUnsigned(start, COMPRESSED_END) < 0 ? bytes : 0;
                    anonymous += bytes;
                }
            }
        }
        // Of no file: the heap, ours, and the machine's. The rings are the kernel's own memory, in no count of ours.
        final long ours = owned.entrySet().stream()
                .filter(entry -> entry.getKey() != Owner.RECORDINGS && entry.getKey() != Owner.RINGS)
                .mapToLong(Map.Entry::getValue).sum();
        final Map<String, Long> others = new LinkedHashMap<>();
        others.put(HEAP, heap);
        others.put(FILES, files);
        others.put(MACHINE, Math.max(0, anonymous - heap - ours));
        return new ResidentMemory(process(), owned, others);
    }

    private static boolean isAddress(final String line, final int dash) {
        for (int i = 0; i < dash; i++) {
            if (Character.digit(line.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static long process() {
        final String kib = ProcFiles.value(ProcFiles.text(STATUS), "VmRSS").replaceAll("[^0-9]", "");
        return kib.isEmpty() ? 0 : Long.parseLong(kib) * KIB;
    }

    private static Map<Owner, Long> readOwned() {
        final Map<Owner, Long> owned = new EnumMap<>(Owner.class);
        for (final Owner owner : Owner.values()) {
            owned.put(owner, 0L);
        }
        try (FileChannel pages = FileChannel.open(PAGEMAP, StandardOpenOption.READ)) {
            for (final Range range : NativeLedger.ranges()) {
                owned.merge(range.owner(), resident(pages, range.address(), range.bytes()), Long::sum);
            }
        } catch (final IOException notLinux) {
            return owned;
        }
        return owned;
    }

    /** {@return how many bytes of a range lie in pages that are in memory; 8 bytes in the file stand for a page} */
    static long resident(final FileChannel pages, final long address, final long bytes) throws IOException {
        final ByteBuffer entries = ByteBuffer.allocate(CHUNK_PAGES * Long.BYTES).order(ByteOrder.nativeOrder());
        final long end = address + bytes;
        long sum = 0;
        long page = address / PAGE_BYTES;
        while (page * PAGE_BYTES < end) {
            final long left = Math.ceilDiv(end, PAGE_BYTES) - page;
            entries.clear().limit((int) Math.min(left, CHUNK_PAGES) * Long.BYTES);
            if (pages.read(entries, page * Long.BYTES) <= 0) {
                return sum;
            }
            entries.flip();
            while (entries.remaining() >= Long.BYTES) {
                if ((entries.getLong() & PRESENT) != 0) {
                    sum += Math.min(end, (page + 1) * PAGE_BYTES) - Math.max(address, page * PAGE_BYTES);
                }
                page++;
            }
        }
        return sum;
    }

    /** {@return the sum of all parts; the kernel's count of the process is to be compared with it} */
    public long sum() {
        return owned.entrySet().stream().filter(entry -> entry.getKey() != Owner.RINGS)
                .mapToLong(Map.Entry::getValue).sum()
                + others.values().stream().mapToLong(Long::longValue).sum();
    }
}
