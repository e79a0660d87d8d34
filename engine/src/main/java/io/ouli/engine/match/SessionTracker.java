package io.ouli.engine.match;

import io.ouli.engine.memory.CollectedMemory;
import io.ouli.ffm.NativeLedger.Owner;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How far one session has replayed its recording, and by that, which interaction answers the next request.
 *
 * <p>Safe for use by any number of threads. No lock, no allocation but that of the counters on first need; every step
 * ends within a bounded number of tries. A miss advances nothing.
 *
 * <pre>
 * counters, off-heap, made when a key with several occurrences is first asked for:
 *   slotCount × 4 B   at the slot of (key, occurrence 0): how many of the key's occurrences were given out
 *              64 B   unused
 *   slotCount × 4 B   at the same slot, where the key ends:
 *                       0  not known yet
 *                     s+1  its last occurrence is in slot s
 *                      -1  lost, and nobody knows how many there are
 *                    -1-n  lost, it is the n-th
 * cursor, for a strict session: the place of the recorded order that it expects next
 * </pre>
 *
 * <p>What each step writes shares no cache line with what each step only reads: two cores that fight for one session
 * take one line from each other, once a step.
 *
 * <p>The counters belong to this session alone and live as long as it is reachable: a thread that still holds an
 * evicted session counts in memory of its own. Of a large table only the pages that are counted in are there: whoever
 * asks first does not wait for the zeros of the others.
 */
public final class SessionTracker {
    /** What {@link #match} gives when the recording does not hold the key. */
    public static final long NO_KEY = -1;
    /** What {@link #match} gives when every reply of the key was used. */
    public static final long EXHAUSTED = -2;
    /** What {@link #match} gives when a strict session expects another request. */
    public static final long OUT_OF_ORDER = -3;

    /** What {@link #match} gives when what would answer cannot be read any more. */
    public static final long DAMAGED = -4;
    /** What {@link #match} gives, having advanced nothing, when it is to be asked again once the index is settled. */
    public static final long LATER = -5;

