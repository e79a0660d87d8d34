package io.ouli.engine.http;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Reads the tables of messages under test resources. */
final class MessageCases {
    /** One line of a table. */
    record Case(String expected, String name, byte[] bytes) {
        @Override
        public String toString() {
            return name + " -> " + expected;
        }
    }

    private MessageCases() {
    }

    static List<Case> read(final String resource) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(MessageCases.class.getResourceAsStream(resource), resource),
                StandardCharsets.US_ASCII))) {
            return reader.lines().filter(line -> !line.startsWith("#")).map(MessageCases::parse).toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case parse(final String line) {
        final String[] parts = line.split(" \\| ", 3);
        return new Case(parts[0], parts[1], unescape(parts[2]));
    }

    /** Turns backslash escapes into bytes: r, n, t, 0, backslash, quote, and xHH. */
    static byte[] unescape(final String text) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                out.write(text.charAt(i));
                continue;
            }
            i++;
            switch (text.charAt(i)) {
                case 'r' -> out.write('\r');
                case 'n' -> out.write('\n');
                case 't' -> out.write('\t');
                case '0' -> out.write(0);
                case '\\', '"' -> out.write(text.charAt(i));
                case 'x' -> {
                    out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("no such escape: " + text.substring(i - 1));
            }
        }
        return out.toByteArray();
    }
}
