package io.ouli.engine.match;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A recording's index as plain as can be: the slot of an interaction is its place, spread by a stride. */
final class ListIndex implements RecordingIndex {
    private static final int STRIDE = 3;

    private final byte[][] keys;
    /** Places that cannot be read any more. */
    private final Set<Integer> damaged = new HashSet<>();

    /** A place that is not known yet, or -1; it is from {@link #settle} on. */
    private volatile int unknown = -1;
    /** Whether look-ups say that they know of it. */
    private volatile boolean settling;

    /** Creates an index of interactions whose keys are these numbers. */
    ListIndex(final List<Integer> numbers) {
        keys = numbers.stream().map(ListIndex::key).toArray(byte[][]::new);
    }

    /** Loses the entry of the interaction at a place. */
    ListIndex damage(final int place) {
        damaged.add(place);
        return this;
    }

    /** Lets one entry be found later. @param known whether somebody has come upon it already. */
    ListIndex unknown(final int place, final boolean known) {
        unknown = place;
        settling = known;
        return this;
    }

    @Override
    public boolean isSettling() {
        return settling;
    }

    @Override
    public void settle() {
        unknown = -1;
        settling = false;
    }

    /** Returns a key that holds the number. */
    static byte[] key(final int number) {
        final byte[] key = new byte[32];
        key[0] = (byte) number;
        key[31] = (byte) (number >>> 8);
        return key;
    }

    @Override
    public long slotCount() {
        return (long) keys.length * STRIDE;
    }

    @Override
    public int interactionCount() {
        return keys.length;
    }

    @Override
    public long find(final byte[] key, final int keyOffset, final int occurrence) {
        int seen = 0;
        for (int i = 0; i < keys.length; i++) {
            if (Arrays.equals(keys[i], 0, 32, key, keyOffset, keyOffset + 32) && seen++ == occurrence) {
                if (i == unknown) {
                    settling = true;
                    return LATER;
                }
                return damaged.contains(i) ? DAMAGED : (long) i * STRIDE;
            }
        }
        // As in a block that is lost: what would be behind the last may have been there.
        return damaged.contains(keys.length) ? DAMAGED : NONE;
    }

    @Override
    public boolean isLast(final long slot) {
        final int place = (int) (slot / STRIDE);
        for (int i = place + 1; i < keys.length; i++) {
            if (Arrays.equals(keys[i], keys[place])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int occurrence(final long slot) {
        final int place = (int) (slot / STRIDE);
        return (int) IntStream.range(0, place).filter(i -> Arrays.equals(keys[i], keys[place])).count();
    }

    @Override
    public long firstAt(final int position) {
        return find(keys[position], 0, 0);
    }

    @Override
    public long slotAt(final int position) {
        return damaged.contains(position) ? DAMAGED : position < keys.length ? (long) position * STRIDE : NONE;
    }

    @Override
    public boolean hasKey(final long slot, final byte[] key, final int keyOffset) {
        return Arrays.equals(keys[(int) (slot / STRIDE)], 0, 32, key, keyOffset, keyOffset + 32);
    }

    /** Returns the place of the interaction in a slot that a tracker gave; codes below 0 stay as they are. */
    static int place(final long slot) {
        return slot < 0 ? (int) slot : (int) (slot / STRIDE);
    }
}
