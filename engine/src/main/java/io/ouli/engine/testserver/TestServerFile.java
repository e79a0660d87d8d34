package io.ouli.engine.testserver;

import io.ouli.engine.OuliException;
import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.http.ReasonPhrases;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Reads one of test-server's JSON files: each interaction as the HTTP that test-server itself would replay, and whether
 * its stored hash is that of its request.
 */
public final class TestServerFile {
    private static final String TEST_NAME = "Test-Name";
    private static final String EVENT_STREAM = "alt=sse";
    /** Framing that is written anew, and test-server's own exceptions on replay. */
    private static final Set<String> NOT_REPLAYED =
            Set.of("content-length", "content-encoding", "transfer-encoding", "connection", "trailer", "keep-alive");
    private static final Set<String> WRITTEN_ANEW = Set.of("host", "content-length", "transfer-encoding");

    private TestServerFile() {
    }

    /**
     * One interaction.
     *
     * @param request      the whole HTTP/1.1 message.
     * @param responseHead of the response, with Content-Length, or for events in chunks.
     * @param responseBody its parts: one, or an event each.
     * @param mark         the stored hash, the one before it, and the upstream.
     * @param computedHash of the request as it stands in the file, in hexadecimal; another one than the mark's if
     *                     somebody changed the file.
     * @param named        whether the request names its test.
     * @param epochNanos   when the response was made, if it says so; else 0.
     */
    public record Interaction(
            byte[] request,
            byte[] responseHead,
            List<byte[]> responseBody,
            TestServerMark mark,
            String computedHash,
            boolean named,
            long epochNanos) {
        /** {@return whether the stored hash is right} */
        public boolean isSound() {
            return HexFormat.of().formatHex(mark.hash()).equals(computedHash);
        }
    }

