package io.ouli.redact.vector;

import io.ouli.redact.BatchDigest;

/** Makes the vector digests; not to be touched unless {@code jdk.incubator.vector} is among the process's modules. */
public final class VectorDigests {
    private VectorDigests() {
    }

    /** {@return whether lanes are the fastest way: vectors of 512 bits are there, and not ruled out} */
    public static boolean lanesSuit() {
        return Shapes.has512();
    }

    /** Makes a digest in lanes; correct everywhere, and slow where lanes do not {@linkplain #lanesSuit suit}. */
    public static BatchDigest lanes() {
        return new LaneDigest(LaneDigest.BREAK_EVEN);
    }
}
