package io.ouli.engine.http;

import io.ouli.engine.Limits;

/**
 * What request and response heads have in common: lines, header fields and their limits.
 *
 * <p>A line is understood once its CRLF has come, and looked through for it once: what arrives byte by byte costs no
 * more than what arrives whole, and gives the same result. Lines end in CRLF; RFC 9112 lets a recipient take a bare LF
 * too, and this one does not, because what one hop takes for a line's end and the next does not is how requests are
 * smuggled. A bare CR, a fold, NUL and other control characters are refused for the same reason.
 */
abstract sealed class HeadParser permits RequestParser, ResponseParser {
    /** What parse gives when the head has not come whole. */
    public static final int INCOMPLETE = 0;
    /** What parse gives when the head is refused; {@link #fault} says why. */
    public static final int REFUSED = -1;

    /** A field line without its CRLF: name, colon, value, and white space around the value. */
    private static final int MAX_FIELD_LINE_BYTES =
            Limits.MAX_HEADER_NAME_BYTES + 1 + Limits.MAX_HEADER_VALUE_BYTES + 64;

    private static final byte CR = '\r';
    private static final byte LF = '\n';

    /** How many bytes from the head's start on were looked through for LF. */
    private int scanned;
    /** Where the line that is not yet understood begins, from the head's start on. */
    private int line;
    private boolean startLineSeen;
    private HttpFault fault;

    /** Returns why the last head was refused. */
    public final HttpFault fault() {
        return fault;
    }

    /** Forgets a head that has not come whole. */
    public final void reset() {
        scanned = 0;
        line = 0;
        startLineSeen = false;
    }

    /** Returns whether some of a head was parsed already. */
    public final boolean underWay() {
        return scanned > 0;
    }

    /** Returns the longest start line in bytes, without its CRLF. */
    abstract int maxStartLine();

    /** Returns the fault of a start line that is too long. */
    abstract HttpFault startLineTooLong();

    /** Returns what is wrong with an empty line before the start line: null for the first one if it may stand there. */
    abstract HttpFault emptyLine(boolean first);

    /** Understands the start line. @return null, or what is wrong with it. */
    abstract HttpFault startLine(byte[] bytes, int from, int end);

    /** Returns whether white space between a field's name and the colon is taken out rather than refused. */
    abstract boolean takesBlankBeforeColon();

    /** Looks at a field that was just added. @return null, or what is wrong with it. */
    abstract HttpFault field(Headers headers, int index);

    /** Looks at the head as a whole. @return null, or what is wrong with it. */
    abstract HttpFault finish();

    /**
     * Parses on from where the last call stopped.
     *
     * @return the head's length in bytes, {@link #INCOMPLETE} or {@link #REFUSED}.
     */
    final int run(final byte[] bytes, final int start, final int limit, final Headers headers) {
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
                            ? fieldLine(bytes, lineStart, lf - 1, headers)
                            : startLine(bytes, lineStart, lf - 1);
                    startLineSeen = true;
                } else if (startLineSeen) {
                    final HttpFault atEnd = finish();
                    reset();
                    return atEnd == null ? next - start : refuse(atEnd);
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

    private HttpFault fieldLine(final byte[] bytes, final int from, final int end, final Headers headers) {
        final HttpFault wrong = addField(bytes, from, end, takesBlankBeforeColon(), headers);
        return wrong == null ? field(headers, headers.count() - 1) : wrong;
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
