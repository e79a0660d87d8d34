package io.ouli.engine.recording;

import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.memory.GuardedCopy;
import io.ouli.engine.memory.OffHeap;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * An index that is looked up in memory of its own, where each 4 KiB block of the file's is copied and checked the first
 * time that it is touched: nobody who cuts the file disturbs a look-up, and the memory has huge pages on every file
 * system. Safe for use by several threads; a look-up of blocks that are there takes no lock and allocates nothing.
 *
 * <p>A search asks the {@linkplain SlotTags tags} of the slots first, which know all but which of 128 keys it is.
 *
 * <p>A block that fails its checksum, or has an entry where no search for it comes, is {@linkplain IndexRepair made
 * anew} from the interactions; by another thread if {@linkplain #repairBy one is there}, and until then a search that
 * meets the block ends with {@link Recording#LATER}.
 * Where that does not succeed, each entry's own checksum decides: a sound one is used; any other place is
 * {@link SlotTags#LOST}, and a search that passes it and finds nothing ends with {@link Recording#DAMAGED}.
 */
final class Index {
    private final MemorySegment entries;
    private final int capacity;
    private final int shift;
    private final SlotTags tags;
    private final MemorySegment source;
    private final long sourceEntries;
    private final MemorySegment blockTable;
    /** Null where somebody else cares for damage, and after the only repair has begun. */
    private IndexRepair repair;
    /** Null where nobody can repair it. */
    private final Errand repairing;
    private Residency repairer;
    private RefCounted owner;
    private int damagedBlocks;

    private Index(
            final MemorySegment entries,
            final int capacity,
            final MemorySegment source,
            final long sourceEntries,
            final MemorySegment blockTable,
            final MemorySegment tags,
            final IndexRepair repair) {
        this.entries = entries;
        this.capacity = capacity;
        this.source = source;
        this.sourceEntries = sourceEntries;
        this.blockTable = blockTable;
        shift = IndexLayout.shift(capacity);
        this.tags = new SlotTags(tags, capacity);
        this.repair = repair;
        repairing = repair == null ? null : new Errand();
    }

    /**
     * Lets a thread of somebody's repair it, and not the one that finds damage; before it is used.
     *
     * @param by  whose thread.
     * @param of  whose memory this is in.
     */
    void repairBy(final Residency by, final RefCounted of) {
        repairer = by;
        owner = of;
    }

    /** {@return what repairs it, or null if nothing ever does} */
    Errand repairing() {
        return repairing;
    }

    /** {@return whether it is being repaired by another thread} */
    boolean isSettling() {
        return repairing != null && repairing.isRunning();
    }

    /** Waits until it is not being repaired. */
    void settle() {
        if (repairing != null) {
            repairing.await();
        }
    }

    /** Makes an index of a table that was built in memory. */
    static Index built(final MemorySegment table, final int capacity, final OffHeap memory) {
        final Index index = new Index(
                table, capacity, null, 0, null, memory.allocate(SlotTags.bytes(capacity)), null);
        for (int block = 0; block < index.blocks(); block++) {
            index.tag(block, table, (long) block * IndexLayout.BLOCK_BYTES);
        }
        return index;
    }

    /**
     * Makes an index of a sealed file's, nothing of which is read yet.
     *
     * @param source        may be a mapped file.
     * @param sourceEntries where the entries begin in it.
     * @param blockTable    the blocks' checksums.
     * @param repair        makes damaged blocks anew, or null.
     * @param hugeLater     whether somebody will {@linkplain OffHeap#askForHugePages ask for huge pages} later.
     */
    static Index sealed(
            final MemorySegment source,
            final long sourceEntries,
            final MemorySegment blockTable,
            final int capacity,
            final OffHeap memory,
            final IndexRepair repair,
            final boolean hugeLater) {
        final long bytes = (long) capacity * IndexLayout.ENTRY_BYTES;
        final long tagBytes = SlotTags.bytes(capacity);
        final MemorySegment entries = hugeLater ? memory.allocateHugeLater(bytes) : memory.allocate(bytes);
        final MemorySegment tags = hugeLater ? memory.allocateHugeLater(tagBytes) : memory.allocate(tagBytes);
        return new Index(entries, capacity, source, sourceEntries, blockTable, tags, repair);
    }

    int capacity() {
        return capacity;
    }

    /**
     * {@return the memory of the entries; a slot's tells the truth after {@link #find} or {@link #isUsable} gave it}
     */
    MemorySegment memory() {
        return entries;
    }

    /** {@return where the entry of a slot lies in {@link #memory}} */
    static long at(final long slot) {
        return slot * IndexLayout.ENTRY_BYTES;
    }

    /**
     * Looks up one entry.
     *
     * @return its slot, or what {@link Recording#find} gives instead.
     */
    long find(final long k0, final long k1, final long k2, final long k3, final int occurrence) {
        final long hash = IndexLayout.hash(k0, occurrence);
        final int home = (int) (hash >>> shift);
        final long group = tags.group(home);
        final long noEntries = SlotTags.noEntries(group);
        final long matches = SlotTags.matches(group, SlotTags.wanted(hash), noEntries);
        if (matches != 0) {
            final int slot = home + SlotTags.first(matches) & capacity - 1;
            if (isEntry(slot, k0, k1, k2, k3, occurrence)) {
                return slot;
            }
        }
        return search(hash, k0, k1, k2, k3, occurrence);
    }

    /**
     * Looks up the first occurrence of a slot's key.
     *
     * @return as {@link #find}.
     */
    long first(final long slot) {
        final long at = at(slot);
        return find(entries.get(Le.LONG, at), entries.get(Le.LONG, at + 8), entries.get(Le.LONG, at + 16),
                entries.get(Le.LONG, at + 24), 0);
    }

    /** Looks up one entry that is not the first with its tag, or not in the first group, or not there. */
    private long search(
            final long hash, final long k0, final long k1, final long k2, final long k3, final int occurrence) {
        final long wanted = SlotTags.wanted(hash);
        int slot = (int) (hash >>> shift);
        int left = IndexLayout.MAX_PROBES;
        boolean lost = false;
        while (left > 0) {
            final long group = tags.group(slot);
            final long noEntries = SlotTags.noEntries(group);
            for (long rest = SlotTags.matches(group, wanted, noEntries); rest != 0; rest &= rest - 1) {
                final int place = SlotTags.first(rest);
                final int found = slot + place & capacity - 1;
                if (place < left && isEntry(found, k0, k1, k2, k3, occurrence)) {
                    return found;
                }
            }
            final int passed = noEntries == 0 ? SlotTags.GROUP : SlotTags.first(noEntries);
            slot = slot + passed & capacity - 1;
            left -= passed;
            if (noEntries != 0 && left > 0) {
                final int tag = tags.get(slot);
                if (tag == SlotTags.UNUSED) {
                    break;
                } else if (tag == SlotTags.LOST) {
                    lost = true;
                    slot = slot + 1 & capacity - 1;
                    left--;
                } else if (tag == SlotTags.UNKNOWN) {
                    load(slot / IndexLayout.ENTRIES_PER_BLOCK);
                    if (tags.get(slot) == SlotTags.UNKNOWN) {
                        return Recording.LATER;
                    }
                }
            }
        }
        return lost ? Recording.DAMAGED : Recording.NOT_FOUND;
    }

    private boolean isEntry(
            final int slot, final long k0, final long k1, final long k2, final long k3, final int occurrence) {
        final long at = at(slot);
        return hasKey(at, k0, k1, k2, k3) && entries.get(Le.INT, at + IndexLayout.OCCURRENCE) == occurrence;
    }

    /**
     * Looks up several: first asks the tags of all, then touches the entries that they name, then compares. So the
     * processor waits for all of them at once. What is no hit at first sight is looked up again, one by one.
     */
    void find(
            final byte[] keys,
            final int keysOffset,
            final int[] occurrences,
            final long[] slots,
            final int count) {
        for (int i = 0; i < count; i++) {
            final long hash = IndexLayout.hash(
                    (long) Le.ARRAY_LONG.get(keys, keysOffset + i * FrameHeader.KEY_BYTES), occurrences[i]);
            final int home = (int) (hash >>> shift);
            final long group = tags.peek(home);
            final long matches = SlotTags.matches(group, SlotTags.wanted(hash), SlotTags.noEntries(group));
            slots[i] = home + SlotTags.first(matches) & capacity - 1;
        }
        VarHandle.loadLoadFence();
        for (int i = 0; i < count; i++) {
            final long key = (long) Le.ARRAY_LONG.get(keys, keysOffset + i * FrameHeader.KEY_BYTES);
            final long different = entries.get(Le.LONG, at(slots[i])) ^ key;
            slots[i] ^= (different | -different) >> Long.SIZE - 1;
        }
        for (int i = 0; i < count; i++) {
            final int at = keysOffset + i * FrameHeader.KEY_BYTES;
            if (slots[i] < 0 || !continues(slots[i], keys, at, occurrences[i])) {
                slots[i] = find(
                        (long) Le.ARRAY_LONG.get(keys, at),
                        (long) Le.ARRAY_LONG.get(keys, at + 8),
                        (long) Le.ARRAY_LONG.get(keys, at + 16),
                        (long) Le.ARRAY_LONG.get(keys, at + 24),
                        occurrences[i]);
            }
        }
    }

    /**
     * Touches the entries that the first occurrences of keys probably have: look-ups that follow find them near.
     *
     * @param slots is given the places that were touched, whatever is there.
     * @return a number that has to be kept: who reads nothing touches nothing.
     */
    long touch(final byte[] keys, final long[] slots, final int count) {
        for (int i = 0; i < count; i++) {
            final long hash =
                    IndexLayout.hash((long) Le.ARRAY_LONG.get(keys, i * FrameHeader.KEY_BYTES), 0);
            final int home = (int) (hash >>> shift);
            final long group = tags.peek(home);
            final long matches = SlotTags.matches(group, SlotTags.wanted(hash), SlotTags.noEntries(group));
            slots[i] = home + SlotTags.first(matches) & capacity - 1;
        }
        long touched = 0;
        for (int i = 0; i < count; i++) {
            touched += entries.get(Le.LONG, at(slots[i]));
        }
        return touched;
    }

    /** {@return whether all but the first 8 bytes of a key, and the occurrence, are an entry's; in one comparison} */
    private boolean continues(final long slot, final byte[] keys, final int keyOffset, final int occurrence) {
        final long at = at(slot);
        return ((entries.get(Le.LONG, at + 8) ^ (long) Le.ARRAY_LONG.get(keys, keyOffset + 8))
                | (entries.get(Le.LONG, at + 16) ^ (long) Le.ARRAY_LONG.get(keys, keyOffset + 16))
                | (entries.get(Le.LONG, at + 24) ^ (long) Le.ARRAY_LONG.get(keys, keyOffset + 24))
                | (entries.get(Le.INT, at + IndexLayout.OCCURRENCE) ^ occurrence)) == 0;
    }

    /** {@return whether the entry at a place of {@link #memory} has this key} */
    boolean hasKey(final long at, final long k0, final long k1, final long k2, final long k3) {
        return entries.get(Le.LONG, at) == k0
                && entries.get(Le.LONG, at + 8) == k1
                && entries.get(Le.LONG, at + 16) == k2
                && entries.get(Le.LONG, at + 24) == k3;
    }

    /** {@return whether a slot holds an interaction, and can be trusted} */
    boolean isUsable(final long slot) {
        if (tags.get(slot) == SlotTags.UNKNOWN) {
            load((int) slot / IndexLayout.ENTRIES_PER_BLOCK);
        }
        return tags.isEntry(slot);
    }

    /**
     * Copies and checks every block that is not there yet, and waits for a repair.
     *
     * @return how many are damaged.
     */
    int loadAll() {
        load(0, blocks());
        if (isSettling()) {
            settle();
            load(0, blocks());
        }
        return damagedBlocks();
    }

    /** Copies and checks the blocks of a range that are not there yet; damaged ones may come later. */
    void load(final int firstBlock, final int endBlock) {
        for (int block = firstBlock; block < endBlock; block++) {
            if (!isLoaded(block)) {
                load(block);
            }
        }
    }

    /** Tags of a block are set from its last slot to its first. */
    private boolean isLoaded(final int block) {
        return tags.get((long) block * IndexLayout.ENTRIES_PER_BLOCK) != SlotTags.UNKNOWN;
    }

    int blocks() {
        return capacity / IndexLayout.ENTRIES_PER_BLOCK;
    }

    synchronized int damagedBlocks() {
        return damagedBlocks;
    }

    /**
     * Copies a block that is not there yet, unless it is damaged and another thread repairs it. Two threads may do so
     * at once: what they copy has the same checksum, so it is the same, and a reader of the one sees no change by the
     * other.
     */
    private void load(final int block) {
        final Checksums crc = Checksums.local();
        byte[] damaged = null;
        try {
            if (loadFrom(source, sourceEntries, block)) {
                return;
            }
            damaged = Arrays.copyOf(crc.block(), IndexLayout.BLOCK_BYTES);
        } catch (final FileCutException e) {
            // Nothing of it is left.
        }
        salvage(block, damaged, crc);
    }

    /**
     * Copies a block if it passes its checksum.
     *
     * @return whether it does; if not, it is what the checksums copied.
     */
    private boolean loadFrom(final MemorySegment table, final long from, final int block) {
        final Checksums crc = Checksums.local();
        final long at = (long) block * IndexLayout.BLOCK_BYTES;
        if (crc.ofBlock(table, from + at, IndexLayout.BLOCK_BYTES)
                != blockTable.get(Le.INT, (long) block * Integer.BYTES)) {
            return false;
        }
        final MemorySegment sound = MemorySegment.ofArray(crc.block());
        if (!areInPlace(sound, table, from, block)) {
            return false;
        }
        MemorySegment.copy(sound, 0, entries, at, IndexLayout.BLOCK_BYTES);
        tag(block, sound, 0);
        return true;
    }

    /**
     * {@return whether the search for each entry of a block comes to it} A checksum over entries with right checksums
     * of their own is the same whichever they are: it does not tell when two, or two blocks, have changed places.
     *
     * @param table where the block and those before it are.
     */
    private boolean areInPlace(
            final MemorySegment entriesOfBlock, final MemorySegment table, final long from, final int block) {
        int unused = -1;
        for (int i = 0; i < IndexLayout.ENTRIES_PER_BLOCK; i++) {
            final long at = (long) i * IndexLayout.ENTRY_BYTES;
            if (entriesOfBlock.get(Le.LONG, at + IndexLayout.OFFSET) == 0) {
                unused = i;
                continue;
            }
            final int home = IndexLayout.home(entriesOfBlock.get(Le.LONG, at),
                    entriesOfBlock.get(Le.INT, at + IndexLayout.OCCURRENCE), shift);
            final int slot = block * IndexLayout.ENTRIES_PER_BLOCK + i;
            final int steps = slot - home & capacity - 1;
            if (steps >= IndexLayout.MAX_PROBES || unused >= Math.max(0, i - steps)
                    || steps > i && !areUsed(table, from, home, steps - i)) {
                return false;
            }
        }
        return true;
    }

    /** {@return whether so many slots from a first one on, which lie in blocks before, seem to be used} */
    private boolean areUsed(final MemorySegment table, final long from, final int first, final int count) {
        final MemorySegment offset = MemorySegment.ofArray(new byte[Long.BYTES]);
        for (int i = 0; i < count; i++) {
            final long at = from + at(first + i & capacity - 1) + IndexLayout.OFFSET;
            GuardedCopy.copy(table, at, offset, 0, Long.BYTES);
            if (offset.get(Le.LONG, 0) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Has the index repaired, once; keeps what is sound of a block that is damaged all the same. */
    private synchronized void salvage(final int block, final byte[] copy, final Checksums crc) {
        if (!isLoaded(block) && repair != null && copy != null) {
            final IndexRepair once = repair;
            repair = null;
            if (repairer == null) {
                repair(once);
            } else {
                repairer.repair(repairing, () -> repairRetained(once));
            }
        }
        if (isLoaded(block) || isSettling()) {
            return;
        }
        damagedBlocks++;
        final long target = (long) block * IndexLayout.BLOCK_BYTES;
        final long[] groups = new long[IndexLayout.ENTRIES_PER_BLOCK / SlotTags.GROUP];
        for (int i = 0; i < IndexLayout.ENTRIES_PER_BLOCK; i++) {
            final int at = i * IndexLayout.ENTRY_BYTES;
            int tag = SlotTags.LOST;
            if (copy != null && entryIsSound(copy, at, crc)) {
                MemorySegment.copy(copy, at, entries, Le.BYTE, target + at, IndexLayout.ENTRY_BYTES);
                tag = tag(entries, target + at);
            }
            groups[i / SlotTags.GROUP] |= (long) tag << i % SlotTags.GROUP * Byte.SIZE;
        }
        for (int i = groups.length - 1; i >= 0; i--) {
            tags.publish(block * IndexLayout.ENTRIES_PER_BLOCK + i * SlotTags.GROUP, groups[i]);
        }
    }

    private void repairRetained(final IndexRepair by) {
        if (owner.tryRetain()) {
            try {
                repair(by);
            } finally {
                owner.release();
            }
        }
    }

    /** Loads every block that is sound, or can be made anew. */
    private void repair(final IndexRepair by) {
        int damaged = 0;
        int lost = 0;
        try (OffHeap scratch = new OffHeap()) {
            final MemorySegment table = by.table(scratch);
            for (int block = 0; block < blocks(); block++) {
                if (!isLoaded(block) && !loadSound(block)) {
                    damaged++;
                    lost += table != null && loadFrom(table, 0, block) ? 0 : 1;
                }
            }
        }
        by.log(damaged, lost);
    }

    private boolean loadSound(final int block) {
        try {
            return loadFrom(source, sourceEntries, block);
        } catch (final FileCutException e) {
            return false;
        }
    }

    /** Sets the tags of a sound block's slots, whose entries were copied. */
    private void tag(final int block, final MemorySegment source, final long from) {
        for (int i = IndexLayout.ENTRIES_PER_BLOCK - SlotTags.GROUP; i >= 0; i -= SlotTags.GROUP) {
            long group = 0;
            for (int place = SlotTags.GROUP - 1; place >= 0; place--) {
                group = group << Byte.SIZE | tag(source, from + (i + place) * IndexLayout.ENTRY_BYTES);
            }
            tags.publish(block * IndexLayout.ENTRIES_PER_BLOCK + i, group);
        }
    }

    private static int tag(final MemorySegment source, final long at) {
        if (source.get(Le.LONG, at + IndexLayout.OFFSET) == 0) {
            return SlotTags.UNUSED;
        }
        final int occurrence = source.get(Le.INT, at + IndexLayout.OCCURRENCE);
        return SlotTags.of(IndexLayout.hash(source.get(Le.LONG, at), occurrence));
    }

    private static boolean entryIsSound(final byte[] block, final int at, final Checksums crc) {
        final MemorySegment bytes = MemorySegment.ofArray(block);
        return bytes.get(Le.LONG, at + IndexLayout.OFFSET) != 0
                && bytes.get(Le.INT, at + IndexLayout.CRC) == crc.of(block, at, IndexLayout.CRC);
    }
}
