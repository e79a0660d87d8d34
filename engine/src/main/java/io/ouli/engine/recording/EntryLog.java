package io.ouli.engine.recording;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of an index to be, in the order in which their frames lie, outside the heap.
 *
 * <p>Layout of an entry as in {@link IndexLayout}, occurrence and checksum still 0.
 */
final class EntryLog implements AutoCloseable {
    private static final int FIRST_SHIFT = 4;
    /** Memory is cleared when it is allocated: a segment that grew for ever would stop the writer for that. */
    private static final int LAST_SHIFT = 14;
    private static final int LAST_INDEX = LAST_SHIFT - FIRST_SHIFT;

    private final Arena arena;
    /** Segment i has 16 &lt;&lt; i entries, 16,384 at most, so that a session of few interactions takes little. */
    private final List<MemorySegment> segments = new ArrayList<>();
    private int count;

    private EntryLog(final Arena arena) {
        this.arena = arena;
    }

    /** Creates a log for the thread that creates it. */
    static EntryLog confined() {
        return new EntryLog(Arena.ofConfined());
    }

    /** Creates a log for one thread at a time; to close it is dear. */
    static EntryLog shared() {
        return new EntryLog(Arena.ofShared());
    }

    int count() {
        return count;
    }

    /**
     * Adds an entry for the frame whose header is at {@code header}.
     *
     * @return its index.
     */
    int add(final MemorySegment header, final long at, final long frameOffset, final int moreFlags) {
        final MemorySegment target = next();
        final long entry = offset(count);
        for (int i = 0; i < FrameHeader.KEY_BYTES; i += Long.BYTES) {
            target.set(Le.LONG, entry + i, header.get(Le.LONG, at + FrameHeader.KEY + i));
        }
        target.set(Le.LONG, entry + IndexLayout.OFFSET, frameOffset);
        // Request and response are neighbours in both; a flag is the status's neighbour here alone.
        target.set(Le.LONG, entry + IndexLayout.REQUEST_LENGTH, header.get(Le.LONG, at + FrameHeader.REQUEST_LENGTH));
        final int flags = header.get(Le.SHORT, at + FrameHeader.FLAGS) & FrameFlags.FRAME_MASK | moreFlags;
        target.set(
                Le.LONG,
                entry + IndexLayout.STATUS,
                header.get(Le.SHORT, at + FrameHeader.STATUS) & 0xFFFF
                        | (flags & 0xFFFFL) << Short.SIZE
                        | (long) header.get(Le.INT, at + FrameHeader.SEQUENCE) << Integer.SIZE);
        return count++;
    }

    /** Adds an entry of another index. */
    void addEntry(final MemorySegment entries, final long at) {
        final MemorySegment target = next();
        final long entry = offset(count);
        MemorySegment.copy(entries, at, target, entry, IndexLayout.ENTRY_BYTES);
        final int flags = target.get(Le.SHORT, entry + IndexLayout.FLAGS) & FrameFlags.FRAME_MASK;
        target.set(Le.SHORT, entry + IndexLayout.FLAGS, (short) flags);
        target.set(Le.INT, entry + IndexLayout.OCCURRENCE, 0);
        target.set(Le.INT, entry + IndexLayout.CRC, 0);
        count++;
    }

    private MemorySegment next() {
        if (segmentIndex(count) == segments.size()) {
            segments.add(arena.allocate(
                    (long) IndexLayout.ENTRY_BYTES << Math.min(FIRST_SHIFT + segments.size(), LAST_SHIFT), 64));
        }
        return segments.get(segmentIndex(count));
    }

    private static int segmentIndex(final int index) {
        final int place = index + (1 << FIRST_SHIFT);
        return place < 1 << LAST_SHIFT
                ? Integer.SIZE - 1 - FIRST_SHIFT - Integer.numberOfLeadingZeros(place)
                : LAST_INDEX - 1 + (place >> LAST_SHIFT);
    }

    /** {@return the memory that holds an entry} */
    MemorySegment segment(final int index) {
        return segments.get(segmentIndex(index));
    }

    /** {@return where the entry lies in its {@link #segment}} */
    long offset(final int index) {
        final int place = index + (1 << FIRST_SHIFT);
        final int first = place < 1 << LAST_SHIFT ? Integer.highestOneBit(place) : place & -(1 << LAST_SHIFT);
        return (long) (place - first) * IndexLayout.ENTRY_BYTES;
    }

    int sequence(final int index) {
        return segment(index).get(Le.INT, offset(index) + IndexLayout.SEQUENCE);
    }

    /** Forgets which frames a scan found damaged; whoever reads them finds out again. */
    void forgetDamage() {
        for (int i = 0; i < count; i++) {
            final long at = offset(i) + IndexLayout.FLAGS;
            final int flags = segment(i).get(Le.SHORT, at) & FrameFlags.FRAME_MASK;
            segment(i).set(Le.SHORT, at, (short) flags);
        }
    }

    /** {@return whether a scan found damaged frames} */
    boolean hasDamage() {
        return soundCount() < count;
    }

    /** {@return how many entries are of frames that a scan did not find damaged} */
    int soundCount() {
        int sound = 0;
        for (int i = 0; i < count; i++) {
            sound += (segment(i).get(Le.SHORT, offset(i) + IndexLayout.FLAGS) & FrameFlags.DAMAGED) == 0 ? 1 : 0;
        }
        return sound;
    }

    /** {@return the highest sequence, or -1 without entries} */
    int lastSequence() {
        int last = -1;
        for (int i = 0; i < count; i++) {
            last = Math.max(last, sequence(i));
        }
        return last;
    }

    /** Forgets the entries from this one on. */
    void cut(final int newCount) {
        assert newCount <= count;
        count = newCount;
    }

    @Override
    public void close() {
        arena.close();
    }
}
