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

    /** What ends a record: a line end and a brace. */
    private static final int END_BYTES = 2;

    private final TestServerTarget target;
    private final TestServerRules rules;

    /** A request hashed up to what depends on the one before it, so that this can be done sooner, by any thread. */
    public static final class Begun {
        private final MessageDigest digest;

        private Begun(final MessageDigest digest) {
            this.digest = digest;
        }

        /** {@return the digest so far, a copy} */
        private MessageDigest copy() {
            try {
                return (MessageDigest) digest.clone();
            } catch (final CloneNotSupportedException impossible) {
                throw new IllegalStateException("every Java platform's SHA-256 can be copied", impossible);
            }
        }
    }

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
     * Begins to hash a request.
     *
     * @param head       the parsed head, not redacted: the rules' secrets are replaced here.
     * @param body       holds the body after transfer decoding.
     * @param bodyOffset of its first byte.
     * @param bodyLength in bytes, 0 without a body.
     * @return null if test-server itself fails on such a request: its target is one that Go refuses, or its body is
     *         neither empty nor a JSON object.
     */
    public static Begun begin(
            final TestServerRules rules,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength) {
        final byte[] record;
        try {
            record = TestServerRequest.beginOf(head, body, bodyOffset, bodyLength, rules).serialise();
        } catch (final OuliException refused) {
            return null;
        }
        final MessageDigest digest = sha256();
        digest.update(record, 0, record.length - END_BYTES);
        return new Begun(digest);
    }

    /**
     * Computes the hash of a request.
     *
     * @param begun    the request, which stays as it is; begun by the same rules.
     * @param previous holds the hash of the session's request before, or {@link #head}; 32 bytes from index 0.
     * @param hashOut  takes 32 bytes from index 0; may be {@code previous}.
     */
    public void finish(final Begun begun, final byte[] previous, final byte[] hashOut) {
        final byte[] rest = TestServerRequest.restOf(HexFormat.of().formatHex(previous), target).serialise();
        rest[0] = ','; // Where it would begin a record, it goes on with one.
        final MessageDigest digest = begun.copy();
        digest.update(rest);
        System.arraycopy(digest.digest(), 0, hashOut, 0, HASH_BYTES);
    }

    /**
     * Computes the hash of a request at once.
     *
     * @param head       see {@link #begin}.
     * @param body       see {@link #begin}.
     * @param bodyOffset see {@link #begin}.
     * @param bodyLength see {@link #begin}.
     * @param previous   see {@link #finish}.
     * @param hashOut    see {@link #finish}.
     * @return false, and nothing written, if test-server itself fails on such a request.
     */
    public boolean fingerprint(
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final byte[] previous,
            final byte[] hashOut) {
        final Begun begun = begin(rules, head, body, bodyOffset, bodyLength);
        if (begun == null) {
            return false;
        }
        finish(begun, previous, hashOut);
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
