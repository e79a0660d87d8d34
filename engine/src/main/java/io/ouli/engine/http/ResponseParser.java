package io.ouli.engine.http;

/**
 * Parses response heads as RFC 9112 defines them, as strictly as {@link RequestParser} where the body depends on it.
 *
 * <p>Three things that real servers do are taken: a status line without the space before an absent reason, equal
 * repeated Content-Length fields, and white space before a field's colon, which a proxy has to take out (section 5.1).
 */
public final class ResponseParser extends HeadParser {
    private static final int MAX_STATUS_LINE_BYTES = 1_024;
    private static final int STATUS_AT = VERSION_BYTES + 1;
    private static final int STATUS_END = STATUS_AT + 3;
    private static final int LOWEST_STATUS = 100;

    private ResponseHead head;

    /** Makes one for one head at a time. */
    public ResponseParser() {
    }

    /**
     * Parses a head, or goes on with one; see {@link RequestParser#parse}.
     *
     * @return the head's length in bytes, {@link #INCOMPLETE}, or {@link #REFUSED} with the reason in {@link #fault()}.
     */
    public int parse(final byte[] bytes, final int start, final int limit, final ResponseHead into) {
        head = into;
        begin(bytes, into);
        return run(bytes, start, limit);
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
        if (end - from < STATUS_END || !isVersion(bytes, from) || bytes[from + VERSION_BYTES] != ' ') {
            return HttpFault.BAD_STATUS_LINE;
        }
        final HttpFault wrong = version(bytes, from);
        if (wrong != null) {
            return wrong;
        }
        final long status = FieldValues.decimal(bytes, from + STATUS_AT, from + STATUS_END);
        if (status < LOWEST_STATUS || end > from + STATUS_END && bytes[from + STATUS_END] != ' ') {
            return HttpFault.BAD_STATUS_LINE;
        }
        if (CharClass.skip(bytes, from + STATUS_END, end, CharClass.FIELD) != end) {
            return HttpFault.BAD_STATUS_LINE;
        }
        head.start = from;
        head.status = (int) status;
        head.reasonStart = Math.min(end, from + STATUS_END + 1);
        head.reasonEnd = end;
        return null;
    }

    @Override
    boolean takesBlankBeforeColon() {
        return true;
    }

    @Override
    boolean takesEqualContentLengths() {
        return true;
    }

    @Override
    HttpFault field(final Headers headers, final int index) {
        return null;
    }

    @Override
    HttpFault finish() {
        if (!transferEncodingSeen()) {
            return null;
        }
        if (head.contentLength != ResponseHead.NO_LENGTH) {
            return HttpFault.LENGTH_AND_TRANSFER_ENCODING;
        }
        if (hasOtherCodings()) {
            return HttpFault.TRANSFER_ENCODING_NOT_IMPLEMENTED;
        }
        return head.minorVersion == 0 ? HttpFault.TRANSFER_ENCODING_IN_HTTP_1_0 : null;
    }
}
