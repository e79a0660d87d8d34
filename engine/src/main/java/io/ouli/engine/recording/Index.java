package io.ouli.engine.recording;

import io.ouli.engine.memory.OffHeap;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * An index that is looked up in memory of its own, into which {@link IndexBlocks} copies each block of the file's the
 * first time that it is touched. Safe for use by several threads; a look-up of blocks that are there takes no lock and
 * allocates nothing.
 *
 * <p>A search asks the {@linkplain SlotTags tags} of the slots first, which know all but which of 128 keys it is. One
 * that meets a block which is being repaired ends with {@link Recording#LATER}; one that passes a slot which is
 * {@link SlotTags#LOST}, and finds nothing, ends with {@link Recording#DAMAGED}.
 */
final class Index {
    private final MemorySegment entries;
    private final int capacity;
    private final int shift;
    private final SlotTags tags;
    private final IndexBlocks blocks;

    private Index(
            final MemorySegment entries, final int capacity, final SlotTags tags, final IndexBlocks blocks) {
        this.entries = entries;
        this.capacity = capacity;
        this.tags = tags;
        this.blocks = blocks;
        shift = IndexLayout.shift(capacity);
    }

    /** Makes an index of a table that was built in memory. */
    static Index built(final MemorySegment table, final int capacity, final OffHeap memory) {
        final SlotTags tags = new SlotTags(memory.allocate(SlotTags.bytes(capacity)), capacity);
        final IndexBlocks blocks = new IndexBlocks(table, capacity, tags, null, null);
        blocks.tagAll();
        return new Index(table, capacity, tags, blocks);
    }

    /**
     * Makes an index of a sealed file's, nothing of which is read yet.
     *
     * @param source    what its blocks are copied from.
     * @param repair    makes damaged blocks anew, or null.
     * @param hugeLater whether somebody will {@linkplain OffHeap#askForHugePages ask for huge pages} later.
     */
    static Index sealed(
            final IndexBlocks.Source source,
            final int capacity,
            final OffHeap memory,
            final IndexRepair repair,
            final boolean hugeLater) {
        final long bytes = (long) capacity * IndexLayout.ENTRY_BYTES;
        final long tagBytes = SlotTags.bytes(capacity);
        final MemorySegment entries = hugeLater ? memory.allocateHugeLater(bytes) : memory.allocate(bytes);
        final SlotTags tags = new SlotTags(
                hugeLater ? memory.allocateHugeLater(tagBytes) : memory.allocate(tagBytes), capacity);
        return new Index(entries, capacity, tags, new IndexBlocks(entries, capacity, tags, source, repair));
    }

    /** {@return what brings the entries in} */
    IndexBlocks blocks() {
        return blocks;
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
                    blocks.load(slot / IndexLayout.ENTRIES_PER_BLOCK);
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
            blocks.load((int) slot / IndexLayout.ENTRIES_PER_BLOCK);
        }
        return tags.isEntry(slot);
    }
}
