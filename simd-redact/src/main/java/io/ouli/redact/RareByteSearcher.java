package io.ouli.redact;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Looks for the rarest byte of each of at most three literals, eight bytes of text at a time, and compares where one
 * stands. Scalar; for literals that are too short to be sampled with a good stride.
 *
 * <p>Worked example for the byte {@code q}: the eight bytes are xored with {@code qqqqqqqq}, so that a {@code q}
 * becomes 0. Then {@code (x - 0x01…01) & ~x & 0x80…80} has the highest bit of each zero byte set; a borrow can set the
 * bit of a byte above a zero byte wrongly, never of one below, so the lowest set bit is always right.
 */
final class RareByteSearcher implements LiteralSearcher {
    static final int MAX_LITERALS = 3;
    private static final int MAX_OFFSET = 32;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int FREE_COMPARISONS = 16;
    private static final int BYTES_PER_COMPARISON = 16;

    private final LiteralSet literals;
    private final LiteralSearcher automaton;
    /** By literal: where its rare byte stands, and eight copies of it; unused places repeat the first literal. */
    private final int[] offsets;
    private final long[] patterns = new long[MAX_LITERALS];
    private final int maxOffset;

    RareByteSearcher(final LiteralSet literals, final LiteralSearcher automaton) {
        this.literals = literals;
        this.automaton = automaton;
        offsets = new int[literals.size()];
        int max = 0;
        for (int i = 0; i < literals.size(); i++) {
            offsets[i] = RareBytes.rarest(literals, i, MAX_OFFSET, -1);
            max = Math.max(max, offsets[i]);
        }
        maxOffset = max;
        for (int i = 0; i < MAX_LITERALS; i++) {
            final int literal = i < literals.size() ? i : 0;
            patterns[i] = (literals.at(literal, offsets[literal]) & 0xff) * ONES;
        }
    }

    @Override
    public long find(final byte[] text, final int from, final int to) {
        long best = NONE;
        int budget = FREE_COMPARISONS;
        int paidUntil = from;
        int position = from;
        while (position < to && (best == NONE || position <= LiteralSearcher.position(best) + maxOffset)) {
            final int blockEnd = Blocks.end(position, to);
            final int hit = next(text, position, blockEnd);
            if (hit == blockEnd) {
                position = hit;
                continue;
            }
            best = compare(text, hit, from, to, best);
            budget += (hit - paidUntil) / BYTES_PER_COMPARISON - 1;
            paidUntil = hit;
            position = hit + 1;
            if (budget < 0 && best == NONE) {
                return automaton.find(text, Math.max(from, position - maxOffset), to);
            }
        }
        return best;
    }

    /** {@return the first index at which a rare byte stands, or {@code to}} */
    private int next(final byte[] text, final int from, final int to) {
        final long first = patterns[0];
        final long second = patterns[1];
        final long third = patterns[2];
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            final long word = (long) LONG.get(text, i);
            final long hits = zeros(word ^ first) | zeros(word ^ second) | zeros(word ^ third);
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        for (; i < to; i++) {
            if (text[i] == (byte) first || text[i] == (byte) second || text[i] == (byte) third) {
                return i;
            }
        }
        return to;
    }

    private static long zeros(final long word) {
        return word - ONES & ~word & HIGHS;
    }

    private long compare(final byte[] text, final int hit, final int from, final int to, final long found) {
        long best = found;
        for (int literal = 0; literal < offsets.length; literal++) {
            final int start = hit - offsets[literal];
            if (start >= from && (byte) patterns[literal] == text[hit] && precedes(start, literal, best)
                    && literals.matchesAt(literal, text, start, to)) {
                best = LiteralSearcher.match(start, literal);
            }
        }
        return best;
    }

    private boolean precedes(final int start, final int literal, final long best) {
        if (best == NONE) {
            return true;
        }
        final int bestStart = LiteralSearcher.position(best);
        return start < bestStart || start == bestStart && literals.precedes(literal, LiteralSearcher.literal(best));
    }

    @Override
    public LiteralSet literals() {
        return literals;
    }

    @Override
    public String name() {
        return "rare bytes";
    }

    @Override
    public void close() {
        Arrays.fill(patterns, 0);
        automaton.close();
    }
}
