package io.ouli.engine.http;

/** The values of the fields that decide where a message ends: parsed strictly, the same for requests and responses. */
final class FieldValues {
    /** What {@link #decimal} gives for what is no decimal number. */
    static final long BAD = -1;
    /** What {@link #decimal} gives for a number that no long holds. */
    static final long HUGE = Long.MAX_VALUE;

    /** What {@link #transferEncoding} found. */
    enum Coding {
        CHUNKED, CHUNKED_AFTER_OTHERS, OTHERS, BAD
    }

    static final byte[] CHUNKED = CharClass.ascii("chunked");
    static final byte[] CLOSE = CharClass.ascii("close");
    static final byte[] KEEP_ALIVE = CharClass.ascii("keep-alive");

    private FieldValues() {
    }

    /** {@return the number that digits spell, {@link #BAD} for anything but digits, {@link #HUGE} beyond 18 digits} */
    static long decimal(final byte[] bytes, final int from, final int end) {
        if (from == end || CharClass.skip(bytes, from, end, CharClass.DIGIT) != end) {
            return BAD;
        }
        int first = from;
        while (first < end - 1 && bytes[first] == '0') {
            first++;
        }
        if (end - first > 18) {
            return HUGE;
        }
        long value = 0;
        for (int i = first; i < end; i++) {
            value = value * 10 + (bytes[i] - '0');
        }
        return value;
    }

    /** Classifies one Transfer-Encoding value: a list of tokens, in which empty elements are not allowed. */
    static Coding transferEncoding(final byte[] bytes, final int from, final int end) {
        if (CharClass.equalsIgnoreCase(bytes, from, end, CHUNKED)) {
            return Coding.CHUNKED;
        }
        int at = from;
        boolean chunked = false;
        int others = 0;
        while (true) {
            at = CharClass.skip(bytes, at, end, CharClass.BLANK);
            final int tokenEnd = CharClass.skip(bytes, at, end, CharClass.TOKEN);
            if (tokenEnd == at || chunked) {
                return Coding.BAD;
            }
            chunked = CharClass.equalsIgnoreCase(bytes, at, tokenEnd, CHUNKED);
            others += chunked ? 0 : 1;
            at = CharClass.skip(bytes, tokenEnd, end, CharClass.BLANK);
            if (at == end) {
                break;
            }
            if (bytes[at] != ',') {
                return Coding.BAD;
            }
            at++;
        }
        if (!chunked) {
            return Coding.OTHERS;
        }
        return others == 0 ? Coding.CHUNKED : Coding.CHUNKED_AFTER_OTHERS;
    }

    /** {@return whether a comma-separated list holds this lower case token, in any case} */
    static boolean listHolds(final byte[] bytes, final int from, final int end, final byte[] lowerCaseToken) {
        int at = from;
        while (at < end) {
            int elementEnd = at;
            while (elementEnd < end && bytes[elementEnd] != ',') {
                elementEnd++;
            }
            final int first = CharClass.skip(bytes, at, elementEnd, CharClass.BLANK);
            final int last = CharClass.skip(bytes, first, elementEnd, CharClass.TOKEN);
            if (CharClass.skip(bytes, last, elementEnd, CharClass.BLANK) == elementEnd
                    && CharClass.equalsIgnoreCase(bytes, first, last, lowerCaseToken)) {
                return true;
            }
            at = elementEnd + 1;
        }
        return false;
    }

    /** {@return whether a range is a host with an optional port; it may be empty, as RFC 9112 wants it for Host} */
    static boolean isHostAndPort(final byte[] bytes, final int from, final int end) {
        int at = from;
        if (at < end && bytes[at] == '[') {
            at++;
            while (at < end && (CharClass.hexDigit(bytes[at]) >= 0 || bytes[at] == ':' || bytes[at] == '.')) {
                at++;
            }
            if (at == end || bytes[at] != ']') {
                return false;
            }
            at++;
        } else {
            at = CharClass.skip(bytes, at, end, CharClass.HOST);
            for (int i = from; i < at; i++) {
                if (bytes[i] == '[' || bytes[i] == ']') {
                    return false;
                }
            }
        }
        if (at == end) {
            return true;
        }
        return bytes[at] == ':' && at > from && CharClass.skip(bytes, at + 1, end, CharClass.DIGIT) == end;
    }
}
