package io.ouli.engine.http;

import io.ouli.engine.Limits;
import java.nio.charset.StandardCharsets;

/** Fills request heads from text for tests that are not about parsing. */
public final class TestHeads {
    private TestHeads() {
    }

    /** Reads a request line and header lines, each ended by CRLF, then the empty line; trims values. */
    public static RequestHead of(final String text) {
        return of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads a request's bytes up to its empty line. */
    public static RequestHead of(final byte[] bytes) {
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        head.bytes = bytes;
        head.headers.wrap(bytes);
        head.methodEnd = indexOf(bytes, ' ', 0);
        head.targetStart = head.methodEnd + 1;
        int lineEnd = indexOf(bytes, '\r', 0);
        head.targetEnd = lineEnd - " HTTP/1.1".length();
        head.minorVersion = 1;
        head.contentLength = RequestHead.NO_LENGTH;
        int at = lineEnd + 2;
        while (bytes[at] != '\r') {
            lineEnd = indexOf(bytes, '\r', at);
            final int colon = indexOf(bytes, ':', at);
            int start = colon + 1;
            int end = lineEnd;
            while (start < end && bytes[start] == ' ') {
                start++;
            }
            while (end > start && bytes[end - 1] == ' ') {
                end--;
            }
            if (!head.headers.add(at, colon, start, end)) {
                throw new IllegalArgumentException("too many header fields");
            }
            at = lineEnd + 2;
        }
        head.end = at + 2;
        return head;
    }

    private static int indexOf(final byte[] bytes, final int value, final int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == value) {
                return i;
            }
        }
        throw new IllegalArgumentException("no '" + (char) value + "' in the test's request");
    }
}
