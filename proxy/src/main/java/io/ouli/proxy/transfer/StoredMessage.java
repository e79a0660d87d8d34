package io.ouli.proxy.transfer;

import io.ouli.engine.content.ContentCoding;
import io.ouli.engine.content.ContentDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A request or a response out of a recording, taken apart for people and programs.
 *
 * @param startLine the request line or the status line.
 * @param headers   lines as stored, without their ends.
 * @param framed    the body as stored, chunk sizes included.
 * @param body      the body after transfer decoding.
 */
public record StoredMessage(String startLine, List<String> headers, byte[] framed, byte[] body) {
    private static final int MAX_DECODED_BYTES = 16 << 20;

    /** Takes a message apart; its checksum was verified, so it is HTTP/1.1 as this program writes it. */
    public static StoredMessage of(final byte[] bytes) {
        int headEnd = 0;
        while (headEnd + 4 < bytes.length && !(bytes[headEnd] == '\r' && bytes[headEnd + 1] == '\n'
                && bytes[headEnd + 2] == '\r' && bytes[headEnd + 3] == '\n')) {
            headEnd++;
        }
        final String[] lines = text(bytes, 0, headEnd).split("\r\n");
        final List<String> headers = List.of(lines).subList(1, lines.length);
        final byte[] framed = Arrays.copyOfRange(bytes, Math.min(headEnd + 4, bytes.length), bytes.length);
        final boolean chunked = values(headers, "transfer-encoding").contains("chunked");
        return new StoredMessage(lines[0], headers, framed, chunked && framed.length > 0 ? unchunk(framed) : framed);
    }

    private static byte[] unchunk(final byte[] framed) {
        final ByteArrayOutputStream body = new ByteArrayOutputStream(framed.length);
        int at = 0;
        while (at < framed.length) {
            int lineEnd = at;
            while (framed[lineEnd] != '\r') {
                lineEnd++;
            }
            final int size = Integer.parseInt(text(framed, at, lineEnd).split(";")[0].strip(), 16);
            if (size == 0) {
                break;
            }
            body.write(framed, lineEnd + 2, size);
            at = lineEnd + 2 + size + 2;
        }
        return body.toByteArray();
    }

    /** {@return the body's text: after content decoding, if it is UTF-8 that a terminal can show; otherwise null} */
    public String bodyText() {
        final byte[] decoded = decoded();
        try {
            final String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(decoded)).toString();
            final boolean shown = text.chars().allMatch(c -> c >= ' ' && c != 0x7F && (c < 0x80 || c > 0x9F)
                    || c == '\t' || c == '\n' || c == '\r');
            return shown ? text : null;
        } catch (final CharacterCodingException e) {
            return null;
        }
    }

    /** {@return one line about a body that cannot be shown} */
    public String bodySummary() {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return String.format(Locale.ROOT, "(%,d bytes, SHA-256 %s)", body.length, HexFormat.of().formatHex(digest));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** {@return the body after content decoding; as it is if that cannot be decoded} */
    byte[] decoded() {
        final List<String> codings = values(headers, "content-encoding");
        if (codings.size() != 1) {
            return body;
        }
        final byte[] name = codings.getFirst().getBytes(StandardCharsets.ISO_8859_1);
        final ContentDecoder decoder = new ContentDecoder(MAX_DECODED_BYTES);
        final ContentCoding coding = ContentCoding.of(name, 0, name.length);
        return coding != null && decoder.decode(coding, body, 0, body.length)
                ? Arrays.copyOf(decoder.bytes(), decoder.length()) : body;
    }

    /** {@return the first value of a header as it stands; null if there is none} */
    String header(final String name) {
        for (final String line : headers) {
            final int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return null;
    }

    private static List<String> values(final List<String> headers, final String name) {
        final List<String> values = new ArrayList<>();
        for (final String line : headers) {
            final int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                values.add(line.substring(colon + 1).strip().toLowerCase(Locale.ROOT));
            }
        }
        return values;
    }

    private static String text(final byte[] bytes, final int from, final int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
