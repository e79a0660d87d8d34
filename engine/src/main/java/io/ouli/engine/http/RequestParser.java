package io.ouli.engine.http;

import io.ouli.engine.Limits;

/**
 * Parses request heads as RFC 9112 defines them, strictly: a request that two servers could read in two ways is
 * refused.
 *
 * <p>One for each head under way. Beyond the rules of all heads (CRLF only, no folds, no control characters), it
 * refuses: more or other white space in the request line than two single spaces; an HTTP/1.1 request without exactly
 * one valid Host; any second Content-Length, even an equal one; Content-Length beside Transfer-Encoding;
 * Transfer-Encoding in HTTP/1.0 or other than {@code chunked}; a fragment, user information or a byte outside ASCII in
 * the target. One empty line before the request is skipped, as RFC 9112 asks. A later 1.x is read as 1.1.
 */
public final class RequestParser extends HeadParser {
    /** What a TLS connection begins with: the content type of a handshake (RFC 8446, 5.1). */
    private static final byte TLS_HANDSHAKE = 22;
    private static final int MAX_REQUEST_LINE_BYTES =
            Limits.MAX_METHOD_BYTES + 1 + Limits.MAX_PATH_BYTES + 1 + VERSION_BYTES;

    private static final byte[] HOST = CharClass.ascii("host");
    private static final byte[] EXPECT = CharClass.ascii("expect");
    private static final byte[] CONTINUE = CharClass.ascii("100-continue");
    private static final byte[] HTTP = CharClass.ascii("http://");
    private static final byte[] HTTPS = CharClass.ascii("https://");
    private static final byte[] METHOD_CONNECT = CharClass.ascii("CONNECT");
    private static final byte[] METHOD_OPTIONS = CharClass.ascii("OPTIONS");

    private RequestHead head;
    private boolean hostSeen;

    /** Makes one for one head at a time. */
    public RequestParser() {
    }

    /**
     * Parses a head, or goes on with one: the calls for one head pass the same start and the same bytes from there on,
     * in the same array or in a longer copy, and a growing limit.
     *
     * @param start index of the request's first byte.
     * @param limit index after the last byte that has come.
     * @param into  is filled; its offsets are valid once the head is whole, and stay so until the next parse.
     * @return the head's length in bytes from {@code start} on, {@link #INCOMPLETE}, or {@link #REFUSED} with the
     *         reason in {@link #fault()}.
     */
    public int parse(final byte[] bytes, final int start, final int limit, final RequestHead into) {
        head = into;
        if (!underWay()) {
            hostSeen = false;
        }
        begin(bytes, into);
        if (start < limit && !CharClass.is(bytes[start], CharClass.TOKEN) && bytes[start] != '\r'
                && bytes[start] != '\n') {
            // Said at once: bytes of TLS, say, would otherwise hold the connection until its time-out.
            return refuse(bytes[start] == TLS_HANDSHAKE ? HttpFault.TLS : HttpFault.BAD_METHOD);
        }
        return run(bytes, start, limit);
    }

    @Override
    int maxStartLine() {
        return MAX_REQUEST_LINE_BYTES;
    }

    @Override
    HttpFault startLineTooLong() {
        return HttpFault.TARGET_TOO_LONG;
    }

    @Override
    HttpFault emptyLine(final boolean first) {
        return first ? null : HttpFault.BAD_REQUEST_LINE;
    }

