package io.ouli.engine.fingerprint;

import io.ouli.engine.core.Sha256;
import java.util.HexFormat;

/**
 * The hash that ties each recorded request to all before it: SHA-256({@code C} · previous chain hash · key).
 *
 * <p>For one thread; does not allocate. The hash so far stands where the next message needs it: each message is one
 * call of the digest, whose result becomes part of the next one without a copy.
 */
public final class ChainHash {
    /** Bytes of a chain hash. */
    public static final int BYTES = 32;

    private static final byte[] HEAD =
            HexFormat.of().parseHex("b4d6e60a9b97e7b98c63df9308728c5c88c0b40c398046772c63447b94608b4d");
    /** Where the message has the hash so far. */
    private static final int LAST = 1;
    /** Where the message has the key. */
    private static final int KEY = LAST + BYTES;
    private static final int MESSAGE_BYTES = KEY + Fingerprinter.KEY_BYTES;

    private final Sha256 digest = new Sha256();
    private final byte[] message = new byte[MESSAGE_BYTES];

    /** Begins before the first request. */
    public ChainHash() {
        message[0] = 'C';
        System.arraycopy(HEAD, 0, message, LAST, BYTES);
    }

    /** {@return the array that has the hash, at {@link #offset}, and takes the next key, at {@link #keyOffset}} */
    public byte[] array() {
        return message;
    }

    /** {@return where {@link #array} has the hash so far, which may be written over to go on behind another} */
    public int offset() {
        return LAST;
    }

    /** {@return where {@link #array} takes the next key} */
    public int keyOffset() {
        return KEY;
    }

    /** Goes on by the request whose key was put into the array. */
    public void next() {
        digest.update(message, 0, MESSAGE_BYTES);
        digest.finish(message, LAST);
    }
}
