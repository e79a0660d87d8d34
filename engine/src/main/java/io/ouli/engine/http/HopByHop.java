package io.ouli.engine.http;

/**
 * Tells which header fields belong to one connection only (RFC 9110, section 7.6.1), and so are neither forwarded nor
 * stored: the well-known ones and those that the message's own Connection field names.
 */
public final class HopByHop {
    private static final byte[] CONNECTION = CharClass.ascii("connection");
    /** Ouli's own control fields, such as {@code x-ouli-test-name}: between a client and this proxy only. */
    private static final byte[] OULI_PREFIX = CharClass.ascii("x-ouli-");
    private static final byte[][] ALWAYS = {
        CONNECTION, CharClass.ascii("keep-alive"), CharClass.ascii("proxy-connection"), CharClass.ascii("te"),
        CharClass.ascii("trailer"), CharClass.ascii("transfer-encoding"), CharClass.ascii("upgrade"),
        CharClass.ascii("http2-settings"),
    };

    /** The lengths of {@link #ALWAYS}, a bit each: most names have another. */
    private static final int ALWAYS_LENGTHS = lengths();

    private HopByHop() {
    }

    private static int lengths() {
        int lengths = 0;
        for (final byte[] name : ALWAYS) {
            lengths |= 1 << name.length;
        }
        return lengths;
    }

    /** {@return whether field {@code index} concerns this connection only} Transfer-Encoding and Trailer do. */
    public static boolean matches(final Headers headers, final int index) {
        final int length = headers.nameEnd(index) - headers.nameStart(index);
        if (length < Integer.SIZE && (ALWAYS_LENGTHS >>> length & 1) != 0) {
            for (final byte[] name : ALWAYS) {
                if (headers.nameIs(index, name)) {
                    return true;
                }
            }
        }
        return isOuliControl(headers, index) || isNamedByConnection(headers, index);
    }

    /** {@return whether the field's name begins with {@code X-Ouli-}} */
    public static boolean isOuliControl(final Headers headers, final int index) {
        final int start = headers.nameStart(index);
        final int length = headers.nameEnd(index) - start;
        return length >= OULI_PREFIX.length
                && CharClass.equalsIgnoreCase(headers.bytes(), start, start + OULI_PREFIX.length, OULI_PREFIX);
    }

    private static boolean isNamedByConnection(final Headers headers, final int index) {
        final byte[] bytes = headers.bytes();
        int field = headers.find(CONNECTION, 0);
        while (field >= 0) {
            int at = headers.valueStart(field);
            final int end = headers.valueEnd(field);
            while (at < end) {
                final int start = CharClass.skip(bytes, at, end, CharClass.BLANK);
                final int tokenEnd = CharClass.skip(bytes, start, end, CharClass.TOKEN);
                if (sameName(headers, index, start, tokenEnd)) {
                    return true;
                }
                at = Math.max(tokenEnd, start);
                while (at < end && bytes[at] != ',') {
                    at++;
                }
                at++;
            }
            field = headers.find(CONNECTION, field + 1);
        }
        return false;
    }

    private static boolean sameName(final Headers headers, final int index, final int from, final int end) {
        final byte[] bytes = headers.bytes();
        final int nameStart = headers.nameStart(index);
        if (headers.nameEnd(index) - nameStart != end - from) {
            return false;
        }
        for (int i = 0; i < end - from; i++) {
            if (CharClass.toLower(bytes[nameStart + i]) != CharClass.toLower(bytes[from + i])) {
                return false;
            }
        }
        return true;
    }
}
