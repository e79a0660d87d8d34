package io.ouli.engine.match;

/**
 * What matching needs to know of a recording: a table of slots, each of which holds one interaction or none.
 *
 * <p>Does not change while it is used, and is safe for use by several threads.
 */
public interface RecordingIndex {
    /** What {@link #find} and {@link #slotAt} give when there is nothing. */
    long NONE = -1;
    /** What {@link #find} and {@link #slotAt} give when there was something that cannot be read any more. */
    long DAMAGED = -2;

    /** Returns how many slots there are: every slot's number lies in {@code [0, slotCount)}. */
    long slotCount();

    /** Returns how many interactions there are. */
    int interactionCount();

    /**
     * Finds the slot of a key's occurrence.
     *
     * @param key        holds 32 bytes from {@code keyOffset}.
     * @param occurrence counts from 0 among equal keys, in recorded order.
     * @return the slot, {@link #NONE} or {@link #DAMAGED}.
     */
    long find(byte[] key, int keyOffset, int occurrence);

    /** Returns whether the slot's interaction is the last of its key. */
    boolean isLast(long slot);

    /** Returns which of its key's occurrences, counted from 0, a slot's interaction is. */
    int occurrence(long slot);

    /** Returns the slot at a place of the recorded order, counted from 0; or {@link #NONE}, {@link #DAMAGED}. */
    long slotAt(int position);

    /**
     * Returns the slot of the first occurrence of the key that stands at a place of the recorded order, which has a
     * slot; or {@link #DAMAGED}.
     */
    long firstAt(int position);

    /** Returns whether the slot's interaction has this key. */
    boolean hasKey(long slot, byte[] key, int keyOffset);
}
