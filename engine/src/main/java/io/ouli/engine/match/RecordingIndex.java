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
    /** What {@link #find} gives when it is to be asked again after {@link #settle}. */
    long LATER = -3;

    /** {@return how many slots there are: every slot's number lies in {@code [0, slotCount)}} */
    long slotCount();

    /** {@return how many interactions there are} */
    int interactionCount();

    /**
     * Finds the slot of a key's occurrence.
     *
     * @param key        holds 32 bytes from {@code keyOffset}.
     * @param occurrence counts from 0 among equal keys, in recorded order.
     * @return the slot, {@link #NONE}, {@link #DAMAGED} or {@link #LATER}.
     */
    long find(byte[] key, int keyOffset, int occurrence);

    /** {@return whether the slot's interaction is the last of its key} */
    boolean isLast(long slot);

    /** {@return which of its key's occurrences, counted from 0, a slot's interaction is} */
    int occurrence(long slot);

    /** {@return the slot at a place of the recorded order, counted from 0; or {@link #NONE}, {@link #DAMAGED}} */
    long slotAt(int position);

    /**
     * {@return the slot of the first occurrence of the key that stands at a place of the recorded order, which has a
     * slot; or {@link #DAMAGED}}
     */
    long firstAt(int position);

    /** {@return whether {@link #find} may give {@link #LATER} at this moment} */
    default boolean isSettling() {
        return false;
    }

    /** Waits until what {@link #find} gave {@link #LATER} for is there, or lost. */
    default void settle() {
    }

    /** {@return whether the slot's interaction has this key} */
    boolean hasKey(long slot, byte[] key, int keyOffset);
}
