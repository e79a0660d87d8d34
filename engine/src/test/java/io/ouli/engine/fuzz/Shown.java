package io.ouli.engine.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Inputs as text that a reader can tell apart and type again. */
final class Shown {
    private static final int MAX_BYTES = 2_000;

    private Shown() {
    }

    /** Returns bytes as text with escapes, in quotes, and how many there are. */
    static String bytes(final byte[] input) {
        final StringBuilder text = new StringBuilder(input.length + " bytes: \"");
        for (int i = 0; i < Math.min(input.length, MAX_BYTES); i++) {
            final char c = (char) (input[i] & 0xff);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(c < ' ' || c > '~' ? String.format("\\x%02x", (int) c) : Character.toString(c));
            }
        }
        return text.append('"').append(input.length > MAX_BYTES ? " and so on" : "").toString();
    }

    /** Returns the parameters of a property. */
    static String values(final List<Object> parameters) {
        return parameters.stream().map(Shown::value).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String value(final Object value) {
        return switch (value) {
            case null -> "null";
            case final byte[] bytes -> bytes(bytes);
            case final Object[] array -> values(Arrays.asList(array));
            case final List<?> list -> list.stream().map(Shown::value).collect(Collectors.joining(", ", "[", "]"));
            case final String text -> '"' + text.chars()
                    .mapToObj(c -> c < ' ' || c > '~' || c == '"' || c == '\\'
                            ? String.format("\\u%04x", c) : Character.toString(c))
                    .collect(Collectors.joining()) + '"';
            default -> value.toString();
        };
    }
}
