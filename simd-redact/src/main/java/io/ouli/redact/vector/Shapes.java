package io.ouli.redact.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes of this process. Constants: a species that is no compile-time constant makes every vector operation
 * allocate.
 */
final class Shapes {
    private static final String ASKED = System.getProperty("ouli.simd", "auto");
    private static final int WIDEST = ByteVector.SPECIES_PREFERRED.vectorBitSize();
    /**
     * For compares: the width that was asked for, else 256 bits. Every unaligned load of 512 bits touches two cache
     * lines: with two literals, whose search loads four a turn, that costs more than the width gains.
     */
    static final VectorSpecies<Byte> COMPARE = atMost(ASKED.equals("auto") ? 256 : Integer.parseInt(ASKED));
    /**
     * For table look-ups: the width that was asked for, else 512 bits where there are so many, else 128. A byte shuffle
     * of 512 bits is one instruction (AVX-512 VBMI), one of 128 bits is, one of 256 bits on AVX2 takes five.
     */
    static final VectorSpecies<Byte> LOOKUP =
            atMost(!ASKED.equals("auto") ? Integer.parseInt(ASKED) : WIDEST >= 512 ? 512 : 128);

    private Shapes() {
    }

    /** {@return whether the machine has vectors of 512 bits, and nobody asked for narrower ones} */
    static boolean has512() {
        return WIDEST >= 512 && (ASKED.equals("auto") || ASKED.equals("512"));
    }

    /** A species wider than the machine's vectors works, and is a hundred times slower than the automaton. */
    private static VectorSpecies<Byte> atMost(final int bits) {
        final int width = Math.min(bits, WIDEST);
        return width >= 512 ? ByteVector.SPECIES_512 : width >= 256 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;
    }
}
