package io.ouli.engine.recording;

import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.memory.OffHeap;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * An index that is looked up in memory of its own, where each 4 KiB block of the file's is copied and checked the first
 * time that it is touched: nobody who cuts the file disturbs a look-up, and the memory has huge pages on every file
 * system. Safe for use by several threads; a look-up of blocks that are there takes no lock and allocates nothing.
 *
 * <p>In a block that fails its checksum, each entry's own checksum decides: a sound one is used; any other place is
 * {@link #LOST}, and a search that passes it and finds nothing ends with {@link Recording#DAMAGED}.
 */
final class Index {
    /** Stands for the offset where an entry may have been: its bytes cannot be trusted, nor can its emptiness. */
    private static final long LOST = -1;

    private final MemorySegment entries;
    private final int capacity;
    private final int shift;
    private final Bitmap loaded;
    private final MemorySegment source;
    private final long sourceEntries;
    private final MemorySegment blockTable;
    private int damagedBlocks;

    private Index(
            final MemorySegment entries,
            final int capacity,
            final MemorySegment source,
            final long sourceEntries,
            final MemorySegment blockTable,
            final OffHeap memory) {
        this.entries = entries;
        this.capacity = capacity;
        this.source = source;
        this.sourceEntries = sourceEntries;
        this.blockTable = blockTable;
        shift = IndexLayout.shift(capacity);
        loaded = new Bitmap(memory, capacity / IndexLayout.ENTRIES_PER_BLOCK);
    }

    /** Makes an index of a table that was built in memory. */
    static Index built(final MemorySegment table, final int capacity, final OffHeap memory) {
        final Index index = new Index(table, capacity, null, 0, null, memory);
        index.loaded.setAll();
        return index;
    }

    /**
     * Makes an index of a sealed file's, nothing of which is read yet.
     *
     * @param source        may be a mapped file.
     * @param sourceEntries where the entries begin in it.
     * @param blockTable    the blocks' checksums.
     * @param hugeLater     whether somebody will {@linkplain OffHeap#askForHugePages ask for huge pages} later.
     */
    static Index sealed(
            final MemorySegment source,
            final long sourceEntries,
            final MemorySegment blockTable,
            final int capacity,
            final OffHeap memory,
            final boolean hugeLater) {
        final long bytes = (long) capacity * IndexLayout.ENTRY_BYTES;
        final MemorySegment entries = hugeLater ? memory.allocateHugeLater(bytes) : memory.allocate(bytes);
        return new Index(entries, capacity, source, sourceEntries, blockTable, memory);
    }

    int capacity() {
        return capacity;
    }

    /** Returns the memory of the entries; a slot's tells the truth after {@link #find} or {@link #isUsable} gave it. */
    MemorySegment memory() {
        return entries;
    }

    /** Returns where the entry of a slot lies in {@link #memory}. */
    static long at(final long slot) {
        return slot * IndexLayout.ENTRY_BYTES;
    }

    /** Looks up one entry. @return its slot, {@link Recording#NOT_FOUND} or {@link Recording#DAMAGED}. */
    long find(final long k0, final long k1, final long k2, final long k3, final int occurrence) {
        long slot = IndexLayout.home(k0, occurrence, shift);
        boolean lost = false;
        for (int probe = 0; probe < IndexLayout.MAX_PROBES; probe++) {
            if (!loaded.get(slot >>> 6)) {
                load(slot >>> 6);
            }
            final long at = at(slot);
            final long offset = entries.get(Le.LONG, at + IndexLayout.OFFSET);
            if (offset == 0) {
                return lost ? Recording.DAMAGED : Recording.NOT_FOUND;
            }
            if (offset == LOST) {
                lost = true;
            } else if (hasKey(at, k0, k1, k2, k3)
                    && entries.get(Le.INT, at + IndexLayout.OCCURRENCE) == occurrence) {
                return slot;
            }
            slot = slot + 1 & capacity - 1;
        }
        return lost ? Recording.DAMAGED : Recording.NOT_FOUND;
    }

    /** Returns whether the entry at a place of {@link #memory} has this key. */
    boolean hasKey(final long at, final long k0, final long k1, final long k2, final long k3) {
        return entries.get(Le.LONG, at) == k0
                && entries.get(Le.LONG, at + 8) == k1
                && entries.get(Le.LONG, at + 16) == k2
                && entries.get(Le.LONG, at + 24) == k3;
    }

    /**
     * Touches the entry that the search for a key begins at, and the one behind it, where every third search goes on,
     * so that they are in the cache when they are searched.
     *
     * @return a number without meaning, which the caller must not ignore, or the compiler would ignore the touch.
     */
    long touch(final long k0, final int occurrence) {
        final long home = IndexLayout.home(k0, occurrence, shift);
        return entries.get(Le.LONG, at(home)) + entries.get(Le.LONG, at(home + 1 & capacity - 1));
    }

    /** Returns whether a slot holds an interaction, and can be trusted. */
    boolean isUsable(final long slot) {
        if (!loaded.get(slot >>> 6)) {
            load(slot >>> 6);
        }
        final long offset = entries.get(Le.LONG, at(slot) + IndexLayout.OFFSET);
        return offset != 0 && offset != LOST;
    }

    /** Copies and checks every block that is not there yet. @return how many blocks are damaged. */
    int loadAll() {
        load(0, blocks());
        return damagedBlocks();
    }

    /** Copies and checks the blocks of a range that are not there yet. */
    void load(final int firstBlock, final int endBlock) {
        for (int block = firstBlock; block < endBlock; block++) {
            if (!loaded.get(block)) {
                load(block);
            }
        }
    }

    int blocks() {
        return capacity / IndexLayout.ENTRIES_PER_BLOCK;
    }

    synchronized int damagedBlocks() {
        return damagedBlocks;
    }

    /**
     * Copies a block that is not there yet. Two threads may do so at once: what they copy has the same checksum, so it
     * is the same, and a reader of the one sees no change by the other.
     */
    private void load(final long block) {
        final Checksums crc = Checksums.local();
        final long at = block * IndexLayout.BLOCK_BYTES;
        boolean cut = false;
        try {
            final int actual = crc.ofBlock(source, sourceEntries + at, IndexLayout.BLOCK_BYTES);
            if (actual == blockTable.get(Le.INT, block * Integer.BYTES)) {
                MemorySegment.copy(crc.block(), 0, entries, Le.BYTE, at, IndexLayout.BLOCK_BYTES);
                loaded.set(block);
                return;
            }
        } catch (final FileCutException e) {
            cut = true;
        }
        salvage(block, cut ? null : Arrays.copyOf(crc.block(), IndexLayout.BLOCK_BYTES), crc);
    }

    /** Keeps what is sound of a damaged block; once. */
    private synchronized void salvage(final long block, final byte[] copy, final Checksums crc) {
        if (loaded.get(block)) {
            return;
        }
        damagedBlocks++;
        final long target = block * IndexLayout.BLOCK_BYTES;
        for (int at = 0; at < IndexLayout.BLOCK_BYTES; at += IndexLayout.ENTRY_BYTES) {
            if (copy != null && entryIsSound(copy, at, crc)) {
                MemorySegment.copy(copy, at, entries, Le.BYTE, target + at, IndexLayout.ENTRY_BYTES);
            } else {
                entries.set(Le.LONG, target + at + IndexLayout.OFFSET, LOST);
            }
        }
        loaded.set(block);
    }

    private static boolean entryIsSound(final byte[] block, final int at, final Checksums crc) {
        final MemorySegment bytes = MemorySegment.ofArray(block);
        return bytes.get(Le.LONG, at + IndexLayout.OFFSET) != 0
                && bytes.get(Le.INT, at + IndexLayout.CRC) == crc.of(block, at, IndexLayout.CRC);
    }
}
