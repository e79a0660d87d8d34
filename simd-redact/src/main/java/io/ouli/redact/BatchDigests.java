package io.ouli.redact;

import io.ouli.redact.vector.VectorDigests;

/**
 * Chooses how many messages are digested together: in 16 lanes of 512 bits where the process has vectors
 * ({@link LiteralSearchers}) of that width, else one after the other by the JDK's own digest. With 256 bits, eight
 * lanes take as long as a processor's own SHA instructions, so narrower vectors are not used.
 */
public final class BatchDigests {
    private static final boolean LANES = LiteralSearchers.vectorsInUse() && VectorDigests.lanesSuit();

    private BatchDigests() {
    }

    /** {@return whether messages that are digested together take less time than one after the other} */
    public static boolean lanesInUse() {
        return LANES;
    }

    /** {@return the fastest digest of many messages, for one thread} */
    public static BatchDigest create() {
        return LANES ? VectorDigests.lanes() : oneByOne();
    }

    /** {@return the JDK's digest: the specification that lanes are held against} */
    public static BatchDigest oneByOne() {
        return new OneByOneDigest();
    }
}
