package io.ouli.redact.vector;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.REVERSE_BYTES;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

/**
 * The compression function of SHA-256 (FIPS 180-4) for one block of each of 16 messages at the same time: a vector has
 * the same word of all 16, so that each step of the standard is one step on vectors.
 *
 * <p>Worked example with two lanes instead of 16, the messages {@code "abcdefgh…"} and {@code "ABCDEFGH…"}. A block
 * is 16 words, big-endian; a row is a message's block as it lies in memory, and what is needed are columns:
 *
 * <pre>
 * rows, as loaded        64636261 68676665 …      bytes of each word reversed    61626364 65666768 …
 *                        44434241 48474645 …                                     41424344 45464748 …
 * columns                w[0] = 61626364 41424344     w[1] = 65666768 45464748     …
 * </pre>
 *
 * <p>Rows become columns by exchanging halves between rows 8 apart, quarters between rows 4 apart, pairs between rows 2
 * apart, single words between neighbours: each step chooses words of two vectors. With two lanes it is the last step
 * alone: the first word of row 0 and of row 1 give {@code w[0]}, the second ones {@code w[1]}. Then 48 more words are
 * made of the first 16, and 64 rounds mix them into the eight words of each lane's state.
 *
 * <p><b>Design note:</b> AVX-512 rotates in one instruction and has one for any function of three words, which the JIT
 * makes of {@code xor}, {@code and}, {@code or}: a round is 17 instructions for 16 messages. The steps are written out
 * in loops whose vectors all stay in registers, without helper methods: one that is not inlined gets its vectors on the
 * heap. Three methods, for the same reason: the JIT would give up on one that large.
 */
final class Sha256Lanes {
    static final int LANES = 16;
    static final int BLOCK = 64;

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    /** Without turning bytes: that is one step of its own. */
    private static final ByteOrder AS_IT_LIES = ByteOrder.LITTLE_ENDIAN;
    private static final int STATE = 8;
    /** By distance of two rows: which words of both the first of them has then, those of the other counted from 16. */
    private static final IntVector FIRST_8 = chosen(8, 0);
    private static final IntVector FIRST_4 = chosen(4, 0);
    private static final IntVector FIRST_2 = chosen(2, 0);
    private static final IntVector FIRST_1 = chosen(1, 0);
    /** And which the other one has. */
    private static final IntVector OTHER_8 = chosen(8, 8);
    private static final IntVector OTHER_4 = chosen(4, 4);
    private static final IntVector OTHER_2 = chosen(2, 2);
    private static final IntVector OTHER_1 = chosen(1, 1);
    private static final int[] START = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    private static final int[] ROUNDS = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

    /** By word of the schedule: that word of each lane. */
    private final int[] words = new int[ROUNDS.length * LANES];
    /** The schedule of the last block of messages of {@link #paddedLength} bytes. */
    private final int[] padding = new int[ROUNDS.length * LANES];
    private int paddedLength = -1;
    /** By word of the state: that word of each lane. */
    private final int[] state = new int[STATE * LANES];

    private static IntVector chosen(final int distance, final int from) {
        final int[] index = new int[LANES];
        for (int i = 0; i < LANES; i++) {
            index[i] = (i & distance) == 0 ? i + from : LANES + i - distance + from;
        }
        return IntVector.fromArray(INTS, index, 0);
    }

    /** Begins messages in all lanes. */
    void start() {
        for (int i = 0; i < STATE; i++) {
            IntVector.broadcast(INTS, START[i]).intoArray(state, i * LANES);
        }
    }

    /**
     * Takes a block of each message.
     *
     * @param messages by lane: holds its message.
     * @param offsets  by lane: where that begins.
     * @param at       how far behind that the block begins.
     */
    void take(final MemorySegment[] messages, final long[] offsets, final long at) {
        turn(messages, offsets, at);
        schedule(words);
        mix(words);
    }

    /**
     * Takes a block of nothing but padding, which is the same in all lanes: its schedule is kept.
     *
     * @param length of each message, a multiple of {@link #BLOCK}.
     */
    void takePadding(final int length) {
        if (paddedLength != length) {
            Arrays.fill(padding, 0, LANES, 0x80 << 24);
            Arrays.fill(padding, LANES, 15 * LANES, 0);
            Arrays.fill(padding, 15 * LANES, 16 * LANES, length * Byte.SIZE);
            schedule(padding);
            paddedLength = length;
        }
        mix(padding);
    }