    /**
     * Reads a file.
     *
     * @throws OuliException if it is none of test-server's.
     */
    public static List<Interaction> read(final byte[] json) {
        final Object written = GoJsonReader.readWritten(json, 0, json.length);
        // Test-server replays what Go reads, where a byte that was no UTF-8 has become a character.
        final Object replayed = GoJsonReader.read(json, 0, json.length);
        if (!(written instanceof final Map<?, ?> file) || !file.containsKey(GoText.of("interactions"))) {
            throw new OuliException("no object with 'interactions'");
        }
        final List<?> recorded = TestServerRequest.member(file, "interactions", List.class);
        final List<?> again = TestServerRequest.member((Map<?, ?>) replayed, "interactions", List.class);
        final List<Interaction> interactions = new ArrayList<>();
        for (int i = 0; recorded != null && i < recorded.size(); i++) {
            try {
                interactions.add(interaction(map(recorded.get(i)), map(again.get(i))));
            } catch (final OuliException e) {
                throw new OuliException("interaction " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return interactions;
    }

    private static Map<?, ?> map(final Object value) {
        if (value instanceof final Map<?, ?> map) {
            return map;
        }
        throw new OuliException("no object");
    }

    private static Interaction interaction(final Map<?, ?> written, final Map<?, ?> replayed) {
        final TestServerRequest request = TestServerRequest.read(written.get(GoText.of("request")));
        final GoText sum = TestServerRequest.member(written, "shaSum", GoText.class);
        if (sum == null) {
            throw new OuliException("there is no shaSum");
        }
        final Double port = (Double) request.member("port");
        final TestServerMark mark = new TestServerMark(
                TestServerMark.hash(sum.toString()),
                TestServerMark.hash(request.text("previousRequest")),
                new TestServerTarget(
                        request.text("protocol"), request.text("serverAddress"), port == null ? 0 : port.longValue()));
        final Map<?, ?> response = TestServerRequest.member(replayed, "response", Map.class);
        if (response == null) {
            throw new OuliException("there is no response");
        }
        final Map<?, ?> headers = (Map<?, ?>) request.member("headers");
        final List<byte[]> parts = body(response, request.text("url").contains(EVENT_STREAM));
        return new Interaction(
                message(request, headers == null ? Map.of() : headers, mark.target()),
                head(response, parts, request.text("url").contains(EVENT_STREAM)),
                parts,
                mark,
                sha256(request.serialise()),
                headers != null && headers.containsKey(GoText.of(TEST_NAME)),
                epochNanos(response));
    }

    private static long epochNanos(final Map<?, ?> response) {
        final Map<?, ?> headers = TestServerRequest.member(response, "headers", Map.class);
        final Object date = headers == null ? null : headers.get(GoText.of("Date"));
        try {
            return date == null ? 0 : TimeUnit.SECONDS.toNanos(
                    DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.toString()).getLong(ChronoField.INSTANT_SECONDS));
        } catch (final DateTimeException unsound) {
            return 0;
        }
    }

    private static String sha256(final byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static byte[] message(
            final TestServerRequest request, final Map<?, ?> headers, final TestServerTarget target) {
        final List<?> segments = (List<?>) request.member("bodySegments");
        final Object segment = segments == null || segments.isEmpty() ? null : segments.getFirst();
        final byte[] body = segment == null ? new byte[0] : GoJsonWriter.marshal(segment);
        final HeadWriter head = new HeadWriter(1 << 10);
        line(head, request.text("method")).octet(' ');
        target(head, request.text("url"));
        head.text(" HTTP/1.1").crlf();
        line(head.text("Host: "), authority(target)).crlf();
        headers.forEach((name, value) -> field(head, (GoText) name, value, WRITTEN_ANEW));
        if (segment != null || headers.containsKey(GoText.of("Content-Length"))) {
            head.text("Content-Length: ").decimal(body.length).crlf();
        }
        head.crlf();
        return concatenated(head, body);
    }

    private static String authority(final TestServerTarget target) {
        final boolean usual = target.port() == 0 || target.port() == (target.type().equals("http") ? 80 : 443);
        return target.host() + (usual ? "" : ":" + target.port());
    }

    /** Writes a target with what no request line can hold in escapes: a redacted one, or one that Go wrote raw. */
    private static void target(final HeadWriter head, final String target) {
        for (final byte b : target.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f) {
                head.octet(b);
            } else {
                head.text(String.format("%%%02X", b & 0xff));
            }
        }
    }

    private static HeadWriter line(final HeadWriter head, final String text) {
        if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new OuliException("'" + text + "' stands where a method or a host is expected");
        }
        return head.text(text);
    }

    private static void field(
            final HeadWriter head, final GoText name, final Object value, final Set<String> leftOut) {
        if (!(value instanceof final GoText text)) {
            throw new OuliException("the header " + name + " is no text");
        }
        if (name.bytes().length == 0 || has(name.bytes(), '\r', '\n', ':') || has(text.bytes(), '\r', '\n', '\0')) {
            throw new OuliException("the header " + name + " cannot stand in a message");
        }
        if (!leftOut.contains(name.toString().toLowerCase(Locale.ROOT))) {
            head.write(name.bytes()).text(": ").write(text.bytes()).crlf();
        }
    }

    private static boolean has(final byte[] bytes, final char... characters) {
        for (final byte b : bytes) {
            for (final char c : characters) {
                if (b == c) {
                    return true;
                }
            }
        }
        return false;
    }

    /** {@return what test-server sends: the first segment, or each as an event} */
    private static List<byte[]> body(final Map<?, ?> response, final boolean events) {
        final List<?> segments = TestServerRequest.member(response, "bodySegments", List.class);
        if (segments == null || segments.isEmpty()) {
            return List.of();
        }
        if (!events) {
            return List.of(GoJsonWriter.marshal(segments.getFirst()));
        }
        return segments.stream().map(TestServerFile::event).toList();
    }

    private static byte[] event(final Object segment) {
        final ByteArrayOutputStream event = new ByteArrayOutputStream();
        event.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
        event.writeBytes(GoJsonWriter.marshal(segment));
        event.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
        return event.toByteArray();
    }

    private static byte[] head(final Map<?, ?> response, final List<byte[]> parts, final boolean events) {
        final Double code = TestServerRequest.member(response, "statusCode", Double.class);
        if (code == null || code < 200 || code > 599 || code != Math.rint(code)) {
            throw new OuliException("the statusCode is " + (code == null ? "missing" : GoNumber.format(code)));
        }
        final int status = code.intValue();
        final HeadWriter head = new HeadWriter(1 << 10);
        head.text("HTTP/1.1 ").decimal(status).octet(' ').text(ReasonPhrases.of(status)).crlf();
        final Map<?, ?> headers = TestServerRequest.member(response, "headers", Map.class);
        if (headers != null) {
            headers.forEach((name, value) -> field(head, (GoText) name, value, NOT_REPLAYED));
        }
        if (status != 204 && status != 304) {
            if (events && !parts.isEmpty()) {
                head.text("Transfer-Encoding: chunked").crlf();
            } else {
                head.text("Content-Length: ").decimal(parts.stream().mapToLong(part -> part.length).sum()).crlf();
            }
        }
        return concatenated(head.crlf(), new byte[0]);
    }

    private static byte[] concatenated(final HeadWriter head, final byte[] body) {
        final ByteArrayOutputStream message = new ByteArrayOutputStream(head.length() + body.length);
        message.write(head.bytes(), 0, head.length());
        message.writeBytes(body);
        return message.toByteArray();
    }
}
