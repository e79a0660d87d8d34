package io.ouli.engine.redaction;

import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Messages as text, for tests. */
final class Messages {
    private Messages() {
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(final byte[] bytes, final int from, final int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    static RequestHead parse(final byte[] bytes) {
        final RequestHead head = new RequestHead(64);
        if (new RequestParser().parse(bytes, 0, bytes.length, head) <= 0) {
            throw new IllegalArgumentException("the test's own request is malformed");
        }
        return head;
    }

    /** Returns head and body of a request after redaction, or null if it did not change. */
    static String redactRequest(final RedactionPolicy policy, final String request) {
        final byte[] bytes = bytes(request);
        final RequestHead head = parse(bytes);
        final MessageRedactor redactor = policy.newRedactor();
        if (!redactor.redactRequest(head, bytes, head.end(), bytes.length - head.end())) {
            return null;
        }
        final RequestHead redacted = redactor.head();
        return text(redacted.bytes(), redacted.start(), redacted.end())
                + text(redactor.body(), redactor.bodyOffset(), redactor.bodyOffset() + redactor.bodyLength());
    }

    static String redactResponse(final RedactionPolicy policy, final String response) {
        final byte[] bytes = bytes(response);
        final int body = response.indexOf("\r\n\r\n") + 4;
        final MessageRedactor redactor = policy.newRedactor();
        if (!redactor.redactResponse(bytes, 0, body, bytes, body, bytes.length - body, new int[0], 0)) {
            return null;
        }
        return text(redactor.responseBytes(), 0, redactor.responseHeadLength())
                + text(redactor.body(), redactor.bodyOffset(), redactor.bodyOffset() + redactor.bodyLength());
    }

    static byte[] concat(final byte[] first, final byte[] second) {
        final byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
