package io.ouli.engine.testserver;

import io.ouli.engine.OuliException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads JSON as Go's {@code json.Unmarshal} into {@code any} does: numbers as float64, of equal keys the last one,
 * bytes that are no UTF-8 and surrogates without partner as U+FFFD.
 *
 * <p>Gives what {@link GoJsonWriter} takes; objects sorted by key.
 */
final class GoJsonReader {
    /** Go allows 10,000; a request that deep is refused here, since this reads by recursion. */
    static final int MAX_DEPTH = 500;

    private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

    private static final int UNSOUND_BYTE = 0xff;

    private final byte[] in;
    private final int end;
    private final boolean writtenByGo;
    private int at;

    private GoJsonReader(final byte[] in, final int start, final int end, final boolean writtenByGo) {
        this.in = in;
        this.end = end;
        this.writtenByGo = writtenByGo;
        at = start;
    }

    /**
     * Reads a document.
     *
     * @throws OuliException if Go would not read it.
     */
    static Object read(final byte[] in, final int offset, final int length) {
        return new GoJsonReader(in, offset, offset + length, false).document();
    }

    /**
     * Reads a document that Go wrote, so that {@link GoJsonWriter} gives it again: there an escaped U+FFFD stands for a
     * byte that was no UTF-8, and is read as such a byte.
     *
     * @throws OuliException if Go would not read it.
     */
    static Object readWritten(final byte[] in, final int offset, final int length) {
        return new GoJsonReader(in, offset, offset + length, true).document();
    }

    private Object document() {
        final Object value = value(0);
        space();
        if (at < end) {
            throw unsound("text behind the document");
        }
        return value;
    }

    private OuliException unsound(final String reason) {
        return new OuliException("JSON, byte " + at + ": " + reason);
    }

    private byte peek() {
        return at < end ? in[at] : 0;
    }

    private void space() {
        while (at < end && (in[at] == ' ' || in[at] == '\t' || in[at] == '\r' || in[at] == '\n')) {
            at++;
        }
    }

    private Object value(final int depth) {
        if (depth > MAX_DEPTH) {
            throw unsound("deeper than " + MAX_DEPTH);
        }
        space();
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> text();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object word(final String word, final Object value) {
        for (int i = 0; i < word.length(); i++) {
            if (peek() != word.charAt(i)) {
                throw unsound("no value");
            }
            at++;
        }
        return value;
    }

    private Map<GoText, Object> members(final int depth) {
        final Map<GoText, Object> members = new TreeMap<>();
        at++;
        space();
        if (peek() == '}') {
            at++;
            return members;
        }
        while (true) {
            space();
            if (peek() != '"') {
                throw unsound("no key");
            }
            final GoText key = text();
            space();
            if (peek() != ':') {
                throw unsound("no colon");
            }
            at++;
            members.put(key, value(depth + 1));
            if (isLast('}')) {
                return members;
            }
        }
    }

    private List<Object> elements(final int depth) {
        final List<Object> elements = new ArrayList<>();
        at++;
        space();
        if (peek() == ']') {
            at++;
            return elements;
        }
        while (true) {
            elements.add(value(depth + 1));
            if (isLast(']')) {
                return elements;
            }
        }
    }

    private boolean isLast(final char close) {
        space();
        final byte next = peek();
        if (next != close && next != ',') {
            throw unsound("neither ',' nor '" + close + "'");
        }
        at++;
        return next == close;
    }

    private Double number() {
        final int start = at;
        at += peek() == '-' ? 1 : 0;
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (peek() == '.') {
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            at += peek() == '+' || peek() == '-' ? 1 : 0;
            digits();
        }
        final double value = Double.parseDouble(new String(in, start, at - start, StandardCharsets.US_ASCII));
        if (Double.isInfinite(value)) {
            throw unsound("a number beyond float64");
        }
        return value;
    }

    private void digits() {
        final int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == start) {
            throw unsound("no value");
        }
    }

    private GoText text() {
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        at++;
        while (true) {
            if (at == end || in[at] >= 0 && in[at] < ' ') {
                throw unsound("a string without end, or with a control character");
            }
            final byte b = in[at];
            if (b == '"') {
                at++;
                return new GoText(text.toByteArray());
            }
            if (b == '\\') {
                escape(text);
                continue;
            }
            final int length = GoText.sequenceLength(in, at, end);
            if (length == 0) {
                text.writeBytes(REPLACEMENT);
                at++;
            } else {
                text.write(in, at, length);
                at += length;
            }
        }
    }

    private void escape(final ByteArrayOutputStream text) {
        at++;
        final int which = "\"\\/bfnrt".indexOf(peek());
        if (at < end && which >= 0) {
            at++;
            text.write("\"\\/\b\f\n\r\t".charAt(which));
            return;
        }
        int unit = unit();
        if (Character.isHighSurrogate((char) unit) && at + 1 < end && in[at] == '\\' && in[at + 1] == 'u') {
            final int before = at;
            at++;
            final int low = unit();
            if (Character.isLowSurrogate((char) low)) {
                unit = Character.toCodePoint((char) unit, (char) low);
            } else {
                at = before;
            }
        }
        if (unit == 0xfffd && writtenByGo) {
            text.write(UNSOUND_BYTE);
        } else if (unit >= Character.MIN_SURROGATE && unit <= Character.MAX_SURROGATE) {
            text.writeBytes(REPLACEMENT);
        } else {
            text.writeBytes(Character.toString(unit).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Reads {@code uXXXX}. */
    private int unit() {
        if (peek() != 'u' || end - at < 5) {
            throw unsound("no escape");
        }
        int unit = 0;
        for (int i = 1; i <= 4; i++) {
            final int digit = Character.digit(in[at + i], 16);
            if (digit < 0) {
                throw unsound("no escape");
            }
            unit = unit << 4 | digit;
        }
        at += 5;
        return unit;
    }
}
