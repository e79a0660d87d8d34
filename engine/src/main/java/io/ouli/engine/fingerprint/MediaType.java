package io.ouli.engine.fingerprint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Media types in one spelling: names in lower case, no optional white space, values quoted only where they must be.
 *
 * <pre>
 * Text/HTML ; Charset="UTF-8"   becomes   text/html;charset=utf-8
 * </pre>
 */
final class MediaType {
    private static final byte[] CHARSET = ascii("charset");
    private static final byte[] BOUNDARY = ascii("boundary");
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (int c = 0x21; c < 0x7f; c++) {
            TOKEN[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }
    }

    private final ByteSink text = new ByteSink();
    /** For each parameter: start of its name, end of its name, end of its value; all in {@link #text}. */
    private final IntList parameters = new IntList();
    private final KeySorter sorter = new KeySorter();
    private int typeEnd;

    static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a media type with its parameters.
     *
     * @return false if it is none.
     */
    boolean parse(final byte[] bytes, final int start, final int end) {
        text.clear();
        parameters.clear();
        int at = start;
        while (at < end && (TOKEN[bytes[at] & 0xff] || bytes[at] == '/')) {
            text.put(HeaderForm.toLower(bytes[at++]));
        }
        typeEnd = text.length;
        at = skipSpace(bytes, at, end);
        while (at < end) {
            if (bytes[at] != ';') {
                return false;
            }
            at = skipSpace(bytes, at + 1, end);
            if (at == end || bytes[at] == ';') {
                continue;
            }
            at = parameter(bytes, at, end);
            if (at < 0) {
                return false;
            }
            at = skipSpace(bytes, at, end);
        }
        return typeEnd > 0;
    }

    private int parameter(final byte[] bytes, final int start, final int end) {
        final int nameStart = text.length;
        int at = start;
        while (at < end && TOKEN[bytes[at] & 0xff]) {
            text.put(HeaderForm.toLower(bytes[at++]));
        }
        final int nameEnd = text.length;
        if (nameEnd == nameStart || at == end || bytes[at] != '=') {
            return -1;
        }
        text.put('=');
        at = value(bytes, at + 1, end);
        if (at < 0) {
            return -1;
        }
        if (is(nameStart, nameEnd, CHARSET)) {
            for (int i = nameEnd; i < text.length; i++) {
                text.array[i] = HeaderForm.toLower(text.array[i]);
            }
        }
        parameters.add(nameStart);
        parameters.add(nameEnd);
        parameters.add(text.length);
        return at;
    }

    /** Reads a value, token or quoted; writes it bare where a token can hold it, quoted otherwise. */
    private int value(final byte[] bytes, final int start, final int end) {
        int at = start;
        if (at == end || bytes[at] != '"') {
            while (at < end && TOKEN[bytes[at] & 0xff]) {
                text.put(bytes[at++]);
            }
            return at == start ? -1 : at;
        }
        final int open = text.length;
        boolean token = true;
        text.put('"');
        for (at++; at < end && bytes[at] != '"'; at++) {
            if (bytes[at] == '\\' && ++at == end) {
                return -1;
            }
            if (bytes[at] == '"' || bytes[at] == '\\') {
                text.put('\\');
            }
            token &= TOKEN[bytes[at] & 0xff];
            text.put(bytes[at]);
        }
        if (at == end) {
            return -1;
        }
        if (token && text.length > open + 1) {
            System.arraycopy(text.array, open + 1, text.array, open, text.length - open - 1);
            text.length--;
        } else {
            text.put('"');
        }
        return at + 1;
    }

    /** {@return whether the last type that was parsed is this one, in lower case} */
    boolean typeIs(final byte[] type) {
        return is(0, typeEnd, type);
    }

    boolean typeStartsWith(final byte[] prefix) {
        return typeEnd > prefix.length && is(0, prefix.length, prefix);
    }

    boolean typeEndsWith(final byte[] suffix) {
        return typeEnd > suffix.length && is(typeEnd - suffix.length, typeEnd, suffix);
    }

    /**
     * Unquotes the boundary parameter's value into {@code out}.
     *
     * @return false if there is none, or more than one.
     */
    boolean boundary(final ByteSink out) {
        int found = -1;
        for (int i = 0; i < parameters.size; i += 3) {
            if (is(parameters.array[i], parameters.array[i + 1], BOUNDARY)) {
                if (found >= 0) {
                    return false;
                }
                found = i;
            }
        }
        if (found < 0) {
            return false;
        }
        int at = parameters.array[found + 1] + 1;
        int end = parameters.array[found + 2];
        if (text.array[at] == '"') {
            at++;
            end--;
        }
        out.clear();
        for (; at < end; at++) {
            if (text.array[at] == '\\') {
                at++;
            }
            out.put(text.array[at]);
        }
        return out.length > 0;
    }

    /**
     * Writes the media type that was parsed last.
     *
     * @param sort         whether parameters are sorted by name; equal names keep their order.
     * @param dropBoundary whether the boundary's value is left out.
     */
    void write(final boolean sort, final boolean dropBoundary, final ByteSink out) {
        out.put(text.array, 0, typeEnd);
        final int count = parameters.size / 3;
        final int[] records = parameters.array;
        final int[] order = sort ? sorter.sort(text.array, records, 0, 3, count) : null;
        for (int i = 0; i < count; i++) {
            final int record = sort ? order[i] : i * 3;
            final int nameStart = records[record];
            out.put(';');
            if (dropBoundary && is(nameStart, records[record + 1], BOUNDARY)) {
                out.put(BOUNDARY);
            } else {
                out.put(text.array, nameStart, records[record + 2] - nameStart);
            }
        }
    }

    private boolean is(final int start, final int end, final byte[] expected) {
        return Arrays.equals(text.array, start, end, expected, 0, expected.length);
    }

    private static int skipSpace(final byte[] bytes, final int start, final int end) {
        int at = start;
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }
}