    /** Copies a lane's digest, after its last block. */
    void copyTo(final int lane, final byte[] out, final int offset) {
        for (int i = 0; i < STATE; i++) {
            BIG_ENDIAN.set(out, offset + i * Integer.BYTES, state[i * LANES + lane]);
        }
    }

    private void turn(final MemorySegment[] messages, final long[] offsets, final long at) {
        final IntVector a0 = IntVector.fromMemorySegment(INTS, messages[0], offsets[0] + at, AS_IT_LIES);
        final IntVector a1 = IntVector.fromMemorySegment(INTS, messages[1], offsets[1] + at, AS_IT_LIES);
        final IntVector a2 = IntVector.fromMemorySegment(INTS, messages[2], offsets[2] + at, AS_IT_LIES);
        final IntVector a3 = IntVector.fromMemorySegment(INTS, messages[3], offsets[3] + at, AS_IT_LIES);
        final IntVector a4 = IntVector.fromMemorySegment(INTS, messages[4], offsets[4] + at, AS_IT_LIES);
        final IntVector a5 = IntVector.fromMemorySegment(INTS, messages[5], offsets[5] + at, AS_IT_LIES);
        final IntVector a6 = IntVector.fromMemorySegment(INTS, messages[6], offsets[6] + at, AS_IT_LIES);
        final IntVector a7 = IntVector.fromMemorySegment(INTS, messages[7], offsets[7] + at, AS_IT_LIES);
        final IntVector a8 = IntVector.fromMemorySegment(INTS, messages[8], offsets[8] + at, AS_IT_LIES);
        final IntVector a9 = IntVector.fromMemorySegment(INTS, messages[9], offsets[9] + at, AS_IT_LIES);
        final IntVector a10 = IntVector.fromMemorySegment(INTS, messages[10], offsets[10] + at, AS_IT_LIES);
        final IntVector a11 = IntVector.fromMemorySegment(INTS, messages[11], offsets[11] + at, AS_IT_LIES);
        final IntVector a12 = IntVector.fromMemorySegment(INTS, messages[12], offsets[12] + at, AS_IT_LIES);
        final IntVector a13 = IntVector.fromMemorySegment(INTS, messages[13], offsets[13] + at, AS_IT_LIES);
        final IntVector a14 = IntVector.fromMemorySegment(INTS, messages[14], offsets[14] + at, AS_IT_LIES);
        final IntVector a15 = IntVector.fromMemorySegment(INTS, messages[15], offsets[15] + at, AS_IT_LIES);
        final IntVector b0 = FIRST_8.selectFrom(a0, a8);
        final IntVector b8 = OTHER_8.selectFrom(a0, a8);
        final IntVector b1 = FIRST_8.selectFrom(a1, a9);
        final IntVector b9 = OTHER_8.selectFrom(a1, a9);
        final IntVector b2 = FIRST_8.selectFrom(a2, a10);
        final IntVector b10 = OTHER_8.selectFrom(a2, a10);
        final IntVector b3 = FIRST_8.selectFrom(a3, a11);
        final IntVector b11 = OTHER_8.selectFrom(a3, a11);
        final IntVector b4 = FIRST_8.selectFrom(a4, a12);
        final IntVector b12 = OTHER_8.selectFrom(a4, a12);
        final IntVector b5 = FIRST_8.selectFrom(a5, a13);
        final IntVector b13 = OTHER_8.selectFrom(a5, a13);
        final IntVector b6 = FIRST_8.selectFrom(a6, a14);
        final IntVector b14 = OTHER_8.selectFrom(a6, a14);
        final IntVector b7 = FIRST_8.selectFrom(a7, a15);
        final IntVector b15 = OTHER_8.selectFrom(a7, a15);
        final IntVector c0 = FIRST_4.selectFrom(b0, b4);
        final IntVector c4 = OTHER_4.selectFrom(b0, b4);
        final IntVector c1 = FIRST_4.selectFrom(b1, b5);
        final IntVector c5 = OTHER_4.selectFrom(b1, b5);
        final IntVector c2 = FIRST_4.selectFrom(b2, b6);
        final IntVector c6 = OTHER_4.selectFrom(b2, b6);
        final IntVector c3 = FIRST_4.selectFrom(b3, b7);
        final IntVector c7 = OTHER_4.selectFrom(b3, b7);
        final IntVector c8 = FIRST_4.selectFrom(b8, b12);
        final IntVector c12 = OTHER_4.selectFrom(b8, b12);
        final IntVector c9 = FIRST_4.selectFrom(b9, b13);
        final IntVector c13 = OTHER_4.selectFrom(b9, b13);
        final IntVector c10 = FIRST_4.selectFrom(b10, b14);
        final IntVector c14 = OTHER_4.selectFrom(b10, b14);
        final IntVector c11 = FIRST_4.selectFrom(b11, b15);
        final IntVector c15 = OTHER_4.selectFrom(b11, b15);
        final IntVector d0 = FIRST_2.selectFrom(c0, c2);
        final IntVector d2 = OTHER_2.selectFrom(c0, c2);
        final IntVector d1 = FIRST_2.selectFrom(c1, c3);
        final IntVector d3 = OTHER_2.selectFrom(c1, c3);
        final IntVector d4 = FIRST_2.selectFrom(c4, c6);
        final IntVector d6 = OTHER_2.selectFrom(c4, c6);
        final IntVector d5 = FIRST_2.selectFrom(c5, c7);
        final IntVector d7 = OTHER_2.selectFrom(c5, c7);
        final IntVector d8 = FIRST_2.selectFrom(c8, c10);
        final IntVector d10 = OTHER_2.selectFrom(c8, c10);
        final IntVector d9 = FIRST_2.selectFrom(c9, c11);
        final IntVector d11 = OTHER_2.selectFrom(c9, c11);
        final IntVector d12 = FIRST_2.selectFrom(c12, c14);
        final IntVector d14 = OTHER_2.selectFrom(c12, c14);
        final IntVector d13 = FIRST_2.selectFrom(c13, c15);
        final IntVector d15 = OTHER_2.selectFrom(c13, c15);
        final int[] w = words;
        FIRST_1.selectFrom(d0, d1).lanewise(REVERSE_BYTES).intoArray(w, 0 * LANES);
        OTHER_1.selectFrom(d0, d1).lanewise(REVERSE_BYTES).intoArray(w, 1 * LANES);
        FIRST_1.selectFrom(d2, d3).lanewise(REVERSE_BYTES).intoArray(w, 2 * LANES);
        OTHER_1.selectFrom(d2, d3).lanewise(REVERSE_BYTES).intoArray(w, 3 * LANES);
        FIRST_1.selectFrom(d4, d5).lanewise(REVERSE_BYTES).intoArray(w, 4 * LANES);
        OTHER_1.selectFrom(d4, d5).lanewise(REVERSE_BYTES).intoArray(w, 5 * LANES);
        FIRST_1.selectFrom(d6, d7).lanewise(REVERSE_BYTES).intoArray(w, 6 * LANES);
        OTHER_1.selectFrom(d6, d7).lanewise(REVERSE_BYTES).intoArray(w, 7 * LANES);
        FIRST_1.selectFrom(d8, d9).lanewise(REVERSE_BYTES).intoArray(w, 8 * LANES);
        OTHER_1.selectFrom(d8, d9).lanewise(REVERSE_BYTES).intoArray(w, 9 * LANES);
        FIRST_1.selectFrom(d10, d11).lanewise(REVERSE_BYTES).intoArray(w, 10 * LANES);
        OTHER_1.selectFrom(d10, d11).lanewise(REVERSE_BYTES).intoArray(w, 11 * LANES);
        FIRST_1.selectFrom(d12, d13).lanewise(REVERSE_BYTES).intoArray(w, 12 * LANES);
        OTHER_1.selectFrom(d12, d13).lanewise(REVERSE_BYTES).intoArray(w, 13 * LANES);
        FIRST_1.selectFrom(d14, d15).lanewise(REVERSE_BYTES).intoArray(w, 14 * LANES);
        OTHER_1.selectFrom(d14, d15).lanewise(REVERSE_BYTES).intoArray(w, 15 * LANES);
    }

