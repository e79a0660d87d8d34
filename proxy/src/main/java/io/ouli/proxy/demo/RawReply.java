package io.ouli.proxy.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A reply as it came over the socket, and what it says.
 *
 * @param bytes   the whole of it: status line, headers, body as framed.
 * @param status  the status code.
 * @param headers lines as they came, without their ends.
 * @param body    after transfer decoding.
 */
record RawReply(byte[] bytes, int status, List<String> headers, byte[] body) {
    /**
     * Parses what has come so far.
     *
     * @return the reply, or null if it is not complete.
     * @throws IOException if it is no reply that this client understands.
     */
    static RawReply parse(final byte[] bytes, final int length, final boolean head) throws IOException {
        final int headEnd = find(bytes, 0, length, "\r\n\r\n");
        if (headEnd < 0) {
            return null;
        }
        final List<String> lines = List.of(text(bytes, 0, headEnd).split("\r\n"));
        if (!lines.getFirst().matches("HTTP/1\\.1 [1-5][0-9][0-9] .*")) {
            throw new IOException("the reply begins with " + lines.getFirst());
        }
        final int status = Integer.parseInt(lines.getFirst().substring(9, 12));
        final List<String> headers = lines.subList(1, lines.size());
        final int bodyStart = headEnd + 4;
        if (head || status == 204 || status == 304 || status < 200) {
            return new RawReply(exact(bytes, bodyStart, length), status, headers, new byte[0]);
        }
        if ("chunked".equalsIgnoreCase(value(headers, "Transfer-Encoding"))) {
            return chunked(bytes, bodyStart, length, status, headers);
        }
        final String declared = value(headers, "Content-Length");
        if (declared == null) {
            throw new IOException("the reply's body has no length");
        }
        final int end = bodyStart + Integer.parseInt(declared);
        return length < end ? null
                : new RawReply(exact(bytes, end, length), status, headers, Arrays.copyOfRange(bytes, bodyStart, end));
    }

    private static RawReply chunked(
            final byte[] bytes, final int from, final int length, final int status, final List<String> headers)
            throws IOException {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        int at = from;
        while (true) {
            final int lineEnd = find(bytes, at, length, "\r\n");
            if (lineEnd < 0) {
                return null;
            }
            final int size = Integer.parseInt(text(bytes, at, lineEnd), 16);
            final int end = lineEnd + 2 + size + 2;
            if (length < end) {
                return null;
            }
            body.write(bytes, lineEnd + 2, size);
            at = end;
            if (size == 0) {
                return new RawReply(exact(bytes, at, length), status, headers, body.toByteArray());
            }
        }
    }

    /** {@return the values of a header, in order} */
    List<String> values(final String name) {
        final List<String> values = new ArrayList<>();
        for (final String line : headers) {
            final int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                values.add(line.substring(colon + 1).strip());
            }
        }
        return values;
    }

    private static String value(final List<String> headers, final String name) {
        final List<String> values = new RawReply(null, 0, headers, null).values(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    private static byte[] exact(final byte[] bytes, final int end, final int length) throws IOException {
        if (end != length) {
            throw new IOException(length - end + " bytes came after the reply's end");
        }
        return Arrays.copyOf(bytes, end);
    }

    private static int find(final byte[] bytes, final int from, final int to, final String what) {
        for (int i = from; i + what.length() <= to; i++) {
            int matched = 0;
            while (matched < what.length() && bytes[i + matched] == what.charAt(matched)) {
                matched++;
            }
            if (matched == what.length()) {
                return i;
            }
        }
        return -1;
    }

    private static String text(final byte[] bytes, final int from, final int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
