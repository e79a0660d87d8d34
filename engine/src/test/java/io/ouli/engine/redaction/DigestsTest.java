package io.ouli.engine.redaction;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Digests of bodies that are redacted; expected values are {@code openssl}'s of the body {@code REDACTED}. */
class DigestsTest {
    private static final String MD5 = "aZHQMPOaBpOhgwRztjI58A==";
    private static final String SHA_256 = "uDx3eMI6jRmd7yT7oeltJDONK9nYWbYT/empqQd9iOw=";

    private final List<String> stale = new ArrayList<>();
    private final RedactionPolicy policy =
            RedactionPolicy.builder().secret("a", Messages.bytes("secret-1")).build();
    private final MessageRedactor redactor = policy.newRedactor(new RedactionListener() {
        @Override
        public void leftStale(final String field) {
            stale.add(field);
        }
    });

    private String head(final String fields, final String content) {
        final byte[] head = Messages.bytes("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 8\r\n\r\n");
        final byte[] body = Messages.bytes(content);
        if (!redactor.redactResponse(head, 0, head.length, body, 0, body.length, new int[0], 0)) {
            return "unchanged";
        }
        final String all = Messages.text(redactor.responseBytes(), 0, redactor.responseHeadLength());
        return all.substring("HTTP/1.1 200 OK\r\n".length(), all.indexOf("Content-Length"));
    }

    @Test
    void shouldFollowTheBody() {
        assertEquals("Content-MD5: " + MD5 + "\r\n", head("Content-MD5: AAAA\r\n", "secret-1"));
        assertEquals("Digest: SHA-256=" + SHA_256 + ", md5=" + MD5 + "\r\n",
                head("Digest: SHA-256=AAAA,unixsum=30637,md5=BBBB\r\n", "secret-1"));
        assertEquals("Content-Digest: sha-256=:" + SHA_256 + ":\r\nRepr-Digest: sha-256=:" + SHA_256 + ":\r\n",
                head("Content-Digest: sha-256=:AAAA:\r\nRepr-Digest: sha-256=:AAAA:, adler=:A:\r\n", "secret-1"));
        assertTrue(stale.isEmpty());
    }

    @Test
    void shouldLeaveOutWhatCannotBeComputed() {
        assertEquals("", head("Digest: unixsum=30637\r\n", "secret-1"));
        assertTrue(stale.isEmpty());
    }

    @Test
    void shouldListWhatItLeaves() {
        assertEquals("ETag: \"x\"\r\n", head("ETag: \"x\"\r\n", "secret-1"));
        assertEquals(List.of("etag"), stale);
        stale.clear();
        final String partial = "Content-Range: bytes 0-7/9\r\nRepr-Digest: sha-256=:AAAA:\r\n";
        assertEquals(partial, head(partial, "secret-1"));
        assertEquals(List.of("repr-digest"), stale);
        stale.clear();
        redactor.redactTrailers(Messages.bytes("Content-Digest: x\r\nA: b\r\n"), 0, 25);
        assertEquals(List.of("content-digest"), stale);
    }

    @Test
    void shouldStandWhenTheBodyStands() {
        assertEquals("unchanged", head("ETag: \"x\"\r\nDigest: md5=AAAA\r\nContent-MD5: AAAA\r\n", "innocent"));
        assertFalse(stale.contains("etag"));
    }
}
