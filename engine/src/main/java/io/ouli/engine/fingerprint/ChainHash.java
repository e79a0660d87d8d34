package io.ouli.engine.fingerprint;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The hash that ties each recorded request to all before it: SHA-256({@code C} · previous chain hash · key).
 *
 * <p>For one thread; does not allocate.
 */
public final class ChainHash {
    /** Bytes of a chain hash. */
    public static final int BYTES = 32;

    private static final byte[] HEAD =
            HexFormat.of().parseHex("b4d6e60a9b97e7b98c63df9308728c5c88c0b40c398046772c63447b94608b4d");

    private final MessageDigest digest = Sha256.newDigest();

    /** Returns the hash before the first request, a copy. */
    public static byte[] head() {
        return HEAD.clone();
    }

    /** Computes the chain hash of a request; {@code out} may be {@code previous}. */
    public void next(
            final byte[] previous,
            final int previousOffset,
            final byte[] key,
            final int keyOffset,
            final byte[] out,
            final int outOffset) {
        digest.update((byte) 'C');
        digest.update(previous, previousOffset, BYTES);
        digest.update(key, keyOffset, Fingerprinter.KEY_BYTES);
        Sha256.finish(digest, out, outOffset);
    }
}
