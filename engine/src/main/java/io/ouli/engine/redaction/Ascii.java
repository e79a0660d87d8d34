package io.ouli.engine.redaction;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names and placeholders between text and bytes. */
final class Ascii {
    private Ascii() {
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] lowerCase(final String text) {
        return bytes(text.toLowerCase(Locale.ROOT));
    }

    static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
