package io.ouli.engine.http;

import io.ouli.engine.Limits;

/**
 * What parsing request and response heads has in common: lines, header fields with their limits, and the fields that
 * say where the message ends.
 *
 * <p>A line is understood once its CRLF has come, and looked through for it once: what arrives byte by byte costs no
 * more than what arrives whole, and gives the same result. Lines end in CRLF; RFC 9112 lets a recipient take a bare LF
 * too, and this one does not, because what one hop takes for a line's end and the next does not is how requests are
 * smuggled. A bare CR, a fold, NUL and other control characters are refused for the same reason.
 */
abstract sealed class HeadParser permits RequestParser, ResponseParser {
    /** What parse gives when the head has not come whole. */
    public static final int INCOMPLETE = 0;
    /** What parse gives when the head is refused; {@link #fault()} says why. */
    public static final int REFUSED = -1;

    /** A field line without its CRLF: name, colon, value, and white space around the value. */
    private static final int MAX_FIELD_LINE_BYTES =
            Limits.MAX_HEADER_NAME_BYTES + 1 + Limits.MAX_HEADER_VALUE_BYTES + 64;

    /** Bytes of {@code HTTP/1.1}. */
    static final int VERSION_BYTES = 8;
    private static final int MAJOR_AT = 5;
    private static final int MINOR_AT = 7;

    private static final byte CR = '\r';
    private static final byte LF = '\n';
    private static final byte[] CONNECTION = CharClass.ascii("connection");
    private static final byte[] CONTENT_LENGTH = CharClass.ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = CharClass.ascii("transfer-encoding");

    /** How many bytes from the head's start on were looked through for LF. */
    private int scanned;
    /** Where the line that is not yet understood begins, from the head's start on. */
    private int line;
    private boolean startLineSeen;
    private MessageHead head;
    private boolean closeSeen;
    private boolean keepAliveSeen;
    private boolean transferEncodingSeen;
    private boolean otherCodings;
    private HttpFault fault;

    /** {@return why the last head was refused} */
    public final HttpFault fault() {
        return fault;
    }

    /** Forgets a head that has not come whole. */
    public final void reset() {
        scanned = 0;
        line = 0;
        startLineSeen = false;
    }

    /** {@return whether some of a head was parsed already} */
    public final boolean underWay() {
        return scanned > 0;
    }

    /** {@return the longest start line in bytes, without its CRLF} */
    abstract int maxStartLine();

    /** {@return the fault of a start line that is too long} */
    abstract HttpFault startLineTooLong();

    /**
     * {@return what is wrong with an empty line before the start line: null for the first one if it may stand there}
     */
    abstract HttpFault emptyLine(boolean first);

    /**
     * Understands the start line.
     *
     * @return null, or what is wrong with it.
     */
    abstract HttpFault startLine(byte[] bytes, int from, int end);

    /** {@return whether white space between a field's name and the colon is taken out rather than refused} */
    abstract boolean takesBlankBeforeColon();

    /** {@return whether a second Content-Length is taken if it equals the first} */
    abstract boolean takesEqualContentLengths();

    /**
     * Looks at a field that was just added, and does not frame the message.
     *
     * @return null, or what is wrong with it.
     */
    abstract HttpFault field(Headers headers, int index);

    /**
     * Looks at the head as a whole.
     *
     * @return null, or what is wrong with it.
     */
    abstract HttpFault finish();

    /** Makes ready for another head, or for more bytes of the one that is under way. */
    final void begin(final byte[] bytes, final MessageHead into) {
        head = into;
        if (underWay()) {
            into.moveTo(bytes);
            return;
        }
        into.clear(bytes);
        closeSeen = false;
        keepAliveSeen = false;
        transferEncodingSeen = false;
        otherCodings = false;
    }

