package io.ouli.proxy.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes one whole HTTP/1.1 message of a request that a person wrote down: line ends may be LF, version, Host and
 * Content-Length may be missing.
 *
 * <p>What has CRLF line ends and a length is left as it is. Where no length is stated the body is all that follows the
 * empty line; of a file with LF line ends without the last one, which an editor put there.
 */
final class RawHttp {
    private static final String VERSION = " HTTP/1.1";

    private RawHttp() {
    }

    static byte[] message(final byte[] typed) {
        int start = 0;
        while (start < typed.length && (typed[start] == '\r' || typed[start] == '\n')) {
            start++;
        }
        final List<String> lines = new ArrayList<>();
        boolean crlf = true;
        int at = start;
        while (at < typed.length) {
            int end = at;
            while (end < typed.length && typed[end] != '\n') {
                end++;
            }
            final boolean carriageReturn = end > at && typed[end - 1] == '\r';
            crlf &= carriageReturn;
            final String line = new String(typed, at, (carriageReturn ? end - 1 : end) - at,
                    StandardCharsets.ISO_8859_1);
            at = Math.min(end + 1, typed.length);
            if (line.isEmpty()) {
                break;
            }
            lines.add(line);
        }
        return message(lines, crlf, typed, at);
    }

    private static byte[] message(
            final List<String> lines, final boolean crlf, final byte[] typed, final int bodyStart) {
        final ByteArrayOutputStream message = new ByteArrayOutputStream(typed.length + 64);
        final String first = lines.isEmpty() ? "" : lines.getFirst();
        final boolean versionless = first.chars().filter(c -> c == ' ').count() == 1;
        line(message, versionless ? first + VERSION : first);
        lines.stream().skip(1).forEach(line -> line(message, line));
        if (!has(lines, "host")) {
            line(message, "Host: localhost");
        }
        int bodyEnd = typed.length;
        if (!has(lines, "content-length") && !has(lines, "transfer-encoding")) {
            if (!crlf && bodyEnd > bodyStart && typed[bodyEnd - 1] == '\n') {
                bodyEnd--;
            }
            if (bodyEnd > bodyStart) {
                line(message, "Content-Length: " + (bodyEnd - bodyStart));
            }
        } else if (!crlf && bodyEnd > bodyStart && typed[bodyEnd - 1] == '\n'
                && has(lines, "content-length", bodyEnd - bodyStart - 1)) {
            bodyEnd--;
        }
        line(message, "");
        message.write(typed, bodyStart, bodyEnd - bodyStart);
        return message.toByteArray();
    }

    private static void line(final ByteArrayOutputStream message, final String line) {
        message.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean has(final List<String> lines, final String name) {
        return lines.stream().skip(1).anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"));
    }

    private static boolean has(final List<String> lines, final String name, final int value) {
        return lines.stream().skip(1).anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":")
                && line.substring(name.length() + 1).strip().equals(Integer.toString(value)));
    }
}