    /** Two words a turn, and the two before in registers: each depends on the second before it. */
    private static void schedule(final int[] w) {
        IntVector y = IntVector.fromArray(INTS, w, 14 * LANES);
        IntVector z = IntVector.fromArray(INTS, w, 15 * LANES);
        for (int i = 16 * LANES; i < ROUNDS.length * LANES; i += 2 * LANES) {
            final IntVector v = IntVector.fromArray(INTS, w, i - 15 * LANES);
            final IntVector x = IntVector.fromArray(INTS, w, i - 14 * LANES);
            y = IntVector.fromArray(INTS, w, i - 16 * LANES)
                    .add(IntVector.fromArray(INTS, w, i - 7 * LANES))
                    .add(v.lanewise(ROR, 7).lanewise(XOR, v.lanewise(ROR, 18)).lanewise(XOR, v.lanewise(LSHR, 3)))
                    .add(y.lanewise(ROR, 17).lanewise(XOR, y.lanewise(ROR, 19)).lanewise(XOR, y.lanewise(LSHR, 10)));
            y.intoArray(w, i);
            z = v.add(IntVector.fromArray(INTS, w, i - 6 * LANES))
                    .add(x.lanewise(ROR, 7).lanewise(XOR, x.lanewise(ROR, 18)).lanewise(XOR, x.lanewise(LSHR, 3)))
                    .add(z.lanewise(ROR, 17).lanewise(XOR, z.lanewise(ROR, 19)).lanewise(XOR, z.lanewise(LSHR, 10)));
            z.intoArray(w, i + LANES);
        }
    }

