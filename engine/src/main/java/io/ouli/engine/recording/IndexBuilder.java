package io.ouli.engine.recording;

import io.ouli.engine.memory.OffHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Makes the table of an index, outside the heap: numbers the occurrences by sequence, hashes, computes checksums. */
final class IndexBuilder {
    /** Thrown when keys collide so much that only somebody's intention explains it. */
    static final class HostileKeysException extends Exception {
        private static final long serialVersionUID = 1L;

        HostileKeysException() {
            super("more than " + IndexLayout.MAX_PROBES + " keys collide");
        }
    }

    private final EntryLog log;
    private final MemorySegment table;
    private final int capacity;
    private final int shift;
    private int keys;
    private int lastSequence;

    private IndexBuilder(final EntryLog log, final int capacity, final MemorySegment table) {
        this.log = log;
        this.capacity = capacity;
        this.table = table;
        shift = IndexLayout.shift(capacity);
    }

    /** Builds the table; it lives as long as the arena. */
    static IndexBuilder build(final EntryLog log, final Arena arena) throws HostileKeysException {
        final int capacity = IndexLayout.capacity(log.count());
        return build(log, capacity, arena.allocate(bytes(capacity), IndexLayout.BLOCK_BYTES));
    }

    /** The same, in huge pages if it is large. */
    static IndexBuilder build(final EntryLog log, final OffHeap memory) throws HostileKeysException {
        final int capacity = IndexLayout.capacity(log.count());
        return build(log, capacity, memory.allocate(bytes(capacity)));
    }

    private static long bytes(final int capacity) {
        return (long) capacity * IndexLayout.ENTRY_BYTES;
    }

    private static IndexBuilder build(final EntryLog log, final int capacity, final MemorySegment table)
            throws HostileKeysException {
        final IndexBuilder builder = new IndexBuilder(log, capacity, table);
        builder.insertAll();
        builder.finish();
        return builder;
    }

    MemorySegment table() {
        return table;
    }

    int capacity() {
        return capacity;
    }

    int keys() {
        return keys;
    }

    int lastSequence() {
        return lastSequence;
    }

    private void insertAll() throws HostileKeysException {
        final int count = log.count();
        try (Arena scratch = Arena.ofConfined()) {
            // Sequences are unsigned; equal ones, which only a hostile file has, stay in the order of the file.
            final MemorySegment order = scratch.allocate(ValueLayout.JAVA_LONG, Math.max(1, count));
            for (int i = 0; i < count; i++) {
                order.setAtIndex(ValueLayout.JAVA_LONG, i, (long) log.sequence(i) << 32 | i);
            }
            OffHeapSort.sort(order, count);
            for (int i = 0; i < count; i++) {
                insert((int) order.getAtIndex(ValueLayout.JAVA_LONG, i));
            }
        }
        lastSequence = Math.max(0, log.lastSequence());
    }

    /** While the table is being built, the checksum of a key's first entry counts the key's interactions. */
    private void insert(final int index) throws HostileKeysException {
        final MemorySegment source = log.segment(index);
        final long from = log.offset(index);
        final long first = find(source, from, 0);
        final int occurrence = isUsed(first) ? table.get(Le.INT, first + IndexLayout.CRC) : 0;
        final long target = occurrence == 0 ? first : find(source, from, occurrence);
        assert !isUsed(target);
        MemorySegment.copy(source, from, table, target, IndexLayout.ENTRY_BYTES);
        table.set(Le.INT, target + IndexLayout.OCCURRENCE, occurrence);
        table.set(Le.INT, first + IndexLayout.CRC, occurrence + 1);
        if (occurrence == 0) {
            keys++;
        }
    }

    /** {@return where the entry of (key, occurrence) is, or where it would go} */
    private long find(final MemorySegment key, final long keyAt, final int occurrence) throws HostileKeysException {
        int slot = IndexLayout.home(key.get(Le.LONG, keyAt), occurrence, shift);
        for (int probe = 0; probe < IndexLayout.MAX_PROBES; probe++) {
            final long at = (long) slot * IndexLayout.ENTRY_BYTES;
            if (!isUsed(at)
                    || table.get(Le.INT, at + IndexLayout.OCCURRENCE) == occurrence
                    && MemorySegment.mismatch(key, keyAt, keyAt + FrameHeader.KEY_BYTES,
                            table, at, at + FrameHeader.KEY_BYTES) < 0) {
                return at;
            }
            slot = slot + 1 & capacity - 1;
        }
        throw new HostileKeysException();
    }

    private boolean isUsed(final long at) {
        return table.get(Le.LONG, at + IndexLayout.OFFSET) != 0;
    }

    private void finish() throws HostileKeysException {
        for (long at = 0; at < table.byteSize(); at += IndexLayout.ENTRY_BYTES) {
            if (isUsed(at) && table.get(Le.INT, at + IndexLayout.OCCURRENCE) == 0) {
                final long last = find(table, at, table.get(Le.INT, at + IndexLayout.CRC) - 1);
                final int flags = table.get(Le.SHORT, last + IndexLayout.FLAGS) | FrameFlags.LAST;
                table.set(Le.SHORT, last + IndexLayout.FLAGS, (short) flags);
            }
        }
        final Checksums crc = Checksums.local();
        for (long at = 0; at < table.byteSize(); at += IndexLayout.ENTRY_BYTES) {
            if (isUsed(at)) {
                table.set(Le.INT, at + IndexLayout.CRC, crc.of(table, at, IndexLayout.CRC));
            }
        }
    }
}
