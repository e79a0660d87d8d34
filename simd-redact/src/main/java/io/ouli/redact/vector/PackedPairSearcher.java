package io.ouli.redact.vector;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSet;
import io.ouli.redact.RareBytes;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Looks for the two rarest bytes of one or two literals at their distance from each other, at 16, 32 or 64 places of
 * the text at once, and compares only where both stand.
 *
 * <p>Worked example, literal {@code "key=QX7"}, rare bytes {@code Q} at 4 and {@code X} at 5, four lanes for short.
 * At text index i two vectors are loaded, one from i + 4, one from i + 5:
 *
 * <pre>
 * text      a b k e y = Q X 7 .
 * i = 0:    from 4  y = Q X   equal to Q:  0 0 1 0
 *           from 5  = Q X 7   equal to X:  0 0 1 0     and:  0 0 1 0
 * </pre>
 *
 * <p>Bit 2 of the mask says that a literal may begin at i + 2. Bits are in order of the places, so the first that
 * compares equal is the leftmost. With two literals the masks are or-ed. The last places are looked at by a vector that
 * ends at the text's end and overlaps what was seen.
 */
final class PackedPairSearcher implements LiteralSearcher {
    static final int MAX_LITERALS = 2;
    static final int MIN_LENGTH = 2;
    private static final VectorSpecies<Byte> SPECIES = Shapes.COMPARE;
    private static final int LANES = SPECIES.length();
    /** Bytes of a literal that are considered: the further apart, the longer the text that is searched otherwise. */
    private static final int MAX_OFFSET = 32;
    private static final int FREE_COMPARISONS = 32;
    private static final int BYTES_PER_COMPARISON = 16;
    /** Bytes after which a safepoint is due. */
    private static final int BLOCK_BYTES = 1 << 16;
    /** What a scan gives when the text is hostile, or-ed with the place that is next. */
    private static final long GIVE_UP = 1L << 63;

    private final LiteralSet literals;
    private final LiteralSearcher automaton;
    private final byte firstByte;
    private final byte secondByte;
    private final int firstOffset;
    private final int secondOffset;
    private final byte otherFirstByte;
    private final byte otherSecondByte;
    private final int otherFirstOffset;
    private final int otherSecondOffset;
    private final int reach;
    /** The literals in the order in which they win. */
    private final int winner;
    private final int loser;

    PackedPairSearcher(final LiteralSet literals, final LiteralSearcher automaton) {
        this.literals = literals;
        this.automaton = automaton;
        final int other = literals.size() - 1;
        winner = literals.precedes(0, other) ? 0 : other;
        loser = other - winner;
        firstOffset = RareBytes.rarest(literals, 0, MAX_OFFSET, -1);
        secondOffset = second(literals, 0, firstOffset);
        otherFirstOffset = RareBytes.rarest(literals, other, MAX_OFFSET, -1);
        otherSecondOffset = second(literals, other, otherFirstOffset);
        firstByte = literals.at(0, firstOffset);
        secondByte = literals.at(0, secondOffset);
        otherFirstByte = literals.at(other, otherFirstOffset);
        otherSecondByte = literals.at(other, otherSecondOffset);
        reach = Math.max(
                Math.max(firstOffset, secondOffset), Math.max(otherFirstOffset, otherSecondOffset)) + LANES;
    }

    /** A literal of one byte over and over has no second one to look for: another place of it will do. */
    private static int second(final LiteralSet literals, final int literal, final int first) {
        final int rarest = RareBytes.rarest(literals, literal, MAX_OFFSET, first);
        return rarest >= 0 ? rarest : first == 0 ? 1 : 0;
    }

    @Override
    public long find(final byte[] text, final int from, final int to) {
        if (to - from < reach) {
            return automaton.find(text, from, to);
        }
        int block = from;
        while (to - block >= reach) {
            final int blockEnd = to - block > BLOCK_BYTES ? block + BLOCK_BYTES : to;
            final long found = scan(text, block, blockEnd, to, FREE_COMPARISONS);
            if (found >= 0) {
                return found;
            }
            if (found != NONE) {
                return automaton.find(text, (int) found, to);
            }
            block = places(block, blockEnd, to);
        }
        return tail(text, block, to);
    }

