package io.ouli.engine.fingerprint;

import java.util.Arrays;

/**
 * A multipart body (RFC 2046) without its boundary: D fields for its parts, X for a preamble, Y for an epilogue.
 *
 * <p>Parts are taken as they came, header fields and content. A body without a closing delimiter is not sound.
 */
final class MultipartForm {
    private final ByteSink delimiter = new ByteSink();

    /**
     * Writes the fields.
     *
     * @return false if the body is not sound; {@code out} is then as it was.
     */
    boolean write(final byte[] bytes, final int start, final int end, final ByteSink boundary, final ByteSink out) {
        delimiter.clear();
        delimiter.put('\r');
        delimiter.put('\n');
        delimiter.put('-');
        delimiter.put('-');
        delimiter.put(boundary.array, 0, boundary.length);
        final int begin = out.length;
        int from = start;
        boolean preamble = true;
        int at = find(bytes, start, start, end);
        while (at >= 0) {
            final int lineStart = at + delimiter.length - (isBare(bytes, start, at) ? 2 : 0);
            if (!preamble) {
                out.field('D', bytes, from, at - from);
            } else if (at > start) {
                out.field('X', bytes, from, at - from);
            }
            preamble = false;
            if (isClose(bytes, lineStart, end)) {
                if (lineStart + 2 < end) {
                    out.field('Y', bytes, lineStart + 2, end - lineStart - 2);
                }
                return true;
            }
            from = lineEnd(bytes, lineStart, end);
            at = find(bytes, from, start, end);
        }
        out.length = begin;
        return false;
    }

    /**
     * {@return where the next delimiter, with the CRLF before it, begins; the first may stand without, at the start}
     */
    private int find(final byte[] bytes, final int from, final int start, final int end) {
        if (from == start && isBare(bytes, start, start) && isDelimiterLine(bytes, start + delimiter.length - 2, end)) {
            return start;
        }
        for (int at = from; at + delimiter.length <= end; at++) {
            if (bytes[at] == '\r'
                    && Arrays.equals(bytes, at, at + delimiter.length, delimiter.array, 0, delimiter.length)
                    && isDelimiterLine(bytes, at + delimiter.length, end)) {
                return at;
            }
        }
        return -1;
    }

    private boolean isBare(final byte[] bytes, final int start, final int at) {
        final int length = delimiter.length - 2;
        return at == start
                && bytes.length - at >= length
                && Arrays.equals(bytes, at, at + length, delimiter.array, 2, delimiter.length);
    }

    private static boolean isDelimiterLine(final byte[] bytes, final int at, final int end) {
        return isClose(bytes, at, end) || lineEnd(bytes, at, end) >= 0;
    }

    private static boolean isClose(final byte[] bytes, final int at, final int end) {
        return end - at >= 2 && bytes[at] == '-' && bytes[at + 1] == '-';
    }

    /** {@return the index behind padding and CRLF, or -1 if anything else stands there} */
    private static int lineEnd(final byte[] bytes, final int start, final int end) {
        int at = start;
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return end - at >= 2 && bytes[at] == '\r' && bytes[at + 1] == '\n' ? at + 2 : -1;
    }
}