    /** Stands for the end of a key of which nobody knows how many occurrences it has. */
    private static final int LOST = -1;
    private static final int CACHE_LINE_BYTES = 64;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle COUNTERS;
    private static final VarHandle CURSOR = MethodHandles.arrayElementVarHandle(int[].class);
    /** The cursor's place in an array of which nothing else is used, so that its cache line holds nothing else. */
    private static final int CURSOR_AT = CACHE_LINE_BYTES / Integer.BYTES;
    private static final int CURSOR_INTS = 2 * CURSOR_AT;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            COUNTERS = lookup.findVarHandle(SessionTracker.class, "counters", MemorySegment.class);
        } catch (final ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final RecordingIndex index;
    private final MatchMode mode;
    private final Exhausted exhausted;
    private volatile MemorySegment counters;
    /** Null if the session is not strict. */
    private final int[] cursor;
    /** Whether threads were seen to fight for the cursor: a hint, so a plain field. */
    private boolean contended;

    /** Creates a tracker that has replayed nothing. */
    public SessionTracker(final RecordingIndex index, final MatchMode mode, final Exhausted exhausted) {
        this.index = index;
        this.mode = mode;
        this.exhausted = exhausted;
        cursor = mode == MatchMode.STRICT ? new int[CURSOR_INTS] : null;
    }

    private SessionTracker(final RecordingIndex index, final SessionTracker before) {
        this(index, before.mode, before.exhausted);
        counters = before.counters;
        if (cursor != null) {
            CURSOR.setRelease(cursor, CURSOR_AT, before.position());
        }
    }

    /**
     * {@return a tracker that goes on where this one is, which must not be used any more: its recording was closed, and
     * is perhaps open again}
     *
     * @param reopened the same recording's index; or null, to be {@code onIndex} again later.
     */
    public SessionTracker onIndex(final RecordingIndex reopened) {
        return new SessionTracker(reopened, this);
    }

    /**
     * Takes the interaction that answers a request.
     *
     * @param key holds 32 bytes from {@code keyOffset}.
     * @return its slot, or {@link #NO_KEY}, {@link #EXHAUSTED}, {@link #OUT_OF_ORDER}, {@link #DAMAGED} or
     *         {@link #LATER}.
     */
    public long match(final byte[] key, final int keyOffset) {
        return mode == MatchMode.STRICT ? matchNext(key, keyOffset) : matchKey(key, keyOffset);
    }

    private long matchKey(final byte[] key, final int keyOffset) {
        final long first = index.find(key, keyOffset, 0);
        if (first < 0) {
            return first == RecordingIndex.NONE ? NO_KEY : lost(first);
        }
        if (exhausted == Exhausted.REPEAT && index.isLast(first)) {
            return first;
        }
        final MemorySegment table = counters();
        final long at = first * Integer.BYTES;
        final long endAt = endsAt(table) + at;
        if (index.isSettling()) {
            return matchSettling(key, keyOffset, first, table, endAt);
        }
        final int end = (int) INT.getAcquire(table, endAt);
        // A look before the step where the end is known: what is used up is not counted, so a counter never runs past
        // its key by more than the number of threads that fight for the last occurrence, and never overflows. Where it
        // is not known nothing was used up, and a look would only have another core's cache line come twice.
        if (end != 0 && (int) INT.getAcquire(table, at) >= limit(end)) {
            return usedUp(end);
        }
        final int taken = (int) INT.getAndAdd(table, at, 1);
        long given = find(key, keyOffset, taken, first);
        if (given == RecordingIndex.LATER) {
            // Whoever finds damage gives back what it took; or waits, in the rare case that others have counted on.
            if (INT.compareAndSet(table, at, taken + 1, taken)) {
                return LATER;
            }
            index.settle();
            given = find(key, keyOffset, taken, first);
        }
        return conclude(key, keyOffset, first, table, taken, given);
    }

    /** Takes an occurrence while parts of the index are missing: found before it is counted, so that none is passed. */
    private long matchSettling(
            final byte[] key, final int keyOffset, final long first, final MemorySegment table, final long endAt) {
        final long at = first * Integer.BYTES;
        while (true) {
            final int taken = (int) INT.getAcquire(table, at);
            final int end = (int) INT.getAcquire(table, endAt);
            if (end != 0 && taken >= limit(end)) {
                return usedUp(end);
            }
            final long given = find(key, keyOffset, taken, first);
            if (given == RecordingIndex.LATER) {
                return LATER;
            }
            if (INT.compareAndSet(table, at, taken, taken + 1)) {
                return conclude(key, keyOffset, first, table, taken, given);
            }
        }
    }

    /** Notes where a key ends if an occurrence that was taken tells. */
    private long conclude(
            final byte[] key,
            final int keyOffset,
            final long first,
            final MemorySegment table,
            final int taken,
            final long given) {
        final long endAt = endsAt(table) + first * Integer.BYTES;
        if (given == RecordingIndex.NONE) {
            return beyond(key, keyOffset, taken, first, table, endAt);
        }
        if (given >= 0 && index.isLast(given)) {
            INT.setRelease(table, endAt, (int) given + 1);
        }
        if (given < 0 && taken >= index.interactionCount()) {
            INT.setRelease(table, endAt, LOST);
        }
        return given < 0 ? lost(given) : given;
    }

    private static long lost(final long reason) {
        return reason == RecordingIndex.LATER ? LATER : DAMAGED;
    }

    /** {@return where the ends of keys begin among the counters} */
    private static long endsAt(final MemorySegment table) {
        return table.byteSize() + CACHE_LINE_BYTES >>> 1;
    }

    /** {@return how many occurrences are given by counting where a key ends so} */
    private int limit(final int end) {
        if (end == LOST) {
            return index.interactionCount(); // No key has more: counting on would end nowhere.
        }
        final int occurrences = end > 0 ? index.occurrence(end - 1) + 1 : LOST - end;
        return exhausted == Exhausted.REPEAT ? occurrences - 1 : occurrences;
    }

    private long usedUp(final int end) {
        if (end > 0) {
            return exhausted == Exhausted.REPEAT ? end - 1 : EXHAUSTED;
        }
        return exhausted == Exhausted.REPEAT || end == LOST ? DAMAGED : EXHAUSTED;
    }

    /** Finds an occurrence. A damaged place behind the key's last one is not this key's. */
    private long find(final byte[] key, final int keyOffset, final int occurrence, final long first) {
        if (occurrence == 0) {
            return first;
        }
        final long slot = index.find(key, keyOffset, occurrence);
        return slot == RecordingIndex.DAMAGED && endsBefore(key, keyOffset, occurrence) ? RecordingIndex.NONE : slot;
    }

    private boolean endsBefore(final byte[] key, final int keyOffset, final int occurrence) {
        for (int earlier = occurrence - 1; earlier >= 0; earlier--) {
            final long slot = index.find(key, keyOffset, earlier);
            if (slot >= 0) {
                return index.isLast(slot);
            }
        }
        return false;
    }

    /** Answers behind the last occurrence, fewer steps below than there are threads, and notes which it is. */
    private long beyond(
            final byte[] key,
            final int keyOffset,
            final int occurrence,
            final long first,
            final MemorySegment table,
            final long endAt) {
        int earlier = occurrence;
        long slot;
        do {
            earlier--;
            slot = find(key, keyOffset, earlier, first);
        } while (slot == RecordingIndex.NONE);
        if (slot == RecordingIndex.LATER) {
            return LATER;
        }
        final int end = slot >= 0 ? (int) slot + 1 : LOST - 1 - earlier;
        INT.setRelease(table, endAt, end);
        return usedUp(end);
    }

    private long matchNext(final byte[] key, final int keyOffset) {
        long known = RecordingIndex.NONE;
        // Who will write the line takes it for writing at once where others want it: so it comes once and not twice.
        int position = contended ? (int) CURSOR.getAndAdd(cursor, CURSOR_AT, 0) : position();
        while (true) {
            final long expected = index.slotAt(position);
            if (expected == RecordingIndex.NONE) {
                return matchBeyond(key, keyOffset, position);
            }
            if (expected == RecordingIndex.DAMAGED) {
                return DAMAGED; // Nobody knows what comes next, nor whether it comes after this.
            }
            final long first = index.firstAt(position);
            if (first < 0 || first != known) {
                if (!index.hasKey(first < 0 ? expected : first, key, keyOffset)) {
                    return index.find(key, keyOffset, 0) == RecordingIndex.NONE ? NO_KEY : OUT_OF_ORDER;
                }
                known = first;
            }
            final int witness = (int) CURSOR.compareAndExchange(cursor, CURSOR_AT, position, position + 1);
            if (witness == position) {
                return expected;
            }
            // Another thread's request took this place: no more tries than places. The cache line is here now, and to
            // compare with the next place nothing is read but the order: the next step comes before the line is lost.
            position = witness;
            if (!contended) {
                contended = true;
            }
        }
    }

    /** Answers behind the end of the order: the last interaction repeats, if it is the one that is asked for. */
    private long matchBeyond(final byte[] key, final int keyOffset, final int position) {
        if (index.find(key, keyOffset, 0) == RecordingIndex.NONE) {
            return NO_KEY;
        }
        final long last = position == 0 ? RecordingIndex.NONE : index.slotAt(position - 1);
        final boolean repeats = exhausted == Exhausted.REPEAT
                && last >= 0
                && index.hasKey(last, key, keyOffset);
        return repeats ? last : EXHAUSTED;
    }

    /** Begins again: every key at its first occurrence, the order at its first place. */
    public void reset() {
        if (cursor != null) {
            CURSOR.setVolatile(cursor, CURSOR_AT, 0);
        }
        final MemorySegment table = counters;
        if (table != null) {
            // Where keys end stays true, but is looked at: without it a step is shorter when two cores fight.
            for (long at = 0; at < table.byteSize(); at += 2 * Integer.BYTES) {
                // What was never counted may be a page that was never touched, and stays so.
                if ((long) LONG.getAcquire(table, at) != 0) {
                    INT.setRelease(table, at, 0);
                    INT.setRelease(table, at + Integer.BYTES, 0);
                }
            }
        }
    }

    /** {@return the place of the recorded order that a strict session expects next, counted from 0} */
    public int position() {
        return cursor == null ? 0 : (int) CURSOR.getVolatile(cursor, CURSOR_AT);
    }

    /** {@return what {@link RecordingIndex#slotAt} gives for the place that a strict session expects next} */
    public long expectedSlot() {
        return index.slotAt(position());
    }

    /** {@return the bytes of off-heap memory that the counters take; 0 until they are needed} */
    public long counterBytes() {
        final MemorySegment table = counters;
        return table == null ? 0 : table.byteSize();
    }

    private MemorySegment counters() {
        final MemorySegment table = counters;
        return table != null ? table : createCounters();
    }

    private MemorySegment createCounters() {
        final long bytes = 2 * index.slotCount() * Integer.BYTES + CACHE_LINE_BYTES;
        final MemorySegment made = CollectedMemory.allocate(Owner.TABLES, bytes);
        return COUNTERS.compareAndSet(this, (MemorySegment) null, made) ? made : counters;
    }
}
