package io.ouli.engine;

import io.ouli.engine.core.Sha256;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.testserver.TestServerRules;

/**
 * What one endpoint takes out of messages and what it makes a request's key of; the same on record and on replay.
 *
 * @param redaction   applied before the fingerprint and before storage.
 * @param fingerprint what of a redacted request tells it from others.
 * @param testServer  what goes into google/test-server's hash, in match mode {@code test-server}.
 */
public record EndpointPolicy(
        RedactionPolicy redaction, FingerprintPolicy fingerprint, TestServerRules testServer) {
    /** Creates a policy without anything of google/test-server's. */
    public EndpointPolicy(final RedactionPolicy redaction, final FingerprintPolicy fingerprint) {
        this(redaction, fingerprint, TestServerRules.NONE);
    }

    /** Returns 32 bytes that stand for redaction and fingerprint, kept in a recording's header. */
    public byte[] hash() {
        return Sha256.of(redaction.hash(), fingerprint.hash());
    }

    /** Returns whether bytes hold a secret, so that nothing may be named after them. */
    public boolean namesSecret(final byte[] bytes, final int from, final int end) {
        return redaction.namesSecret(bytes, from, end);
    }

    /** Credentials in request headers are redacted; fingerprint form 1 as it comes. */
    public static EndpointPolicy defaults() {
        return new EndpointPolicy(RedactionPolicy.defaults(), FingerprintPolicy.DEFAULT);
    }
}