    /**
     * Parses on from where the last call stopped.
     *
     * @return the head's length in bytes, {@link #INCOMPLETE} or {@link #REFUSED}.
     */
    final int run(final byte[] bytes, final int start, final int limit) {
        while (true) {
            final int lineStart = start + line;
            final int lf = indexOfLf(bytes, start + scanned, limit);
            if (lf < 0) {
                scanned = limit - start;
                final HttpFault tooLong = lengthFault(limit - lineStart - 1, limit - start);
                return tooLong == null ? INCOMPLETE : refuse(tooLong);
            }
            final int next = lf + 1;
            final HttpFault wrong;
            if (lf == lineStart || bytes[lf - 1] != CR) {
                wrong = HttpFault.BARE_LF;
            } else {
                final HttpFault tooLong = lengthFault(lf - 1 - lineStart, next - start);
                if (tooLong != null) {
                    wrong = tooLong;
                } else if (lf - 1 > lineStart) {
                    wrong = startLineSeen
                            ? fieldLine(bytes, lineStart, lf - 1)
                            : startLine(bytes, lineStart, lf - 1);
                    startLineSeen = true;
                } else if (startLineSeen) {
                    return end(start, next);
                } else {
                    wrong = emptyLine(line == 0);
                }
            }
            if (wrong != null) {
                return refuse(wrong);
            }
            line = next - start;
            scanned = line;
        }
    }

    private int end(final int start, final int end) {
        // HTTP/1.0 closes unless it is asked not to; nothing keeps a connection that is asked to close.
        head.keepAlive = !closeSeen && (head.minorVersion == 1 || keepAliveSeen);
        final HttpFault wrong = finish();
        if (wrong != null) {
            return refuse(wrong);
        }
        head.end = end;
        reset();
        return end - start;
    }

    private HttpFault lengthFault(final int lineLength, final int headLength) {
        if (lineLength > (startLineSeen ? MAX_FIELD_LINE_BYTES : maxStartLine())) {
            return startLineSeen ? HttpFault.FIELD_VALUE_TOO_LONG : startLineTooLong();
        }
        return headLength > Limits.MAX_HEAD_BYTES ? HttpFault.HEAD_TOO_LONG : null;
    }

    final int refuse(final HttpFault why) {
        reset();
        fault = why;
        return REFUSED;
    }

    /**
     * {@return whether {@code HTTP/}, a digit, a dot and a digit stand here, where {@link #VERSION_BYTES} have come}
     */
    static boolean isVersion(final byte[] bytes, final int from) {
        return bytes[from] == 'H' && bytes[from + 1] == 'T' && bytes[from + 2] == 'T' && bytes[from + 3] == 'P'
                && bytes[from + 4] == '/' && CharClass.is(bytes[from + MAJOR_AT], CharClass.DIGIT)
                && bytes[from + 6] == '.' && CharClass.is(bytes[from + MINOR_AT], CharClass.DIGIT);
    }

    /**
     * Takes a version into the head; a later 1.x is read as 1.1.
     *
     * @return null, or what is wrong with it.
     */
    final HttpFault version(final byte[] bytes, final int from) {
        head.minorVersion = bytes[from + MINOR_AT] == '0' ? 0 : 1;
        return bytes[from + MAJOR_AT] == '1' ? null : HttpFault.VERSION_NOT_SUPPORTED;
    }

    private HttpFault fieldLine(final byte[] bytes, final int from, final int end) {
        final Headers headers = head.headers;
        final HttpFault wrong = addField(bytes, from, end, takesBlankBeforeColon(), headers);
        if (wrong != null) {
            return wrong;
        }
        final int index = headers.count() - 1;
        final int valueStart = headers.valueStart(index);
        final int valueEnd = headers.valueEnd(index);
        if (headers.nameIs(index, CONNECTION)) {
            closeSeen |= FieldValues.listHolds(bytes, valueStart, valueEnd, FieldValues.CLOSE);
            keepAliveSeen |= FieldValues.listHolds(bytes, valueStart, valueEnd, FieldValues.KEEP_ALIVE);
            return null;
        }
        if (headers.nameIs(index, CONTENT_LENGTH)) {
            return contentLength(bytes, valueStart, valueEnd);
        }
        if (headers.nameIs(index, TRANSFER_ENCODING)) {
            return transferEncoding(bytes, valueStart, valueEnd);
        }
        return field(headers, index);
    }

