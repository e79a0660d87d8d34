package io.ouli.redact;

/**
 * Finds the next literal of a set; without state, without allocation, safe for use by several threads.
 *
 * <p>A match is one {@code long}, so that finding one allocates nothing: take it apart by {@link #position} and
 * {@link #literal}.
 */
public interface LiteralSearcher extends AutoCloseable {
    /** What {@link #find} gives when there is no match. */
    long NONE = -1;

    /**
     * Finds the leftmost literal that lies whole in {@code text[from, to)}; of several that begin there, the one that
     * wins by the set's order.
     *
     * @return the match, or {@link #NONE}.
     */
    long find(byte[] text, int from, int to);

    /** {@return the literals that are searched for} */
    LiteralSet literals();

    /** {@return the searcher's name and why it was chosen, for a log line} */
    String name();

    /** Overwrites what the searcher knows of the literals. No search may be under way or follow. */
    @Override
    void close();

    /** {@return where the match begins} */
    static int position(final long match) {
        return (int) (match >>> 32);
    }

    /** {@return the index of the literal that was found} */
    static int literal(final long match) {
        return (int) match;
    }

    /** Packs a match. */
    static long match(final int position, final int literal) {
        return (long) position << 32 | literal;
    }
}
