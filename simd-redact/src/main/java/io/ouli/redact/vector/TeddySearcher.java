package io.ouli.redact.vector;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSet;
import java.util.Arrays;
import java.util.stream.IntStream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Teddy: looks at 16 places of the text at once, 32 or 64 with wider vectors, for two or three bytes in a row that some
 * literal has at one offset, by table look-ups of half bytes. For short literals, up to {@link #MAX_LITERALS}.
 *
 * <p>Worked example with the literals {@code "foo"} (bucket 0, bit 1) and {@code "bar"} (bucket 1, bit 2), one byte
 * instead of two or three. {@code f} is 0x66, {@code b} is 0x62. Two tables of 16 bytes say which buckets a half byte
 * fits: {@code low[6] = 1}, {@code low[2] = 2}, {@code high[6] = 1|2}, all else 0. For each of 16 text bytes the tables
 * are looked up by the byte's lower and upper half, and and-ed:
 *
 * <pre>
 * text          x    b    a    f    v          0x62 = b: low[2] &amp; high[6] = 2 &amp; 3 = 2, bucket 1
 * bytes         78   62   61   66   76         0x66 = f: low[6] &amp; high[6] = 1 &amp; 3 = 1, bucket 0
 * low &amp; high    0    2    0    1    0          0x76 = v: low[6] &amp; high[7] = 1 &amp; 0 = 0, none
 * </pre>
 *
 * <p>With more bytes, each has tables of its own, the results are and-ed, and little gets through by chance. Literals
 * whose bytes are alike share a bucket. All literals are looked at from the same offset on, so that the order of places
 * is the order of beginnings; it is chosen where they differ most from each other, after a common prefix.
 *
 * <p>Its loops repeat each other, and {@link PackedPairSearcher}'s, on purpose; docs/adr/021 has the figures.
 */
final class TeddySearcher implements LiteralSearcher {
    /** With more, each bucket has so many that nearly every word of a text gets through. */
    static final int MAX_LITERALS = 16;
    static final int MIN_LENGTH = 2;
    private static final VectorSpecies<Byte> SPECIES = Shapes.LOOKUP;
    private static final int LANES = SPECIES.length();
    /** Half bytes; tables are repeated until they fill a vector. */
    private static final int HALVES = 16;
    private static final int HALF_BITS = 4;
    private static final byte HALF_MASK = HALVES - 1;
    private static final int BUCKETS = 8;
    private static final int MAX_WIDTH = 3;
    private static final int FREE_COMPARISONS = 32;
    private static final int BYTES_PER_COMPARISON = 16;
    private static final int BLOCK_BYTES = 1 << 16;
    /** What a scan gives when the text is hostile, or-ed with the place that is next. */
    private static final long GIVE_UP = 1L << 63;

    private final LiteralSet literals;
    private final LiteralSearcher automaton;
    /** How many bytes in a row are looked at: 2 or 3. */
    private final int width;
    /** The offset in the literals from which they are looked at. */
    private final int offset;
    private final int reach;
    /** By byte: low half's table, high half's table, a vector each. */
    private final byte[] tables;
    /** By bucket: its literals, those that win first. */
    private final int[][] buckets;

    TeddySearcher(final LiteralSet literals, final LiteralSearcher automaton) {
        this.literals = literals;
        this.automaton = automaton;
        width = Math.min(MAX_WIDTH, literals.minLength());
        offset = chooseOffset();
        reach = offset + width - 1 + LANES;
        buckets = assignBuckets();
        tables = new byte[width * 2 * LANES];
        for (int bucket = 0; bucket < buckets.length; bucket++) {
            for (final int literal : buckets[bucket]) {
                enter(literal, (byte) (1 << bucket));
            }
        }
    }

    private void enter(final int literal, final byte bucketBit) {
        for (int i = 0; i < width; i++) {
            final int value = literals.at(literal, offset + i) & 0xff;
            for (int copy = 0; copy < LANES; copy += HALVES) {
                tables[lowTable(i) + copy + (value & HALF_MASK)] |= bucketBit;
                tables[highTable(i) + copy + (value >> HALF_BITS)] |= bucketBit;
            }
        }
    }

    /**
     * {@return where the table for the lower halves of the bytes at {@code offset + i} begins; the other follows it}
     */
    private static int lowTable(final int i) {
        return i * 2 * LANES;
    }

    private static int highTable(final int i) {
        return lowTable(i) + LANES;
    }

    private long key(final int literal, final int at) {
        long key = 0;
        for (int i = 0; i < width; i++) {
            key = key << 8 | literals.at(literal, at + i) & 0xff;
        }
        return key;
    }

    /** Chooses the offset at which most literals differ; the first of equals. */
    private int chooseOffset() {
        int best = 0;
        long mostDistinct = 0;
        for (int at = 0; at + width <= Math.min(literals.minLength(), HALVES); at++) {
            final long distinct = keys(at).length;
            if (distinct > mostDistinct) {
                mostDistinct = distinct;
                best = at;
            }
        }
        return best;
    }

    private long[] keys(final int at) {
        final long[] keys = new long[literals.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key(i, at);
        }
        return Arrays.stream(keys).distinct().sorted().toArray();
    }

    /** Neighbours in the order of their bytes share a bucket: the more alike they are, the less it lets through. */
    private int[][] assignBuckets() {
        final long[] keys = keys(offset);
        final int count = Math.min(BUCKETS, keys.length);
        final int[][] assigned = new int[count][];
        for (int bucket = 0; bucket < count; bucket++) {
            final long first = keys[bucket * keys.length / count];
            final long last = keys[(bucket + 1) * keys.length / count - 1];
            assigned[bucket] = IntStream.range(0, literals.size())
                    .filter(literal -> key(literal, offset) >= first && key(literal, offset) <= last)
                    .boxed()
                    .sorted((one, other) -> one.equals(other) ? 0 : literals.precedes(one, other) ? -1 : 1)
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
        return assigned;
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
            final int end = Math.min(blockEnd, to - reach + 1);
            block += (end - block + LANES - 1) / LANES * LANES;
        }
        return tail(text, to);
    }

    private long scan(final byte[] text, final int from, final int blockEnd, final int to, final int credit) {
        return width == MAX_WIDTH
                ? scanThree(text, from, blockEnd, to, credit)
                : scanTwo(text, from, blockEnd, to, credit);
    }

    private long scanThree(final byte[] text, final int from, final int blockEnd, final int to, final int credit) {
        final ByteVector low0 = ByteVector.fromArray(SPECIES, tables, 0);
        final ByteVector high0 = ByteVector.fromArray(SPECIES, tables, LANES);
        final ByteVector low1 = ByteVector.fromArray(SPECIES, tables, 2 * LANES);
        final ByteVector high1 = ByteVector.fromArray(SPECIES, tables, 3 * LANES);
        final ByteVector low2 = ByteVector.fromArray(SPECIES, tables, 4 * LANES);
        final ByteVector high2 = ByteVector.fromArray(SPECIES, tables, 5 * LANES);
        final int end = Math.min(blockEnd, to - reach + 1);
        int budget = credit;
        int paidUntil = from;
        for (int i = from; i < end; i += LANES) {
            final ByteVector first = ByteVector.fromArray(SPECIES, text, i + offset);
            final ByteVector second = ByteVector.fromArray(SPECIES, text, i + offset + 1);
            final ByteVector third = ByteVector.fromArray(SPECIES, text, i + offset + 2);
            // Bytes have no shift of their own on x86; the bits that come in from the neighbour are masked off.
            final ByteVector fits = first.and(HALF_MASK).selectFrom(low0)
                    .and(first.reinterpretAsInts().lanewise(VectorOperators.LSHR, HALF_BITS).reinterpretAsBytes()
                            .and(HALF_MASK).selectFrom(high0))
                    .and(second.and(HALF_MASK).selectFrom(low1))
                    .and(second.reinterpretAsInts().lanewise(VectorOperators.LSHR, HALF_BITS).reinterpretAsBytes()
                            .and(HALF_MASK).selectFrom(high1))
                    .and(third.and(HALF_MASK).selectFrom(low2))
                    .and(third.reinterpretAsInts().lanewise(VectorOperators.LSHR, HALF_BITS).reinterpretAsBytes()
                            .and(HALF_MASK).selectFrom(high2));
            final long mask = fits.compare(VectorOperators.NE, (byte) 0).toLong();
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
        final ByteVector low0 = ByteVector.fromArray(SPECIES, tables, 0);
        final ByteVector high0 = ByteVector.fromArray(SPECIES, tables, LANES);
        final ByteVector low1 = ByteVector.fromArray(SPECIES, tables, 2 * LANES);
        final ByteVector high1 = ByteVector.fromArray(SPECIES, tables, 3 * LANES);
        final int end = Math.min(blockEnd, to - reach + 1);
        int budget = credit;
        int paidUntil = from;
        for (int i = from; i < end; i += LANES) {
            final ByteVector first = ByteVector.fromArray(SPECIES, text, i + offset);
            final ByteVector second = ByteVector.fromArray(SPECIES, text, i + offset + 1);
            final ByteVector fits = first.and(HALF_MASK).selectFrom(low0)
                    .and(first.reinterpretAsInts().lanewise(VectorOperators.LSHR, HALF_BITS).reinterpretAsBytes()
                            .and(HALF_MASK).selectFrom(high0))
                    .and(second.and(HALF_MASK).selectFrom(low1))
                    .and(second.reinterpretAsInts().lanewise(VectorOperators.LSHR, HALF_BITS).reinterpretAsBytes()
                            .and(HALF_MASK).selectFrom(high1));
            final long mask = fits.compare(VectorOperators.NE, (byte) 0).toLong();
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
    private long tail(final byte[] text, final int to) {
        // Places that were seen before brought nothing then, and bring nothing now.
        return scan(text, to - reach, to, to, Integer.MAX_VALUE >> 1);
    }

    private long compare(final byte[] text, final int base, final int to, final long mask) {
        long rest = mask;
        while (rest != 0) {
            final int start = base + Long.numberOfTrailingZeros(rest);
            final int literal = compareAt(text, start, to);
            if (literal >= 0) {
                return LiteralSearcher.match(start, literal);
            }
            rest &= rest - 1;
        }
        return NONE;
    }

    private int compareAt(final byte[] text, final int start, final int to) {
        int fits = -1;
        for (int i = 0; i < width; i++) {
            final int value = text[start + offset + i] & 0xff;
            fits &= tables[lowTable(i) + (value & HALF_MASK)] & tables[highTable(i) + (value >> HALF_BITS)];
        }
        int best = -1;
        for (int bits = fits & 0xff; bits != 0; bits &= bits - 1) {
            for (final int literal : buckets[Integer.numberOfTrailingZeros(bits)]) {
                if (literals.matchesAt(literal, text, start, to)) {
                    best = best < 0 || literals.precedes(literal, best) ? literal : best;
                    break;
                }
            }
        }
        return best;
    }

    @Override
    public LiteralSet literals() {
        return literals;
    }

    @Override
    public String name() {
        return "Teddy (" + SPECIES.vectorBitSize() + " bits, " + width + " bytes)";
    }

    @Override
    public void close() {
        Arrays.fill(tables, (byte) 0);
        automaton.close();
    }
}
