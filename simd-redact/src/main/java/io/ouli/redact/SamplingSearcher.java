package io.ouli.redact;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Looks at one gram of four bytes out of every few, and at the rest only where such a gram occurs in a literal. Scalar,
 * and the fastest way for three and more literals, since it does not even load most of the text's cache lines' bytes.
 *
 * <p>Worked example: the shortest literal has 8 bytes, so the stride is 8 - 3 = 5. Of each literal a window of 5 grams
 * in a row is entered into a map, say those that begin at bytes 0 to 4 of {@code 01234567}: {@code 0123 1234 2345 3456
 * 4567}. In the text the grams at 0, 5, 10, 15 … are looked up. Wherever the literal stands, one of five neighbouring
 * gram positions is among those looked up:
 *
 * <pre>
 * text      x x x 0 1 2 3 4 5 6 7 x x x x
 * looked up ^ - - -   ^ - - -   ^ - - -       the second one is 2345, which is in the map
 * </pre>
 *
 * <p>The map is a bit set over a hash of the gram; a set bit leads to a table of grams with the literals and offsets
 * they come from, and each of those is compared. A window need not begin at a literal's first byte: the one whose grams
 * are rarest among all literals is taken, so that a common prefix such as {@code sk-proj-} leads to no comparison. A
 * match found through a late window may be preceded by one that is found through a later sample; the search goes on
 * until no sample can bring an earlier one.
 *
 * <p>Where comparisons get frequent, the text is hostile or full of near-hits: the automaton searches the rest.
 */