    @Override
    HttpFault startLine(final byte[] bytes, final int from, final int end) {
        final int methodEnd = CharClass.skip(bytes, from, end, CharClass.TOKEN);
        if (methodEnd == end) {
            return HttpFault.BAD_REQUEST_LINE;
        }
        if (methodEnd == from || bytes[methodEnd] != ' ') {
            return HttpFault.BAD_METHOD;
        }
        if (methodEnd - from > Limits.MAX_METHOD_BYTES) {
            return HttpFault.METHOD_NOT_IMPLEMENTED;
        }
        final int targetStart = methodEnd + 1;
        final int targetEnd = CharClass.skip(bytes, targetStart, end, CharClass.TARGET);
        if (targetEnd == end || targetEnd == targetStart) {
            return HttpFault.BAD_REQUEST_LINE;
        }
        if (bytes[targetEnd] != ' ') {
            return HttpFault.BAD_TARGET;
        }
        if (targetEnd - targetStart > Limits.MAX_PATH_BYTES) {
            return HttpFault.TARGET_TOO_LONG;
        }
        head.start = from;
        head.methodStart = from;
        head.methodEnd = methodEnd;
        head.targetStart = targetStart;
        head.targetEnd = targetEnd;
        final int versionStart = targetEnd + 1;
        if (end - versionStart != VERSION_BYTES || !isVersion(bytes, versionStart)) {
            return HttpFault.BAD_VERSION;
        }
        final HttpFault wrong = version(bytes, versionStart);
        return wrong == null ? target(bytes) : wrong;
    }

    private HttpFault target(final byte[] bytes) {
        final int from = head.targetStart;
        final int end = head.targetEnd;
        if (head.methodIs(METHOD_CONNECT)) {
            return HttpFault.CONNECT;
        }
        if (bytes[from] == '/') {
            return null;
        }
        if (bytes[from] == '*') {
            return end - from == 1 && head.methodIs(METHOD_OPTIONS) ? null : HttpFault.BAD_TARGET;
        }
        final int schemeLength;
        if (startsWith(bytes, from, end, HTTP)) {
            schemeLength = HTTP.length;
        } else if (startsWith(bytes, from, end, HTTPS)) {
            schemeLength = HTTPS.length;
        } else {
            return HttpFault.BAD_TARGET;
        }
        final int authority = from + schemeLength;
        int authorityEnd = authority;
        while (authorityEnd < end && bytes[authorityEnd] != '/' && bytes[authorityEnd] != '?') {
            authorityEnd++;
        }
        return authorityEnd > authority && FieldValues.isHostAndPort(bytes, authority, authorityEnd)
                ? null : HttpFault.BAD_TARGET;
    }

    private static boolean startsWith(final byte[] bytes, final int from, final int end, final byte[] prefix) {
        return end - from >= prefix.length
                && CharClass.equalsIgnoreCase(bytes, from, from + prefix.length, prefix);
    }

    @Override
    boolean takesBlankBeforeColon() {
        return false;
    }

    @Override
    boolean takesEqualContentLengths() {
        return false;
    }

    @Override
    HttpFault field(final Headers headers, final int index) {
        if (headers.nameIs(index, HOST)) {
            return host(head.bytes, headers.valueStart(index), headers.valueEnd(index));
        }
        if (headers.nameIs(index, EXPECT)) {
            return expect(head.bytes, headers.valueStart(index), headers.valueEnd(index));
        }
        return null;
    }

    private HttpFault host(final byte[] bytes, final int from, final int end) {
        if (hostSeen) {
            return HttpFault.REPEATED_HOST;
        }
        hostSeen = true;
        return FieldValues.isHostAndPort(bytes, from, end) ? null : HttpFault.BAD_HOST;
    }

    private HttpFault expect(final byte[] bytes, final int from, final int end) {
        if (!CharClass.equalsIgnoreCase(bytes, from, end, CONTINUE)) {
            return HttpFault.EXPECTATION_FAILED;
        }
        head.expectContinue = head.minorVersion == 1;
        return null;
    }

    @Override
    HttpFault finish() {
        if (!hostSeen && head.minorVersion == 1) {
            return HttpFault.MISSING_HOST;
        }
        if (transferEncodingSeen()) {
            if (head.contentLength != RequestHead.NO_LENGTH) {
                return HttpFault.LENGTH_AND_TRANSFER_ENCODING;
            }
            if (head.minorVersion == 0) {
                return HttpFault.TRANSFER_ENCODING_IN_HTTP_1_0;
            }
            if (!head.chunked) {
                return HttpFault.BAD_TRANSFER_ENCODING;
            }
            return hasOtherCodings() ? HttpFault.TRANSFER_ENCODING_NOT_IMPLEMENTED : null;
        }
        return head.contentLength > Limits.MAX_REQUEST_BYTES ? HttpFault.BODY_TOO_LONG : null;
    }
}
