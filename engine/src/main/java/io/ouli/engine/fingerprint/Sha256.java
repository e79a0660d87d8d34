package io.ouli.engine.fingerprint;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 as every JDK has it. */
final class Sha256 {
    static final int BYTES = 32;

    private Sha256() {
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    static byte[] of(final byte[] bytes) {
        return newDigest().digest(bytes);
    }

    /** Ends the digest into {@code out}, without allocation. */
    static void finish(final MessageDigest digest, final byte[] out, final int offset) {
        try {
            digest.digest(out, offset, BYTES);
        } catch (final DigestException tooShort) {
            throw new IllegalArgumentException("a key takes " + BYTES + " bytes", tooShort);
        }
    }
}