final class SamplingSearcher implements LiteralSearcher {
    /** The shortest literal that can be sampled. */
    static final int MIN_LENGTH = 4;
    private static final int GRAM = 4;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    /** The strides that the loop is compiled for: a stride that is no constant costs a third of the speed. */
    private static final int[] STRIDES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 20, 24};
    private static final int HASH = 0x9e3779b1;
    /** How late a window may begin: the later, the more samples are looked at after a match to see what precedes it. */
    private static final int MAX_WINDOW = 48;
    /** Comparisons that are free, and bytes of text that pay for one more: what the automaton would take for it. */
    private static final int FREE_COMPARISONS = 16;
    private static final int BYTES_PER_COMPARISON = 16;

    private final LiteralSet literals;
    private final LiteralSearcher automaton;
    private final int stride;
    /** By literal: where its window begins. */
    private final int[] windows;
    private final int maxWindow;
    private final long[] map;
    private final int mapShift;
    /** Open addressing: gram, then the first of its entries, one more than the index so that 0 is free. */
    private final int[] table;
    private final int tableMask;
    /** Literal, offset of the gram in it, index of the next entry of the same gram plus one. */
    private final int[] entries;
    private int entryCount;

    SamplingSearcher(final LiteralSet literals, final LiteralSearcher automaton) {
        this.literals = literals;
        this.automaton = automaton;
        stride = strideFor(literals.minLength());
        windows = new int[literals.size()];
        maxWindow = chooseWindows();
        final int grams = literals.size() * stride;
        final int mapBits = grams <= 8_192 ? 18 : grams <= 65_536 ? 20 : 22;
        map = new long[1 << mapBits - 6];
        mapShift = 32 - mapBits;
        final int tableSize = Integer.highestOneBit(Math.max(4, grams * 2 - 1)) << 1;
        table = new int[tableSize * 2];
        tableMask = tableSize - 1;
        entries = new int[grams * 3];
        // Backwards, so that the literal that wins comes first in its gram's list more often than not.
        for (int literal = literals.size() - 1; literal >= 0; literal--) {
            for (int i = 0; i < stride; i++) {
                enter(literal, windows[literal] + i);
            }
        }
    }

    static int strideFor(final int minLength) {
        int chosen = STRIDES[0];
        for (final int candidate : STRIDES) {
            chosen = candidate <= minLength - GRAM + 1 ? candidate : chosen;
        }
        return chosen;
    }

    private int gram(final int literal, final int at) {
        return literals.at(literal, at) & 0xff
                | (literals.at(literal, at + 1) & 0xff) << 8
                | (literals.at(literal, at + 2) & 0xff) << 16
                | (literals.at(literal, at + 3) & 0xff) << 24;
    }

    /** Chooses, for each literal, the window whose grams occur least in all of them; the first of equals. */
    private int chooseWindows() {
        final Map<Integer, Integer> counts = new HashMap<>();
        for (int literal = 0; literal < literals.size(); literal++) {
            for (int at = 0; at + GRAM <= literals.length(literal); at++) {
                counts.merge(gram(literal, at), 1, Integer::sum);
            }
        }
        int max = 0;
        for (int literal = 0; literal < literals.size(); literal++) {
            final int gramCount = Math.min(literals.length(literal) - GRAM + 1, MAX_WINDOW + stride);
            long sum = 0;
            long best = Long.MAX_VALUE;
            for (int at = 0; at < gramCount; at++) {
                sum += counts.get(gram(literal, at));
                sum -= at >= stride ? counts.get(gram(literal, at - stride)) : 0;
                if (at >= stride - 1 && sum < best) {
                    best = sum;
                    windows[literal] = at - stride + 1;
                }
            }
            max = Math.max(max, windows[literal]);
        }
        return max;
    }

    private void enter(final int literal, final int at) {
        final int gram = gram(literal, at);
        final int bit = gram * HASH >>> mapShift;
        map[bit >>> 6] |= 1L << bit;
        int slot = slot(gram);
        while (table[slot + 1] != 0 && table[slot] != gram) {
            slot = next(slot);
        }
        final int entry = entryCount++ * 3;
        entries[entry] = literal;
        entries[entry + 1] = at;
        entries[entry + 2] = table[slot + 1];
        table[slot] = gram;
        table[slot + 1] = entry + 1;
    }

    private int slot(final int gram) {
        return (gram * HASH >>> 7 & tableMask) << 1;
    }

    private int next(final int slot) {
        return slot + 2 & (tableMask << 1 | 1);
    }

    @Override
    public long find(final byte[] text, final int from, final int to) {
        final int last = to - GRAM;
        int budget = FREE_COMPARISONS;
        int sample = from;
        int paidUntil = from;
        while (sample <= last) {
            final int blockEnd = Blocks.end(sample, last + 1) - 1;
            final int hit = nextHit(text, sample, blockEnd);
            if (hit < 0) {
                sample = ~hit;
                continue;
            }
            budget += (hit - paidUntil) / BYTES_PER_COMPARISON;
            paidUntil = hit;
            final long best = compare(text, hit, from, to, NONE);
            if (best != NONE) {
                return settle(text, hit + stride, from, to, best);
            }
            budget -= 1 + comparisons(text, hit);
            sample = hit + stride;
            if (budget < 0) {
                // Whatever begins before this has had its sample.
                return automaton.find(text, Math.max(from, sample - maxWindow - stride), to);
            }
        }
        return NONE;
    }

    /**
     * {@return the sample at which a gram may be one of a literal; or, complemented, the first sample not looked at}
     */
    private int nextHit(final byte[] text, final int from, final int last) {
        return switch (stride) {
            case 1 -> scan(text, from, last, 1);
            case 2 -> scan(text, from, last, 2);
            case 3 -> scan(text, from, last, 3);
            case 4 -> scan(text, from, last, 4);
            case 5 -> scan(text, from, last, 5);
            case 6 -> scan(text, from, last, 6);
            case 7 -> scan(text, from, last, 7);
            case 8 -> scan(text, from, last, 8);
            case 9 -> scan(text, from, last, 9);
            case 10 -> scan(text, from, last, 10);
            case 11 -> scan(text, from, last, 11);
            case 12 -> scan(text, from, last, 12);
            case 13 -> scan(text, from, last, 13);
            case 16 -> scan(text, from, last, 16);
            case 20 -> scan(text, from, last, 20);
            default -> scan(text, from, last, 24);
        };
    }

    /** Inlined into each case above, where {@code step} is a constant. */
    private int scan(final byte[] text, final int from, final int last, final int step) {
        final long[] bits = map;
        final int shift = mapShift;
        int i = from;
        for (; i <= last; i += step) {
            final int bit = (int) INT.get(text, i) * HASH >>> shift;
            if ((bits[bit >>> 6] >>> bit & 1) != 0) {
                return i;
            }
        }
        return ~i;
    }

    /** {@return the best of {@code best} and the literals that have the sample's gram in their window} */
    private long compare(final byte[] text, final int sample, final int from, final int to, final long best) {
        long result = best;
        for (int entry = firstEntry(text, sample); entry != 0; entry = entries[entry + 1]) {
            final int literal = entries[entry - 1];
            final int start = sample - entries[entry];
            if (start >= from && precedes(start, literal, result) && literals.matchesAt(literal, text, start, to)) {
                result = LiteralSearcher.match(start, literal);
            }
        }
        return result;
    }

    private boolean precedes(final int start, final int literal, final long best) {
        if (best == NONE) {
            return true;
        }
        final int bestStart = LiteralSearcher.position(best);
        return start < bestStart || start == bestStart && literals.precedes(literal, LiteralSearcher.literal(best));
    }

    private int firstEntry(final byte[] text, final int sample) {
        final int gram = (int) INT.get(text, sample);
        int slot = slot(gram);
        while (table[slot + 1] != 0) {
            if (table[slot] == gram) {
                return table[slot + 1];
            }
            slot = next(slot);
        }
        return 0;
    }

    private int comparisons(final byte[] text, final int sample) {
        int count = 0;
        for (int entry = firstEntry(text, sample); entry != 0; entry = entries[entry + 1]) {
            count++;
        }
        return count;
    }

    /** Looks at the samples that may bring a literal that begins before the best one, or with it and wins. */
    private long settle(final byte[] text, final int from, final int first, final int to, final long found) {
        long best = found;
        int sample = from;
        while (sample + GRAM <= to && sample < LiteralSearcher.position(best) + maxWindow + stride) {
            best = compare(text, sample, first, to, best);
            sample += stride;
        }
        return best;
    }

    @Override
    public LiteralSet literals() {
        return literals;
    }

    @Override
    public String name() {
        return "gram sampler (stride " + stride + ")";
    }

    @Override
    public void close() {
        Arrays.fill(map, 0);
        Arrays.fill(table, 0);
        Arrays.fill(entries, 0);
        automaton.close();
    }
}
