package io.ouli.engine.recording;

import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.memory.GuardedCopy;
import io.ouli.engine.memory.OffHeap;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Brings the 4 KiB blocks of an index in: each is copied and checked the first time that it is touched, so that nobody
 * who cuts the file disturbs a look-up, and the copy has huge pages on every file system. Safe for use by several
 * threads.
 *
 * <p>A block that fails its checksum, or has an entry where no search for it comes, is {@linkplain IndexRepair made
 * anew} from the interactions, by another thread if {@linkplain #repairBy one is there}. Where that does not succeed,
 * each entry's own checksum decides: a sound one is used, any other place is {@link SlotTags#LOST}.
 */
final class IndexBlocks {
    /**
     * A sealed file's index.
     *
     * @param memory    that holds it; may be a mapped file.
     * @param entries   where the entries begin in it.
     * @param checksums of the blocks.
     */
    record Source(MemorySegment memory, long entries, MemorySegment checksums) {
    }

    private final MemorySegment entries;
    private final int capacity;
    private final int shift;
    private final SlotTags tags;
    /** Null if nothing is to be copied. */
    private final Source source;
    /** Null where somebody else cares for damage, and after the only repair has begun. */
    private IndexRepair repair;
    /** Null where nobody can repair it. */
    private final Errand repairing;
    private Residency repairer;
    private RefCounted owner;
    private int damaged;

    /**
     * Makes what cares for the blocks of one index.
     *
     * @param entries that blocks are copied to.
     * @param tags    of the entries; zeroed.
     * @param source  what blocks are copied from, or null if they are there.
     * @param repair  makes damaged blocks anew, or null.
     */
    IndexBlocks(
            final MemorySegment entries,
            final int capacity,
            final SlotTags tags,
            final Source source,
            final IndexRepair repair) {
        this.entries = entries;
        this.capacity = capacity;
        this.tags = tags;
        this.source = source;
        this.repair = repair;
        shift = IndexLayout.shift(capacity);
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

    /** Sets the tags of entries that are there already, as they were built. */
    void tagAll() {
        for (int block = 0; block < count(); block++) {
            tag(block, entries, (long) block * IndexLayout.BLOCK_BYTES);
        }
    }

    /**
     * Copies and checks every block that is not there yet, and waits for a repair.
     *
     * @return how many are damaged.
     */
    int loadAll() {
        load(0, count());
        if (isSettling()) {
            settle();
            load(0, count());
        }
        return damaged();
    }

    private synchronized int damaged() {
        return damaged;
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

    /** {@return how many blocks there are} */
    int count() {
        return capacity / IndexLayout.ENTRIES_PER_BLOCK;
    }

    /**
     * Copies a block that is not there yet, unless it is damaged and another thread repairs it. Two threads may do so
     * at once: what they copy has the same checksum, so it is the same, and a reader of the one sees no change by the
     * other.
     */
    void load(final int block) {
        final Checksums crc = Checksums.local();
        byte[] copy = null;
        try {
            if (loadFrom(source.memory(), source.entries(), block)) {
                return;
            }
            copy = Arrays.copyOf(crc.block(), IndexLayout.BLOCK_BYTES);
        } catch (final FileCutException e) {
            // Nothing of it is left.
        }
        salvage(block, copy, crc);
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
                != source.checksums().get(Le.INT, (long) block * Integer.BYTES)) {
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
            final long at = from + Index.at(first + i & capacity - 1) + IndexLayout.OFFSET;
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
        damaged++;
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
        int unsound = 0;
        int lost = 0;
        try (OffHeap scratch = new OffHeap()) {
            final MemorySegment table = by.table(scratch);
            for (int block = 0; block < count(); block++) {
                if (!isLoaded(block) && !loadSound(block)) {
                    unsound++;
                    lost += table != null && loadFrom(table, 0, block) ? 0 : 1;
                }
            }
        }
        by.log(unsound, lost);
    }

    private boolean loadSound(final int block) {
        try {
            return loadFrom(source.memory(), source.entries(), block);
        } catch (final FileCutException e) {
            return false;
        }
    }

    /** Sets the tags of a sound block's slots, whose entries were copied. */
    private void tag(final int block, final MemorySegment table, final long from) {
        for (int i = IndexLayout.ENTRIES_PER_BLOCK - SlotTags.GROUP; i >= 0; i -= SlotTags.GROUP) {
            long group = 0;
            for (int place = SlotTags.GROUP - 1; place >= 0; place--) {
                group = group << Byte.SIZE | tag(table, from + (i + place) * IndexLayout.ENTRY_BYTES);
            }
            tags.publish(block * IndexLayout.ENTRIES_PER_BLOCK + i, group);
        }
    }

    private static int tag(final MemorySegment table, final long at) {
        if (table.get(Le.LONG, at + IndexLayout.OFFSET) == 0) {
            return SlotTags.UNUSED;
        }
        final int occurrence = table.get(Le.INT, at + IndexLayout.OCCURRENCE);
        return SlotTags.of(IndexLayout.hash(table.get(Le.LONG, at), occurrence));
    }

    private static boolean entryIsSound(final byte[] block, final int at, final Checksums crc) {
        final MemorySegment bytes = MemorySegment.ofArray(block);
        return bytes.get(Le.LONG, at + IndexLayout.OFFSET) != 0
                && bytes.get(Le.INT, at + IndexLayout.CRC) == crc.of(block, at, IndexLayout.CRC);
    }
}
