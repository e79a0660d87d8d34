package io.ouli.engine.testserver;

import io.ouli.engine.http.Headers;
import io.ouli.engine.OuliException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What a stored request remembers of test-server: its hash, the hash before it, and the upstream it was for; a field
 * {@code X-Ouli-Test-Server: HASH PREVIOUS TYPE HOST PORT}, a hyphen where there is none.
 *
 * @param hash     32 bytes.
 * @param previous the hash that the hash holds, 32 bytes.
 * @param target   the upstream.
 */
public record TestServerMark(byte[] hash, byte[] previous, TestServerTarget target) {
    /** The field's name. */
    public static final String FIELD = "X-Ouli-Test-Server";

    private static final byte[] LOWER_FIELD = "x-ouli-test-server".getBytes(StandardCharsets.US_ASCII);
    private static final String NONE = "-";

    /** {@return the field's value} */
    public String value() {
        return HexFormat.of().formatHex(hash) + ' ' + HexFormat.of().formatHex(previous) + ' ' + word(target.type())
                + ' ' + word(target.host()) + ' ' + target.port();
    }

    private static String word(final String text) {
        return text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f) ? NONE : text;
    }

    /**
     * Reads the mark of a stored request.
     *
     * @return null if it has none, or one that nobody here wrote.
     */
    public static TestServerMark of(final Headers headers) {
        final int field = headers.find(LOWER_FIELD, 0);
        return field < 0 ? null : parse(headers.value(field));
    }

    private static TestServerMark parse(final String value) {
        final String[] words = value.split(" ");
        try {
            final byte[] hash = HexFormat.of().parseHex(words[0]);
            final byte[] previous = HexFormat.of().parseHex(words[1]);
            final TestServerTarget target =
                    new TestServerTarget(text(words[2]), text(words[3]), Long.parseLong(words[4]));
            return hash.length == TestServerFingerprint.HASH_BYTES && previous.length == hash.length
                    ? new TestServerMark(hash, previous, target) : null;
        } catch (final IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return null;
        }
    }

    private static String text(final String word) {
        return word.equals(NONE) ? "" : word;
    }

    /**
     * Reads a hash.
     *
     * @throws OuliException if it is not 64 hexadecimal digits.
     */
    static byte[] hash(final String text) {
        try {
            final byte[] hash = HexFormat.of().parseHex(text);
            if (hash.length == TestServerFingerprint.HASH_BYTES) {
                return hash;
            }
        } catch (final IllegalArgumentException ignored) {
            // Told below, as for another length.
        }
        throw new OuliException("'" + text + "' is no SHA-256 in hexadecimal");
    }
}
