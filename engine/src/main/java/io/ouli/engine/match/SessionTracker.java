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
 *   slotCount × 8 B   at the slot of (key, occurrence 0):
 *     0  int   how many of the key's occurrences were given out
 *     4  int   how many there are; 0 until it is known, -1 when it is lost
 * cursor, a field: the place of the recorded order that a strict session expects next
 * </pre>
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

    /** Stands for how many occurrences there are of a key whose end is damaged. */
    private static final int LOST = -1;
    private static final long ENTRY_BYTES = 2 * Integer.BYTES;
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle COUNTERS;
    private static final VarHandle CURSOR;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            COUNTERS = lookup.findVarHandle(SessionTracker.class, "counters", MemorySegment.class);
            CURSOR = lookup.findVarHandle(SessionTracker.class, "cursor", int.class);
        } catch (final ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final RecordingIndex index;
    private final MatchMode mode;
    private final Exhausted exhausted;
    private volatile MemorySegment counters;
    private volatile int cursor;

    /** Creates a tracker that has replayed nothing. */
    public SessionTracker(final RecordingIndex index, final MatchMode mode, final Exhausted exhausted) {
        this.index = index;
        this.mode = mode;
        this.exhausted = exhausted;
    }

    private SessionTracker(final RecordingIndex index, final SessionTracker before) {
        this(index, before.mode, before.exhausted);
        counters = before.counters;
        cursor = before.cursor;
    }

    /**
     * Returns a tracker that goes on where this one is, which must not be used any more: its recording was closed, and
     * is perhaps open again.
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
     * @return its slot, or {@link #NO_KEY}, {@link #EXHAUSTED}, {@link #OUT_OF_ORDER} or {@link #DAMAGED}.
     */
    public long match(final byte[] key, final int keyOffset) {
        return mode == MatchMode.STRICT ? matchNext(key, keyOffset) : matchKey(key, keyOffset);
    }

    private long matchKey(final byte[] key, final int keyOffset) {
        final long first = index.find(key, keyOffset, 0);
        if (first < 0) {
            return first == RecordingIndex.NONE ? NO_KEY : DAMAGED;
        }
        if (exhausted == Exhausted.REPEAT && index.isLast(first)) {
            return first;
        }
        final MemorySegment table = counters();
        final long at = first * ENTRY_BYTES;
        // A look before the step: what is used up is not counted, so a counter never runs past its key by more than
        // the number of threads that fight for the last occurrence, and never overflows. Nothing stands between look
        // and step, or another core would take the cache line away again.
        final int seen = (int) INT.getAcquire(table, at);
        final int known = (int) INT.getAcquire(table, at + Integer.BYTES);
        if (known == LOST && seen >= index.interactionCount()) {
            return DAMAGED; // Nobody knows where this key ends, but no key has more: counting on would end nowhere.
        }
        if (known > 0 && seen >= (exhausted == Exhausted.REPEAT ? known - 1 : known)) {
            return exhausted == Exhausted.MISS ? EXHAUSTED : last(key, keyOffset, known);
        }
        final int taken = (int) INT.getAndAdd(table, at, 1);
        final long given = find(key, keyOffset, taken, first);
        if (given == RecordingIndex.NONE) {
            return beyond(key, keyOffset, taken, table, at);
        }
        if (given >= 0 && index.isLast(given)) {
            INT.setRelease(table, at + Integer.BYTES, taken + 1);
        }
        if (given < 0 && taken >= index.interactionCount()) {
            INT.setRelease(table, at + Integer.BYTES, LOST);
        }
        return given < 0 ? DAMAGED : given;
    }

    private long last(final byte[] key, final int keyOffset, final int known) {
        final long slot = index.find(key, keyOffset, known - 1);
        return slot < 0 ? DAMAGED : slot;
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
            final byte[] key, final int keyOffset, final int occurrence, final MemorySegment table, final long at) {
        int earlier = occurrence;
        long slot;
        do {
            earlier--;
            slot = index.find(key, keyOffset, earlier);
        } while (slot == RecordingIndex.NONE);
        if (slot >= 0) {
            INT.setRelease(table, at + Integer.BYTES, earlier + 1);
        }
        if (exhausted == Exhausted.MISS) {
            return EXHAUSTED;
        }
        return slot >= 0 ? slot : DAMAGED;
    }

    private long matchNext(final byte[] key, final int keyOffset) {
        int position = cursor;
        while (true) {
            final long expected = index.slotAt(position);
            if (expected == RecordingIndex.NONE) {
                return matchBeyond(key, keyOffset, position);
            }
            if (expected == RecordingIndex.DAMAGED) {
                return DAMAGED; // Nobody knows what comes next, nor whether it comes after this.
            }
            if (!index.hasKey(expected, key, keyOffset)) {
                return index.find(key, keyOffset, 0) == RecordingIndex.NONE ? NO_KEY : OUT_OF_ORDER;
            }
            // A failed step means that another thread's request took this place: no more tries than places.
            final int witness = (int) CURSOR.compareAndExchange(this, position, position + 1);
            if (witness == position) {
                return expected;
            }
            position = witness;
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
        cursor = 0;
        final MemorySegment table = counters;
        if (table != null) {
            for (long at = 0; at < table.byteSize(); at += ENTRY_BYTES) {
                // What was never counted may be a page that was never touched, and stays so.
                if ((int) INT.getAcquire(table, at) != 0) {
                    INT.setRelease(table, at, 0);
                }
            }
        }
    }

    /** Returns the place of the recorded order that a strict session expects next, counted from 0. */
    public int position() {
        return cursor;
    }

    /** Returns what {@link RecordingIndex#slotAt} gives for the place that a strict session expects next. */
    public long expectedSlot() {
        return index.slotAt(cursor);
    }

    /** Returns the bytes of off-heap memory that the counters take; 0 until they are needed. */
    public long counterBytes() {
        final MemorySegment table = counters;
        return table == null ? 0 : table.byteSize();
    }

    private MemorySegment counters() {
        final MemorySegment table = counters;
        return table != null ? table : createCounters();
    }

    private MemorySegment createCounters() {
        final MemorySegment made = CollectedMemory.allocate(Owner.TABLES, index.slotCount() * ENTRY_BYTES);
        return COUNTERS.compareAndSet(this, (MemorySegment) null, made) ? made : counters;
    }
}
