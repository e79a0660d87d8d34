package io.ouli.engine.recording;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An index that is looked up in place: in the mapped file, where each 4 KiB block is checked the first time that it is
 * touched, or in memory. Safe for use by several threads, without locks; a look-up of checked blocks allocates nothing.
 *
 * <p>In a block that fails its checksum, each entry's own checksum decides: a sound one is used; one that is not makes
 * every search that passes it end with {@link Recording#DAMAGED}, for it may have been what was searched.
 */
final class Index {
    private final MemorySegment memory;
    private final long entries;
    private final long blockTable;
    private final int capacity;
    private final int shift;
    private final Bitmap soundBlocks;
    private final Bitmap damagedBlocks;

    /**
     * Creates an index over a segment.
     *
     * @param entries    where the entries begin in it.
     * @param blockTable where the blocks' checksums begin, or -1 if the entries are known to be sound.
     */
    Index(
            final MemorySegment memory,
            final long entries,
            final long blockTable,
            final int capacity,
            final Arena arena) {
        this.memory = memory;
        this.entries = entries;
        this.blockTable = blockTable;
        this.capacity = capacity;
        shift = IndexLayout.shift(capacity);
        soundBlocks = new Bitmap(arena, capacity / IndexLayout.ENTRIES_PER_BLOCK);
        damagedBlocks = new Bitmap(arena, capacity / IndexLayout.ENTRIES_PER_BLOCK);
        if (blockTable < 0) {
            soundBlocks.setAll();
        }
    }

    int capacity() {
        return capacity;
    }

    MemorySegment memory() {
        return memory;
    }

    /** Returns where the entry of a slot lies in {@link #memory}. */
    long at(final long slot) {
        return entries + slot * IndexLayout.ENTRY_BYTES;
    }

    /** Looks up one entry. @return its slot, {@link Recording#NOT_FOUND} or {@link Recording#DAMAGED}. */
    long find(final long k0, final long k1, final long k2, final long k3, final int occurrence) {
        long slot = IndexLayout.home(k0, occurrence, shift);
        boolean damaged = false;
        for (int probe = 0; probe < IndexLayout.MAX_PROBES; probe++) {
            final long at = entries + slot * IndexLayout.ENTRY_BYTES;
            final boolean sound = soundBlocks.get(slot >>> 6) || checkBlock(slot >>> 6);
            if (!sound && !entryIsSound(slot)) {
                damaged = true;
            } else if (memory.get(Le.LONG, at + IndexLayout.OFFSET) == 0) {
                // A block that was lost whole looks empty: only a sound block's emptiness means something.
                return damaged || !sound ? Recording.DAMAGED : Recording.NOT_FOUND;
            } else if (memory.get(Le.LONG, at) == k0
                    && memory.get(Le.LONG, at + 8) == k1
                    && memory.get(Le.LONG, at + 16) == k2
                    && memory.get(Le.LONG, at + 24) == k3
                    && memory.get(Le.INT, at + IndexLayout.OCCURRENCE) == occurrence) {
                return slot;
            }
            slot = slot + 1 & capacity - 1;
        }
        return damaged ? Recording.DAMAGED : Recording.NOT_FOUND;
    }

    /**
     * Touches the entry that the search for a key begins at, so that it is in the cache when it is searched.
     *
     * @return a number without meaning, which the caller must not ignore, or the compiler would ignore the touch.
     */
    long touch(final long k0, final int occurrence) {
        return memory.get(Le.LONG, at(IndexLayout.home(k0, occurrence, shift)));
    }

    /** Returns whether a slot holds an interaction, and can be trusted. */
    boolean isUsable(final long slot) {
        final boolean sound = soundBlocks.get(slot >>> 6) || checkBlock(slot >>> 6) || entryIsSound(slot);
        return sound && memory.get(Le.LONG, at(slot) + IndexLayout.OFFSET) != 0;
    }

    /** Checks every block. @return how many are damaged. */
    long checkAll() {
        long damaged = 0;
        for (long block = 0; block < capacity / IndexLayout.ENTRIES_PER_BLOCK; block++) {
            damaged += soundBlocks.get(block) || checkBlock(block) ? 0 : 1;
        }
        return damaged;
    }

    private boolean checkBlock(final long block) {
        if (damagedBlocks.get(block)) {
            return false;
        }
        final int actual = Checksums.local().of(
                memory, entries + block * IndexLayout.BLOCK_BYTES, IndexLayout.BLOCK_BYTES);
        final boolean sound = actual == memory.get(Le.INT, blockTable + block * Integer.BYTES);
        (sound ? soundBlocks : damagedBlocks).set(block);
        return sound;
    }

    private boolean entryIsSound(final long slot) {
        final byte[] copy = new byte[IndexLayout.ENTRY_BYTES];
        final MemorySegment entry = MemorySegment.ofArray(copy);
        MemorySegment.copy(memory, at(slot), entry, 0, IndexLayout.ENTRY_BYTES);
        if (entry.get(Le.LONG, IndexLayout.OFFSET) == 0) {
            return entry.mismatch(MemorySegment.ofArray(new byte[IndexLayout.ENTRY_BYTES])) < 0;
        }
        return entry.get(Le.INT, IndexLayout.CRC) == Checksums.local().of(entry, 0, IndexLayout.CRC);
    }
}