    /** Eight rounds a turn: after eight, each word of the state is where it was. */
    private void mix(final int[] w) {
        final int[] s = state;
        IntVector a = IntVector.fromArray(INTS, s, 0 * LANES);
        IntVector b = IntVector.fromArray(INTS, s, 1 * LANES);
        IntVector c = IntVector.fromArray(INTS, s, 2 * LANES);
        IntVector d = IntVector.fromArray(INTS, s, 3 * LANES);
        IntVector e = IntVector.fromArray(INTS, s, 4 * LANES);
        IntVector f = IntVector.fromArray(INTS, s, 5 * LANES);
        IntVector g = IntVector.fromArray(INTS, s, 6 * LANES);
        IntVector h = IntVector.fromArray(INTS, s, 7 * LANES);
        for (int i = 0; i < ROUNDS.length; i += STATE) {
            h = h.add(IntVector.fromArray(INTS, w, (i + 0) * LANES)).add(ROUNDS[i + 0])
                    .add(e.lanewise(ROR, 6).lanewise(XOR, e.lanewise(ROR, 11)).lanewise(XOR, e.lanewise(ROR, 25)))
                    .add(e.lanewise(AND, f.lanewise(XOR, g)).lanewise(XOR, g));
            d = d.add(h);
            h = h.add(a.lanewise(ROR, 2).lanewise(XOR, a.lanewise(ROR, 13)).lanewise(XOR, a.lanewise(ROR, 22)))
                    .add(a.lanewise(AND, b).lanewise(OR, c.lanewise(AND, a.lanewise(OR, b))));
            g = g.add(IntVector.fromArray(INTS, w, (i + 1) * LANES)).add(ROUNDS[i + 1])
                    .add(d.lanewise(ROR, 6).lanewise(XOR, d.lanewise(ROR, 11)).lanewise(XOR, d.lanewise(ROR, 25)))
                    .add(d.lanewise(AND, e.lanewise(XOR, f)).lanewise(XOR, f));
            c = c.add(g);
            g = g.add(h.lanewise(ROR, 2).lanewise(XOR, h.lanewise(ROR, 13)).lanewise(XOR, h.lanewise(ROR, 22)))
                    .add(h.lanewise(AND, a).lanewise(OR, b.lanewise(AND, h.lanewise(OR, a))));
            f = f.add(IntVector.fromArray(INTS, w, (i + 2) * LANES)).add(ROUNDS[i + 2])
                    .add(c.lanewise(ROR, 6).lanewise(XOR, c.lanewise(ROR, 11)).lanewise(XOR, c.lanewise(ROR, 25)))
                    .add(c.lanewise(AND, d.lanewise(XOR, e)).lanewise(XOR, e));
            b = b.add(f);
            f = f.add(g.lanewise(ROR, 2).lanewise(XOR, g.lanewise(ROR, 13)).lanewise(XOR, g.lanewise(ROR, 22)))
                    .add(g.lanewise(AND, h).lanewise(OR, a.lanewise(AND, g.lanewise(OR, h))));
            e = e.add(IntVector.fromArray(INTS, w, (i + 3) * LANES)).add(ROUNDS[i + 3])
                    .add(b.lanewise(ROR, 6).lanewise(XOR, b.lanewise(ROR, 11)).lanewise(XOR, b.lanewise(ROR, 25)))
                    .add(b.lanewise(AND, c.lanewise(XOR, d)).lanewise(XOR, d));
            a = a.add(e);
            e = e.add(f.lanewise(ROR, 2).lanewise(XOR, f.lanewise(ROR, 13)).lanewise(XOR, f.lanewise(ROR, 22)))
                    .add(f.lanewise(AND, g).lanewise(OR, h.lanewise(AND, f.lanewise(OR, g))));
            d = d.add(IntVector.fromArray(INTS, w, (i + 4) * LANES)).add(ROUNDS[i + 4])
                    .add(a.lanewise(ROR, 6).lanewise(XOR, a.lanewise(ROR, 11)).lanewise(XOR, a.lanewise(ROR, 25)))
                    .add(a.lanewise(AND, b.lanewise(XOR, c)).lanewise(XOR, c));
            h = h.add(d);
            d = d.add(e.lanewise(ROR, 2).lanewise(XOR, e.lanewise(ROR, 13)).lanewise(XOR, e.lanewise(ROR, 22)))
                    .add(e.lanewise(AND, f).lanewise(OR, g.lanewise(AND, e.lanewise(OR, f))));
            c = c.add(IntVector.fromArray(INTS, w, (i + 5) * LANES)).add(ROUNDS[i + 5])
                    .add(h.lanewise(ROR, 6).lanewise(XOR, h.lanewise(ROR, 11)).lanewise(XOR, h.lanewise(ROR, 25)))
                    .add(h.lanewise(AND, a.lanewise(XOR, b)).lanewise(XOR, b));
            g = g.add(c);
            c = c.add(d.lanewise(ROR, 2).lanewise(XOR, d.lanewise(ROR, 13)).lanewise(XOR, d.lanewise(ROR, 22)))
                    .add(d.lanewise(AND, e).lanewise(OR, f.lanewise(AND, d.lanewise(OR, e))));
            b = b.add(IntVector.fromArray(INTS, w, (i + 6) * LANES)).add(ROUNDS[i + 6])
                    .add(g.lanewise(ROR, 6).lanewise(XOR, g.lanewise(ROR, 11)).lanewise(XOR, g.lanewise(ROR, 25)))
                    .add(g.lanewise(AND, h.lanewise(XOR, a)).lanewise(XOR, a));
            f = f.add(b);
            b = b.add(c.lanewise(ROR, 2).lanewise(XOR, c.lanewise(ROR, 13)).lanewise(XOR, c.lanewise(ROR, 22)))
                    .add(c.lanewise(AND, d).lanewise(OR, e.lanewise(AND, c.lanewise(OR, d))));
            a = a.add(IntVector.fromArray(INTS, w, (i + 7) * LANES)).add(ROUNDS[i + 7])
                    .add(f.lanewise(ROR, 6).lanewise(XOR, f.lanewise(ROR, 11)).lanewise(XOR, f.lanewise(ROR, 25)))
                    .add(f.lanewise(AND, g.lanewise(XOR, h)).lanewise(XOR, h));
            e = e.add(a);
            a = a.add(b.lanewise(ROR, 2).lanewise(XOR, b.lanewise(ROR, 13)).lanewise(XOR, b.lanewise(ROR, 22)))
                    .add(b.lanewise(AND, c).lanewise(OR, d.lanewise(AND, b.lanewise(OR, c))));
        }
        a.add(IntVector.fromArray(INTS, s, 0 * LANES)).intoArray(s, 0 * LANES);
        b.add(IntVector.fromArray(INTS, s, 1 * LANES)).intoArray(s, 1 * LANES);
        c.add(IntVector.fromArray(INTS, s, 2 * LANES)).intoArray(s, 2 * LANES);
        d.add(IntVector.fromArray(INTS, s, 3 * LANES)).intoArray(s, 3 * LANES);
        e.add(IntVector.fromArray(INTS, s, 4 * LANES)).intoArray(s, 4 * LANES);
        f.add(IntVector.fromArray(INTS, s, 5 * LANES)).intoArray(s, 5 * LANES);
        g.add(IntVector.fromArray(INTS, s, 6 * LANES)).intoArray(s, 6 * LANES);
        h.add(IntVector.fromArray(INTS, s, 7 * LANES)).intoArray(s, 7 * LANES);
    }
}
