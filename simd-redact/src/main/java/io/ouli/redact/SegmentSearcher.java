package io.ouli.redact;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds the literals of a set in memory outside the heap, of any length. For one thread.
 *
 * <p>Copies block by block into an array that is used again, and searches there, since vectors loaded from a segment
 * are slower by more than the copy takes. Blocks overlap by what a literal may reach over their end.
 */
public final class SegmentSearcher {
    private static final int BLOCK_BYTES = 64 << 10;

    private final LiteralSearcher searcher;
    private final byte[] block;
    private final int overlap;
    private long position;
    private int literal;

    /** Makes one for one thread; the searcher may be shared. */
    public SegmentSearcher(final LiteralSearcher searcher) {
        this.searcher = searcher;
        overlap = Math.max(0, searcher.literals().maxLength() - 1);
        block = new byte[BLOCK_BYTES + overlap];
    }

    /**
     * Finds the leftmost literal that lies whole in {@code text[from, to)}; of several that begin there, the one that
     * wins by the set's order.
     *
     * @return whether there is one: {@link #position} and {@link #literal} say which.
     */
    public boolean find(final MemorySegment text, final long from, final long to) {
        long start = from;
        while (start < to) {
            final int length = (int) Math.min(block.length, to - start);
            MemorySegment.copy(text, ValueLayout.JAVA_BYTE, start, block, 0, length);
            final long match = searcher.find(block, 0, length);
            // What begins in the overlap may be the shorter of two literals: the next block sees both whole.
            final boolean last = start + length == to;
            if (match != LiteralSearcher.NONE && (last || LiteralSearcher.position(match) < length - overlap)) {
                position = start + LiteralSearcher.position(match);
                literal = LiteralSearcher.literal(match);
                return true;
            }
            start = last ? to : start + length - overlap;
        }
        return false;
    }

    /** {@return where the match of the last {@link #find} begins} */
    public long position() {
        return position;
    }

    /** {@return the index of the literal that the last {@link #find} found} */
    public int literal() {
        return literal;
    }
}
