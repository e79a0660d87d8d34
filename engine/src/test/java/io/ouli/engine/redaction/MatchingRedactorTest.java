package io.ouli.engine.redaction;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.http.RequestHead;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The shorter way that replay takes gives the key that recording gave. */
class MatchingRedactorTest {
    private static final byte[] REQUEST = Messages.bytes("""
            GET /a HTTP/1.1\r
            Host: h\r
            Authorization: Bearer x\r
            Cookie: a=b\r
            \r
            """);

    @Test
    void shouldLeaveHeadersThatDoNotCount() {
        final FingerprintPolicy policy = FingerprintPolicy.DEFAULT;
        final MessageRedactor redactor = RedactionPolicy.defaults().newRedactor(policy::countsHeader);
        final RequestHead head = Messages.parse(REQUEST);
        assertFalse(redactor.redactRequest(head, REQUEST, head.end(), 0));
        assertArrayEquals(key(policy, storedHead(head)), key(policy, head));
    }

    @Test
    void shouldRedactHeadersThatCount() {
        final FingerprintPolicy policy = FingerprintPolicy.builder().includeHeaders("authorization").build();
        final MessageRedactor redactor = RedactionPolicy.defaults().newRedactor(policy::countsHeader);
        final RequestHead head = Messages.parse(REQUEST);
        assertTrue(redactor.redactRequest(head, REQUEST, head.end(), 0));
        assertEquals("REDACTED", redactor.head().headers().value(1));
        assertEquals("a=b", redactor.head().headers().value(2));
        assertArrayEquals(key(policy, storedHead(head)), key(policy, redactor.head()));
    }

    private static RequestHead storedHead(final RequestHead head) {
        final MessageRedactor storing = RedactionPolicy.defaults().newRedactor();
        assertTrue(storing.redactRequest(head, REQUEST, head.end(), 0));
        return storing.head();
    }

    private static byte[] key(final FingerprintPolicy policy, final RequestHead head) {
        final byte[] key = new byte[Fingerprinter.KEY_BYTES];
        new Fingerprinter(policy).fingerprint(head, REQUEST, 0, 0, key);
        return key;
    }
}
