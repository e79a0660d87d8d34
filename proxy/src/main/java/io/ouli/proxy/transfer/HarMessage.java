package io.ouli.proxy.transfer;

import io.ouli.engine.OuliException;
import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.http.ReasonPhrases;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Turns an entry of a HAR into the HTTP/1.1 that it stands for. A HAR keeps bodies decoded and not as they were framed,
 * so framing is written anew and Content-Encoding of a response is left out.
 */
final class HarMessage {
    /** Framing, and what belongs to a connection. */
    private static final Set<String> WRITTEN_ANEW = Set.of("host", "content-length", "transfer-encoding", "connection",
            "keep-alive", "proxy-connection", "upgrade", "trailer", "te");
    private static final String FORM = "application/x-www-form-urlencoded";

    private HarMessage() {
    }

    /**
     * {@return an entry's URL}
     *
     * @throws OuliException if there is none of HTTP's.
     */
    static HarUrl url(final Map<?, ?> entry) {
        return HarUrl.of(required(text(object(entry, "request"), "url"), "request.url"));
    }

    /**
     * {@return an entry's interaction}
     *
     * @throws OuliException that says why there is none, such as a body that the HAR does not hold.
     */
    static ForeignInteraction interaction(final Map<?, ?> entry) {
        final Map<?, ?> request = object(entry, "request");
        final Map<?, ?> response = object(entry, "response");
        final String method = required(text(request, "method"), "request.method");
        if (!method.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new OuliException("its method cannot stand in a message");
        }
        final int status = status(response);
        final byte[] body = mayHaveBody(method, status) ? responseBody(response) : new byte[0];
        return new ForeignInteraction(epochNanos(text(entry, "startedDateTime")), request(request, method, url(entry)),
                responseHead(response, method, status, body.length),
                body.length == 0 ? List.of() : List.of(body), null);
    }

    private static boolean mayHaveBody(final String method, final int status) {
        return !method.equals("HEAD") && status != 204 && status != 304;
    }

    private static int status(final Map<?, ?> response) {
        final long status = response.get("status") instanceof final Long number ? number : 0;
        if (status == 0) {
            throw new OuliException("there was no response: it was blocked, cancelled or failed");
        }
        if (status == 101) {
            throw new OuliException("its connection became another protocol's, such as a WebSocket");
        }
        if (status < 200 || status > 599) {
            throw new OuliException("its status is " + status);
        }
        return (int) status;
    }

    private static byte[] request(final Map<?, ?> request, final String method, final HarUrl url) {
        final byte[] body = requestBody(request);
        final HeadWriter head = new HeadWriter(1 << 10);
        head.text(method).text(" ").text(url.target()).text(" HTTP/1.1").crlf();
        head.text("Host: ").text(url.authority()).crlf();
        fields(head, request, WRITTEN_ANEW);
        if (body != null) {
            head.text("Content-Length: ").decimal(body.length).crlf();
        }
        head.crlf();
        final ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(head.bytes(), 0, head.length());
        message.writeBytes(body == null ? new byte[0] : body);
        return message.toByteArray();
    }

    /** {@return the body; null if there was none} */
    private static byte[] requestBody(final Map<?, ?> request) {
        final Map<?, ?> data = request.get("postData") instanceof final Map<?, ?> map ? map : Map.of();
        final String type = text(data, "mimeType") == null ? "" : text(data, "mimeType");
        final String text = text(data, "text");
        if (text != null && !text.isEmpty()) {
            return HarBody.bytes(text, encoding(data), type);
        }
        final List<?> parameters = data.get("params") instanceof final List<?> list ? list : List.of();
        if (!parameters.isEmpty() && type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
            return form(parameters).getBytes(StandardCharsets.US_ASCII);
        }
        final String length = field(request, "content-length");
        if (!parameters.isEmpty() || length != null && !length.equals("0")) {
            throw new OuliException("the HAR does not hold its request's body");
        }
        return length == null && text == null ? null : new byte[0];
    }

    private static String form(final List<?> parameters) {
        final List<String> pairs = new ArrayList<>();
        for (final Object each : parameters) {
            final Map<?, ?> parameter = each instanceof final Map<?, ?> map ? map : Map.of();
            final String value = text(parameter, "value");
            pairs.add(URLEncoder.encode(required(text(parameter, "name"), "a parameter's name"), StandardCharsets.UTF_8)
                    + "=" + URLEncoder.encode(value == null ? "" : value, StandardCharsets.UTF_8));
        }
        return String.join("&", pairs);
    }

