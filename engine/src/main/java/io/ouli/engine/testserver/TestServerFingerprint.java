package io.ouli.engine.testserver;

import io.ouli.engine.OuliException;
import io.ouli.engine.http.RequestHead;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Computes google/test-server's own hash of a request, bit for bit: match mode {@code test-server}.
 *
 * <p>Every header field counts but {@code Host}, {@code Transfer-Encoding} and those of {@code
 * redact_request_headers}; {@code Test-Name} counts too. Each hash holds the one before it. For one thread; allocates.
 */
public final class TestServerFingerprint {
    /** Bytes of a hash. */
    public static final int HASH_BYTES = 32;

    private static final String HEAD = "b4d6e60a9b97e7b98c63df9308728c5c88c0b40c398046772c63447b94608b4d";

    private final TestServerTarget target;
    private final TestServerRules rules;
    private final MessageDigest digest = sha256();

    /**
     * Creates a fingerprinter for one endpoint.
     *
     * @param target the upstream, whatever the rules say.
     */
    public TestServerFingerprint(final TestServerTarget target, final TestServerRules rules) {
        this.target = target;
        this.rules = rules;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** {@return the hash that stands before a session's first request, a copy} */
    public static byte[] head() {
        return HexFormat.of().parseHex(HEAD);
    }

    /**
     * Computes the hash of a request.
     *
     * @param head       the parsed head, not redacted: the rules' secrets are replaced here.
     * @param body       holds the body after transfer decoding.
     * @param bodyOffset of its first byte.
     * @param bodyLength in bytes, 0 without a body.
     * @param previous   holds the hash of the session's request before, or {@link #head}; 32 bytes from index 0.
     * @param hashOut    takes 32 bytes from index 0; may be {@code previous}.
     * @return false, and nothing written, if test-server itself fails on such a request: its target is one that Go
     *         refuses, or its body is neither empty nor a JSON object.
     */
    public boolean fingerprint(
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final byte[] previous,
            final byte[] hashOut) {
        final byte[] hash;
        try {
            hash = digest.digest(serialise(head, body, bodyOffset, bodyLength, previous));
        } catch (final OuliException refused) {
            return false;
        }
        System.arraycopy(hash, 0, hashOut, 0, HASH_BYTES);
        return true;
    }

    /**
     * {@return what is hashed: the request as test-server records it, as indented JSON}
     *
     * @throws OuliException if test-server itself fails on such a request; the message says why.
     */
    public byte[] serialise(
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final byte[] previous) {
        return TestServerRequest.of(
                        head, body, bodyOffset, bodyLength, rules, HexFormat.of().formatHex(previous), target)
                .serialise();
    }
}
