package io.ouli.proxy.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Builds one JSON object on one line, for output that programs read; numbers, texts and nulls only. */
final class JsonLine {
    private final StringBuilder text = new StringBuilder("{");

    JsonLine add(final String name, final String value) {
        key(name);
        if (value == null) {
            text.append("null");
        } else {
            text.append(quote(value));
        }
        return this;
    }

    JsonLine add(final String name, final long value) {
        key(name);
        text.append(value);
        return this;
    }

    JsonLine add(final String name, final boolean value) {
        key(name);
        text.append(value);
        return this;
    }

    /** Adds a value that is JSON already. */
    JsonLine addRaw(final String name, final String value) {
        key(name);
        text.append(value);
        return this;
    }

    /** {@return the finished object} */
    String end() {
        return text + "}";
    }

    private void key(final String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        text.append(quote(name)).append(':');
    }

    /** {@return a text as a JSON string} */
    static String quote(final String value) {
        final StringBuilder text = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) && !pairs(value, i)) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    /** {@return bytes as a text, or null if they are not UTF-8} */
    static String utf8(final byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (final CharacterCodingException e) {
            return null;
        }
    }

    private static boolean pairs(final String value, final int at) {
        return Character.isHighSurrogate(value.charAt(at))
                ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }
}
