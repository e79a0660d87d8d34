package io.ouli.engine.redaction;

import io.ouli.redact.LiteralSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash of a policy: SHA-256 over tagged, length-prefixed rules.
 *
 * <pre>
 * "ouli/redaction/1"  O order, forms, placeholder  q/s header rules  x expressions  j JSON  p parameters
 * </pre>
 */
final class PolicyHash {
    private final MessageDigest digest;

    private PolicyHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static byte[] of(final RedactionPolicy policy, final LiteralSet.Order order, final boolean encodedForms) {
        final PolicyHash hash = new PolicyHash();
        hash.field('V', "ouli/redaction/1".getBytes(StandardCharsets.US_ASCII));
        hash.field('O', new byte[] {(byte) order.ordinal(), (byte) (encodedForms ? 1 : 0)});
        hash.field('O', policy.placeholder);
        for (final HeaderRule rule : policy.requestHeaders) {
            hash.header('q', rule);
        }
        for (final HeaderRule rule : policy.responseHeaders) {
            hash.header('s', rule);
        }
        for (final TextRule rule : policy.textRules) {
            hash.field('x', rule.pattern().pattern().getBytes(StandardCharsets.UTF_8));
            hash.field('x', rule.placeholder());
        }
        for (final JsonRule rule : policy.jsonRules) {
            hash.field('j', new byte[] {(byte) (rule.anywhere() ? 1 : 0)});
            for (final byte[] segment : rule.segments()) {
                hash.field(segment == null ? '*' : '/', segment == null ? new byte[0] : segment);
            }
            hash.field('j', rule.placeholder());
        }
        for (final ParameterRule rule : policy.parameterRules) {
            hash.field('p', rule.name());
            hash.field('p', rule.placeholder());
        }
        return hash.digest.digest();
    }

    private void header(final char tag, final HeaderRule rule) {
        field(tag, rule.lowerCaseName());
        field(rule.remove() ? '-' : '=', rule.placeholder());
    }

    private void field(final char tag, final byte[] bytes) {
        digest.update((byte) tag);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