    private long scan(final byte[] text, final int from, final int blockEnd, final int to, final int credit) {
        return literals.size() == 1
                ? scanOne(text, from, blockEnd, to, credit)
                : scanTwo(text, from, blockEnd, to, credit);
    }

    /** {@return the index after the last place that a block's scan looks at} */
    private int places(final int block, final int blockEnd, final int to) {
        final int end = Math.min(blockEnd, to - reach + 1);
        return block + (end - block + LANES - 1) / LANES * LANES;
    }

    private long scanOne(final byte[] text, final int from, final int blockEnd, final int to, final int credit) {
        final int end = Math.min(blockEnd, to - reach + 1);
        int budget = credit;
        int paidUntil = from;
        for (int i = from; i < end; i += LANES) {
            final long mask = ByteVector.fromArray(SPECIES, text, i + firstOffset).eq(firstByte)
                    .and(ByteVector.fromArray(SPECIES, text, i + secondOffset).eq(secondByte))
                    .toLong();
            if (mask != 0) {
                budget += (i - paidUntil) / BYTES_PER_COMPARISON;
                paidUntil = i;
                final long found = compare(text, i, to, mask);
                if (found != NONE) {
                    return found;
                }
                budget -= Long.bitCount(mask);
                if (budget < 0) {
                    return GIVE_UP | i;
                }
            }
        }
        return NONE;
    }

    private long scanTwo(final byte[] text, final int from, final int blockEnd, final int to, final int credit) {
        final int end = Math.min(blockEnd, to - reach + 1);
        int budget = credit;
        int paidUntil = from;
        for (int i = from; i < end; i += LANES) {
            final long mask = ByteVector.fromArray(SPECIES, text, i + firstOffset).eq(firstByte)
                    .and(ByteVector.fromArray(SPECIES, text, i + secondOffset).eq(secondByte))
                    .or(ByteVector.fromArray(SPECIES, text, i + otherFirstOffset).eq(otherFirstByte)
                            .and(ByteVector.fromArray(SPECIES, text, i + otherSecondOffset).eq(otherSecondByte)))
                    .toLong();
            if (mask != 0) {
                budget += (i - paidUntil) / BYTES_PER_COMPARISON;
                paidUntil = i;
                final long found = compare(text, i, to, mask);
                if (found != NONE) {
                    return found;
                }
                budget -= Long.bitCount(mask);
                if (budget < 0) {
                    return GIVE_UP | i;
                }
            }
        }
        return NONE;
    }

    /** A method of its own: inside the loop's method it made the loop allocate. */
    private long tail(final byte[] text, final int from, final int to) {
        final int start = to - reach;
        // Places that were seen before brought nothing then, and bring nothing now.
        final long found = scan(text, start, to, to, Integer.MAX_VALUE >> 1);
        final int rest = Math.max(from, start + LANES);
        // The longer literal's offset keeps the vector from the last places; the shorter one may still stand there.
        return found != NONE || to - rest < literals.minLength() ? found : automaton.find(text, rest, to);
    }

    private long compare(final byte[] text, final int base, final int to, final long mask) {
        long rest = mask;
        while (rest != 0) {
            final int start = base + Long.numberOfTrailingZeros(rest);
            if (literals.matchesAt(winner, text, start, to)) {
                return LiteralSearcher.match(start, winner);
            }
            if (winner != loser && literals.matchesAt(loser, text, start, to)) {
                return LiteralSearcher.match(start, loser);
            }
            rest &= rest - 1;
        }
        return NONE;
    }

    @Override
    public LiteralSet literals() {
        return literals;
    }

    @Override
    public String name() {
        return "packed pair (" + SPECIES.vectorBitSize() + " bits)";
    }

    @Override
    public void close() {
        automaton.close();
    }
}
