package io.ouli.engine.testserver;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes JSON as Go's {@code json.Marshal} and {@code json.MarshalIndent} with two spaces do: HTML characters escaped.
 *
 * <p>Values are {@code null}, {@link Boolean}, {@link Double}, {@link GoText}, {@link List}, and {@link Map} from
 * {@link GoText}, in the order in which it iterates.
 */
final class GoJsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean indented;

    private GoJsonWriter(final boolean indented) {
        this.indented = indented;
    }

    /** {@return the value on one line} */
    static byte[] marshal(final Object value) {
        final GoJsonWriter writer = new GoJsonWriter(false);
        writer.value(value, 0);
        return writer.out.toByteArray();
    }

    /** {@return the value with one member or element a line} */
    static byte[] marshalIndent(final Object value) {
        final GoJsonWriter writer = new GoJsonWriter(true);
        writer.value(value, 0);
        return writer.out.toByteArray();
    }

    private void value(final Object value, final int depth) {
        switch (value) {
            case null -> ascii("null");
            case final Boolean flag -> ascii(flag.toString());
            case final Double number -> ascii(GoNumber.format(number));
            case final GoText text -> text(text.bytes());
            case final List<?> elements -> elements(elements, depth);
            case final Map<?, ?> members -> members(members, depth);
            default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
        }
    }

    private void elements(final List<?> elements, final int depth) {
        out.write('[');
        String separator = "";
        for (final Object element : elements) {
            ascii(separator);
            separator = ",";
            newLine(depth + 1);
            value(element, depth + 1);
        }
        if (!elements.isEmpty()) {
            newLine(depth);
        }
        out.write(']');
    }

    private void members(final Map<?, ?> members, final int depth) {
        out.write('{');
        String separator = "";
        for (final Map.Entry<?, ?> member : members.entrySet()) {
            ascii(separator);
            separator = ",";
            newLine(depth + 1);
            text(((GoText) member.getKey()).bytes());
            ascii(indented ? ": " : ":");
            value(member.getValue(), depth + 1);
        }
        if (!members.isEmpty()) {
            newLine(depth);
        }
        out.write('}');
    }

    private void newLine(final int depth) {
        if (indented) {
            ascii("\n" + "  ".repeat(depth));
        }
    }

    private void ascii(final String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void text(final byte[] bytes) {
        out.write('"');
        for (int at = 0; at < bytes.length;) {
            final int length = GoText.sequenceLength(bytes, at, bytes.length);
            if (length == 0) {
                ascii("\\ufffd");
                at++;
            } else if (length == 1) {
                character(bytes[at++]);
            } else if (isLineSeparator(bytes, at)) {
                ascii(bytes[at + 2] == (byte) 0xa8 ? "\\u2028" : "\\u2029");
                at += length;
            } else {
                out.write(bytes, at, length);
                at += length;
            }
        }
        out.write('"');
    }

    private static boolean isLineSeparator(final byte[] bytes, final int at) {
        return bytes[at] == (byte) 0xe2 && bytes[at + 1] == (byte) 0x80 && (bytes[at + 2] & 0xfe) == 0xa8;
    }

    private void character(final byte c) {
        final int which = "\"\\\b\f\n\r\t".indexOf(c);
        if (which >= 0) {
            out.write('\\');
            out.write("\"\\bfnrt".charAt(which));
        } else if (c < ' ' || c == '<' || c == '>' || c == '&') {
            ascii("\\u00");
            out.write(HEX[c >>> 4]);
            out.write(HEX[c & 0xf]);
        } else {
            out.write(c);
        }
    }
}
