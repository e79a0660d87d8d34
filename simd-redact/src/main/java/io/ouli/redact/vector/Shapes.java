package io.ouli.redact.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes of this process. Constants: a species that is no compile-time constant makes every vector operation
 * allocate.
 */
final class Shapes {
    /** For compares: the width that was asked for, else the widest of this machine, but no more than 256 bits. */
    static final VectorSpecies<Byte> COMPARE = compare(System.getProperty("ouli.simd", "auto"));
    /**
     * For table look-ups. 128 bits everywhere: without AVX-512 VBMI a byte shuffle of 256 bits takes five instructions,
     * one of 128 bits takes one.
     */
    static final VectorSpecies<Byte> LOOKUP = ByteVector.SPECIES_128;

    private Shapes() {
    }

    private static VectorSpecies<Byte> compare(final String asked) {
        return switch (asked) {
            case "128" -> ByteVector.SPECIES_128;
            case "256" -> ByteVector.SPECIES_256;
            case "512" -> ByteVector.SPECIES_512;
            default -> ByteVector.SPECIES_PREFERRED.length() < ByteVector.SPECIES_256.length()
                    ? ByteVector.SPECIES_128
                    : ByteVector.SPECIES_256;
        };
    }
}
