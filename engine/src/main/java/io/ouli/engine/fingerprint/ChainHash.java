package io.ouli.engine.fingerprint;

import io.ouli.engine.core.Sha256;
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

    private static final int MESSAGE_BYTES = 1 + BYTES + Fingerprinter.KEY_BYTES;

    private final Sha256 digest = new Sha256();
    /** Put together first: one call of the digest costs less than three, and this is on the way of every append. */
    private final byte[] message = new byte[MESSAGE_BYTES];

    /** Makes one for one thread. */
    public ChainHash() {
    }

    /** {@return the hash before the first request, a copy} */
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
        message[0] = 'C';
        System.arraycopy(previous, previousOffset, message, 1, BYTES);
        System.arraycopy(key, keyOffset, message, 1 + BYTES, Fingerprinter.KEY_BYTES);
        digest.update(message, 0, MESSAGE_BYTES);
        digest.finish(out, outOffset);
    }
}
