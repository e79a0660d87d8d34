package io.ouli.engine.http;

/**
 * Parses response heads as RFC 9112 defines them, as strictly as {@link RequestParser} where the body depends on it.
 *
 * <p>Three things that real servers do are taken: a status line without the space before an absent reason, equal
 * repeated Content-Length fields, and white space before a field's colon, which a proxy has to take out (section 5.1).
 */
public final class ResponseParser extends HeadParser {
    private static final int MAX_STATUS_LINE_BYTES = 1_024;
    private static final int STATUS_AT = 9;
    private static final int STATUS_END = 12;

    private static final byte[] CONNECTION = CharClass.ascii("connection");
    private static final byte[] CONTENT_LENGTH = CharClass.ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = CharClass.ascii("transfer-encoding");

    private ResponseHead head;
    private boolean transferEncodingSeen;
    private boolean otherCodings;
    private boolean closeSeen;
    private boolean keepAliveSeen;

    /**
     * Parses a head, or goes on with one; see {@link RequestParser#parse}.
     *
     * @return the head's length in bytes, {@link #INCOMPLETE}, or {@link #REFUSED} with the reason in {@link #fault}.
     */
    public int parse(final byte[] bytes, final int start, final int limit, final ResponseHead into) {
        head = into;
        into.bytes = bytes;
        if (underWay()) {
            into.headers.moveTo(bytes);
        } else {
            into.headers.wrap(bytes);
            into.contentLength = ResponseHead.NO_LENGTH;
            into.chunked = false;
            transferEncodingSeen = false;
            otherCodings = false;
            closeSeen = false;
            keepAliveSeen = false;
        }
        final int length = run(bytes, start, limit, into.headers);
        if (length > 0) {
            into.end = start + length;
        }
        return length;
    }

    @Override
    int maxStartLine() {
        return MAX_STATUS_LINE_BYTES;
    }

    @Override
    HttpFault startLineTooLong() {
        return HttpFault.BAD_STATUS_LINE;
    }

    @Override
    HttpFault emptyLine(final boolean first) {
        return HttpFault.BAD_STATUS_LINE;
    }

    @Override
    HttpFault startLine(final byte[] bytes, final int from, final int end) {
        if (end - from < STATUS_END || bytes[from] != 'H' || bytes[from + 1] != 'T' || bytes[from + 2] != 'T'
                || bytes[from + 3] != 'P' || bytes[from + 4] != '/' || !CharClass.is(bytes[from + 5], CharClass.DIGIT)
                || bytes[from + 6] != '.' || !CharClass.is(bytes[from + 7], CharClass.DIGIT)
                || bytes[from + 8] != ' ') {
            return HttpFault.BAD_STATUS_LINE;
        }
        if (bytes[from + 5] != '1') {
            return HttpFault.VERSION_NOT_SUPPORTED;
        }
        final long status = FieldValues.decimal(bytes, from + STATUS_AT, from + STATUS_END);
        if (status < 100 || end > from + STATUS_END && bytes[from + STATUS_END] != ' ') {
            return HttpFault.BAD_STATUS_LINE;
        }
        if (CharClass.skip(bytes, from + STATUS_END, end, CharClass.FIELD) != end) {
            return HttpFault.BAD_STATUS_LINE;
        }
        head.start = from;
        head.status = (int) status;
        head.reasonStart = Math.min(end, from + STATUS_END + 1);
        head.reasonEnd = end;
        head.minorVersion = bytes[from + 7] == '0' ? 0 : 1;
        return null;
    }

    @Override
    boolean takesBlankBeforeColon() {
        return true;
    }

    @Override
    HttpFault field(final Headers headers, final int index) {
        final byte[] bytes = head.bytes;
        final int from = headers.valueStart(index);
        final int end = headers.valueEnd(index);
        switch (headers.nameEnd(index) - headers.nameStart(index)) {
            case 10:
                if (headers.nameIs(index, CONNECTION)) {
                    closeSeen |= FieldValues.listHolds(bytes, from, end, FieldValues.CLOSE);
                    keepAliveSeen |= FieldValues.listHolds(bytes, from, end, FieldValues.KEEP_ALIVE);
                }
                return null;
            case 14:
                return headers.nameIs(index, CONTENT_LENGTH) ? contentLength(bytes, from, end) : null;
            case 17:
                return headers.nameIs(index, TRANSFER_ENCODING) ? transferEncoding(bytes, from, end) : null;
            default:
                return null;
        }
    }

    private HttpFault contentLength(final byte[] bytes, final int from, final int end) {
        final long length = FieldValues.decimal(bytes, from, end);
        if (length == FieldValues.BAD) {
            return HttpFault.BAD_CONTENT_LENGTH;
        }
        if (head.contentLength != ResponseHead.NO_LENGTH && head.contentLength != length) {
            return HttpFault.REPEATED_CONTENT_LENGTH;
        }
        head.contentLength = length;
        return null;
    }

    private HttpFault transferEncoding(final byte[] bytes, final int from, final int end) {
        if (head.chunked) {
            return HttpFault.BAD_TRANSFER_ENCODING;
        }
        transferEncodingSeen = true;
        final FieldValues.Coding coding = FieldValues.transferEncoding(bytes, from, end);
        if (coding == FieldValues.Coding.BAD) {
            return HttpFault.BAD_TRANSFER_ENCODING;
        }
        head.chunked = coding != FieldValues.Coding.OTHERS;
        otherCodings |= coding != FieldValues.Coding.CHUNKED;
        return null;
    }

    @Override
    HttpFault finish() {
        head.keepAlive = !closeSeen && (head.minorVersion == 1 || keepAliveSeen);
        if (transferEncodingSeen) {
            if (head.contentLength != ResponseHead.NO_LENGTH) {
                return HttpFault.LENGTH_AND_TRANSFER_ENCODING;
            }
            if (otherCodings) {
                return HttpFault.TRANSFER_ENCODING_NOT_IMPLEMENTED;
            }
            if (head.minorVersion == 0) {
                return HttpFault.TRANSFER_ENCODING_IN_HTTP_1_0;
            }
        }
        return null;
    }
}
