package io.ouli.engine.recording;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A byte for each slot of an index: whether its entry is there, and seven bits of the hash that its search began with.
 * A search looks at eight of them at once, and then almost always at one entry, the right one; those of an index of
 * 128 MiB are 2 MiB, which a second-level cache holds. Safe for use by several threads.
 */
final class SlotTags {
    /** Nobody has looked at the slot's block yet. */
    static final int UNKNOWN = 0;
    /** The entry is not used: a search ends here. */
    static final int UNUSED = 1;
    /** There may have been an entry, but it is damaged. */
    static final int LOST = 2;
    /** How many tags are looked at together. */
    static final int GROUP = Long.BYTES;

    /** The bit that tags of entries have, and no others. */
    private static final int ENTRY = 0x80;
    private static final int HASH_MASK = 0x7F;
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = EACH * ENTRY;

    private final MemorySegment tags;
    private final int capacity;

    /** @param tags zeroed memory of {@link #bytes}. */
    SlotTags(final MemorySegment tags, final int capacity) {
        this.tags = tags;
        this.capacity = capacity;
    }

    /** The first group stands behind the last slot once more, so that a group may begin at any slot. */
    static long bytes(final int capacity) {
        return (long) capacity + GROUP;
    }

    /** {@return the tag of an entry whose search begins with this {@linkplain IndexLayout#hash hash}} */
    static int of(final long hash) {
        return ENTRY | (int) hash & HASH_MASK;
    }

    /** {@return a tag in each byte of a number, for {@link #matches}} */
    static long wanted(final long hash) {
        return of(hash) * EACH;
    }

    /** {@return the tags of eight slots, the first in the lowest byte} Entries that they tell of can be read. */
    long group(final int slot) {
        final long group = peek(slot);
        VarHandle.loadLoadFence();
        return group;
    }

    /** The same without a fence, which the caller has between this and reading entries. */
    long peek(final int slot) {
        return tags.get(Le.LONG, slot);
    }

    /** {@return the tag of one slot} */
    int get(final long slot) {
        final int tag = tags.get(Le.BYTE, slot) & 0xFF;
        VarHandle.loadLoadFence();
        return tag;
    }

    boolean isEntry(final long slot) {
        return get(slot) >= ENTRY;
    }

    /** {@return a number whose lowest bit is in the byte of the first slot without an entry; 0 if all have one} */
    static long noEntries(final long group) {
        return ~group & HIGH_BITS;
    }

    /**
     * {@return a number with a bit in the byte of each wanted tag before the first slot without an entry, and perhaps
     * in some behind a wanted one}
     */
    static long matches(final long group, final long wanted, final long noEntries) {
        final long different = group ^ wanted;
        return different - EACH & ~different & HIGH_BITS & noEntries - 1 & ~noEntries;
    }

    /** {@return which slot of a group the lowest bit of a number is in; 0 for none} */
    static int first(final long bits) {
        return Long.numberOfTrailingZeros(bits) >>> 3 & GROUP - 1;
    }

    /**
     * Sets eight tags, after what they tell of was written.
     *
     * @param slot a multiple of eight.
     */
    void publish(final int slot, final long group) {
        VarHandle.releaseFence();
        tags.set(Le.LONG, slot, group);
        if (slot == 0) {
            tags.set(Le.LONG, capacity, group);
        }
    }
}