    private HttpFault contentLength(final byte[] bytes, final int from, final int end) {
        final boolean repeated = head.contentLength != MessageHead.NO_LENGTH;
        if (repeated && !takesEqualContentLengths()) {
            return HttpFault.REPEATED_CONTENT_LENGTH;
        }
        final long length = FieldValues.decimal(bytes, from, end);
        if (length == FieldValues.BAD) {
            return HttpFault.BAD_CONTENT_LENGTH;
        }
        if (repeated && length != head.contentLength) {
            return HttpFault.REPEATED_CONTENT_LENGTH;
        }
        head.contentLength = length;
        return null;
    }

    private HttpFault transferEncoding(final byte[] bytes, final int from, final int end) {
        if (head.chunked) {
            // Chunked has to be the last coding, and what follows it in another field follows it in the list.
            return HttpFault.BAD_TRANSFER_ENCODING;
        }
        final FieldValues.Coding coding = FieldValues.transferEncoding(bytes, from, end);
        if (coding == FieldValues.Coding.BAD) {
            return HttpFault.BAD_TRANSFER_ENCODING;
        }
        transferEncodingSeen = true;
        head.chunked = coding != FieldValues.Coding.OTHERS;
        otherCodings |= coding != FieldValues.Coding.CHUNKED;
        return null;
    }

    /** {@return whether the head has a Transfer-Encoding} */
    final boolean transferEncodingSeen() {
        return transferEncodingSeen;
    }

    /** {@return whether the body is coded in another way than by chunks, or beside it} */
    final boolean hasOtherCodings() {
        return otherCodings;
    }

    /**
     * Adds the field of one line, given without its CRLF.
     *
     * @param blankBeforeColon whether white space between name and colon is taken out; otherwise it is a fault.
     * @return null, or what is wrong with it.
     */
    static HttpFault addField(
            final byte[] bytes, final int from, final int end, final boolean blankBeforeColon, final Headers headers) {
        if (CharClass.is(bytes[from], CharClass.BLANK)) {
            return headers.count() == 0 ? HttpFault.SPACE_BEFORE_FIRST_FIELD : HttpFault.OBSOLETE_FOLDING;
        }
        final int nameEnd = CharClass.skip(bytes, from, end, CharClass.TOKEN);
        if (nameEnd == end) {
            return HttpFault.MISSING_COLON;
        }
        final int colon = blankBeforeColon ? CharClass.skip(bytes, nameEnd, end, CharClass.BLANK) : nameEnd;
        if (nameEnd == from || colon == end || bytes[colon] != ':') {
            return HttpFault.BAD_FIELD_NAME;
        }
        if (nameEnd - from > Limits.MAX_HEADER_NAME_BYTES) {
            return HttpFault.FIELD_NAME_TOO_LONG;
        }
        final int valueStart = CharClass.skip(bytes, colon + 1, end, CharClass.BLANK);
        final int badAt = CharClass.skipField(bytes, valueStart, end);
        if (badAt != end) {
            return bytes[badAt] == CR ? HttpFault.BARE_CR : HttpFault.BAD_FIELD_VALUE;
        }
        int valueEnd = end;
        while (valueEnd > valueStart && CharClass.is(bytes[valueEnd - 1], CharClass.BLANK)) {
            valueEnd--;
        }
        if (valueEnd - valueStart > Limits.MAX_HEADER_VALUE_BYTES) {
            return HttpFault.FIELD_VALUE_TOO_LONG;
        }
        return headers.add(from, nameEnd, valueStart, valueEnd) ? null : HttpFault.TOO_MANY_FIELDS;
    }

    private static int indexOfLf(final byte[] bytes, final int from, final int limit) {
        int i = from;
        for (; i <= limit - Long.BYTES; i += Long.BYTES) {
            final long hits = ByteWords.zeros(ByteWords.at(bytes, i) ^ LF * ByteWords.ONES);
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        for (; i < limit; i++) {
            if (bytes[i] == LF) {
                return i;
            }
        }
        return -1;
    }
}
