package io.ouli.engine.redaction;

import io.ouli.engine.core.Sha256;
import io.ouli.redact.LiteralSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The hash of a policy: SHA-256 over tagged, length-prefixed rules.
 *
 * <pre>
 * "ouli/redaction/1"  O order, forms, placeholder  q/s header rules  x expressions  j JSON  p parameters
 * </pre>
 */
final class PolicyHash {
    private final Sha256 digest = new Sha256();

    private PolicyHash() {
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
        final byte[] out = new byte[Sha256.BYTES];
        hash.digest.finish(out, 0);
        return out;
    }

    private void header(final char tag, final HeaderRule rule) {
        field(tag, rule.lowerCaseName());
        field(rule.remove() ? '-' : '=', rule.placeholder());
    }

    private void field(final char tag, final byte[] bytes) {
        final byte[] head = ByteBuffer.allocate(1 + Integer.BYTES).put((byte) tag).putInt(bytes.length).array();
        digest.update(head, 0, head.length);
        digest.update(bytes, 0, bytes.length);
    }
}
