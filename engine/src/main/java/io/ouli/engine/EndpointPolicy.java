package io.ouli.engine;

import io.ouli.engine.core.Sha256;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.testserver.TestServerRules;
import java.util.Objects;

/**
 * What an endpoint removes from messages, and what makes up a request's key. Use the same policy to record and to
 * replay.
 *
 * @param redaction   applied before the fingerprint and before storage.
 * @param fingerprint which parts of a redacted request distinguish it from others.
 * @param testServer  what goes into google/test-server's hash, in match mode {@code test-server}.
 */
public record EndpointPolicy(
        RedactionPolicy redaction, FingerprintPolicy fingerprint, TestServerRules testServer) {
    /**
     * Checks the values.
     *
     * @throws NullPointerException if one is missing; names it.
     */
    public EndpointPolicy {
        Objects.requireNonNull(redaction, "redaction");
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(testServer, "testServer");
    }

    /** Creates a policy without rules for google/test-server's hash. */
    public EndpointPolicy(final RedactionPolicy redaction, final FingerprintPolicy fingerprint) {
        this(redaction, fingerprint, TestServerRules.NONE);
    }

    /** {@return the 32 bytes that identify redaction and fingerprint in a recording's header} */
    public byte[] hash() {
        return Sha256.of(redaction.hash(), fingerprint.hash());
    }

    /** {@return whether bytes contain a secret, so that no file or session may be named after them} */
    public boolean namesSecret(final byte[] bytes, final int from, final int end) {
        return redaction.namesSecret(bytes, from, end);
    }

    /** {@return the default: credentials in request headers are redacted, and fingerprint form 1 is unmodified} */
    public static EndpointPolicy defaults() {
        return new EndpointPolicy(RedactionPolicy.defaults(), FingerprintPolicy.DEFAULT);
    }
}
