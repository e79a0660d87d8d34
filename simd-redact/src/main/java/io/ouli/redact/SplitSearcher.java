package io.ouli.redact;

/**
 * Searches short and long literals apart, each by the searcher that suits them: one short literal among many long ones
 * would otherwise shorten the stride for all of them.
 *
 * <p>Goes window by window: were the whole text searched for the one kind before the other, each match of the one would
 * cost a search of all the rest for the other.
 */
final class SplitSearcher implements LiteralSearcher {
    private static final int WINDOW_BYTES = 4_096;

    private final LiteralSet literals;
    private final LiteralSearcher first;
    private final int[] firstLiterals;
    private final LiteralSearcher second;
    private final int[] secondLiterals;

    /** Creates a searcher from two; literal i of each is the one that its array names of {@code literals}. */
    SplitSearcher(
            final LiteralSet literals,
            final LiteralSearcher first,
            final int[] firstLiterals,
            final LiteralSearcher second,
            final int[] secondLiterals) {
        this.literals = literals;
        this.first = first;
        this.firstLiterals = firstLiterals;
        this.second = second;
        this.secondLiterals = secondLiterals;
    }

    @Override
    public long find(final byte[] text, final int from, final int to) {
        int window = from;
        while (window < to) {
            // What begins in the window is found whole; what begins later is the next window's.
            final int windowEnd = to - window > WINDOW_BYTES ? window + WINDOW_BYTES : to;
            final long one = find(first, firstLiterals, text, window, windowEnd, to);
            // Of the other kind, only what begins no later than the match is of interest.
            final int secondEnd = one == NONE ? windowEnd : LiteralSearcher.position(one) + 1;
            final long other = find(second, secondLiterals, text, window, secondEnd, to);
            if (one != NONE || other != NONE) {
                return earlier(one, other);
            }
            window = windowEnd;
        }
        return NONE;
    }

    private static long find(
            final LiteralSearcher searcher,
            final int[] indexes,
            final byte[] text,
            final int from,
            final int startsBefore,
            final int to) {
        final int reach = searcher.literals().maxLength() - 1;
        final long match = searcher.find(text, from, to - startsBefore > reach ? startsBefore + reach : to);
        return match == NONE || LiteralSearcher.position(match) >= startsBefore
                ? NONE
                : LiteralSearcher.match(LiteralSearcher.position(match), indexes[LiteralSearcher.literal(match)]);
    }

    private long earlier(final long one, final long other) {
        if (one == NONE || other == NONE) {
            return one == NONE ? other : one;
        }
        final int difference = LiteralSearcher.position(one) - LiteralSearcher.position(other);
        if (difference != 0) {
            return difference < 0 ? one : other;
        }
        return literals.precedes(LiteralSearcher.literal(one), LiteralSearcher.literal(other)) ? one : other;
    }

    @Override
    public LiteralSet literals() {
        return literals;
    }

    @Override
    public String name() {
        return first.name() + " for " + firstLiterals.length + " short, " + second.name() + " for "
                + secondLiterals.length + " long ones";
    }

    @Override
    public void close() {
        first.close();
        first.literals().close();
        second.close();
        second.literals().close();
    }
}
