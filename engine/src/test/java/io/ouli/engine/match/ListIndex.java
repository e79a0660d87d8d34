package io.ouli.engine.match;

import java.util.Arrays;
import java.util.List;

/** A recording's index as plain as can be: the slot of an interaction is its place, spread by a stride. */
final class ListIndex implements RecordingIndex {
    private static final int STRIDE = 3;

    private final byte[][] keys;

    /** Creates an index of interactions whose keys are these numbers. */
    ListIndex(final List<Integer> numbers) {
        keys = numbers.stream().map(ListIndex::key).toArray(byte[][]::new);
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
                return (long) i * STRIDE;
            }
        }
        return NONE;
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
    public long slotAt(final int position) {
        return position < keys.length ? (long) position * STRIDE : NONE;
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