    private static byte[] responseBody(final Map<?, ?> response) {
        final Map<?, ?> content = response.get("content") instanceof final Map<?, ?> map ? map : Map.of();
        final String text = text(content, "text");
        if (text != null) {
            final String type = text(content, "mimeType");
            return HarBody.bytes(text, encoding(content), type == null ? "" : type);
        }
        if (number(content, "size") > 0 || number(response, "bodySize") > 0) {
            throw new OuliException("the HAR does not hold its response's body; save it with content");
        }
        return new byte[0];
    }

    private static String encoding(final Map<?, ?> content) {
        return text(content, "encoding") != null ? text(content, "encoding") : text(content, "_encoding");
    }

    private static byte[] responseHead(
            final Map<?, ?> response, final String method, final int status, final int bodyBytes) {
        final HeadWriter head = new HeadWriter(1 << 10);
        final String phrase = text(response, "statusText");
        final boolean usable = phrase != null && !phrase.isBlank()
                && phrase.chars().allMatch(c -> c >= ' ' && c < 0x7F);
        head.text("HTTP/1.1 ").decimal(status).text(" ").text(usable ? phrase.strip() : ReasonPhrases.of(status))
                .crlf();
        final Set<String> leftOut = new HashSet<>(WRITTEN_ANEW);
        if (mayHaveBody(method, status)) {
            leftOut.add("content-encoding");
        }
        fields(head, response, leftOut);
        final String length = field(response, "content-length");
        if (mayHaveBody(method, status)) {
            head.text("Content-Length: ").decimal(bodyBytes).crlf();
        } else if (method.equals("HEAD") && length != null && length.matches("[0-9]{1,10}")) {
            head.text("Content-Length: ").text(length).crlf();
        }
        head.crlf();
        return Arrays.copyOf(head.bytes(), head.length());
    }

    /** Writes the fields; one whose lines a browser has joined by line feeds gets them back. */
    private static void fields(final HeadWriter head, final Map<?, ?> message, final Set<String> leftOut) {
        for (final Map<?, ?> field : headers(message)) {
            final String name = required(text(field, "name"), "a header's name");
            if (name.startsWith(":") || leftOut.contains(name.toLowerCase(Locale.ROOT))) {
                continue;
            }
            final String value = text(field, "value") == null ? "" : text(field, "value");
            if (!name.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ':') || name.isEmpty()
                    || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
                throw new OuliException("the header " + name + " cannot stand in a message");
            }
            for (final String line : value.split("\n")) {
                head.text(name).text(": ").write(line.strip().getBytes(
                        line.chars().allMatch(c -> c < 0x100) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8))
                        .crlf();
            }
        }
    }

    private static String field(final Map<?, ?> message, final String name) {
        for (final Map<?, ?> field : headers(message)) {
            if (name.equalsIgnoreCase(text(field, "name"))) {
                return text(field, "value");
            }
        }
        return null;
    }

    private static List<Map<?, ?>> headers(final Map<?, ?> message) {
        final List<Map<?, ?>> headers = new ArrayList<>();
        if (message.get("headers") instanceof final List<?> list) {
            for (final Object each : list) {
                if (each instanceof final Map<?, ?> map) {
                    headers.add(map);
                }
            }
        }
        return headers;
    }

    private static long epochNanos(final String time) {
        if (time == null) {
            return 0;
        }
        try {
            final Instant instant = OffsetDateTime.parse(time).toInstant();
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
        } catch (final DateTimeException | ArithmeticException e) {
            throw new OuliException("its startedDateTime is no time: " + time, e);
        }
    }

    private static long number(final Map<?, ?> map, final String name) {
        return map.get(name) instanceof final Number number ? number.longValue() : 0;
    }

    private static String text(final Map<?, ?> map, final String name) {
        return map.get(name) instanceof final String text ? text : null;
    }

    private static Map<?, ?> object(final Map<?, ?> map, final String name) {
        if (map.get(name) instanceof final Map<?, ?> object) {
            return object;
        }
        throw new OuliException("it has no " + name);
    }

    private static String required(final String text, final String what) {
        if (text == null || text.isEmpty()) {
            throw new OuliException("it has no " + what);
        }
        return text;
    }
}
