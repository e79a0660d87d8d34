package io.ouli.engine.testing;

import io.ouli.engine.testing.SampleRequest.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Writes requests as HTTP/1.1 messages in a random one of the spellings that mean the same. */
public final class RequestSpeller {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final String PATH_PLAIN = "!$&'()*+,;=:@";
    private static final List<String> VOLATILE = List.of(
            "User-Agent: x/1", "Accept-Encoding: gzip, br", "X-Request-Id: 7", "Cookie: a=b", "traceparent: 00-1-2-00",
            "X-Ouli-Test-Name: a/b", "Date: now");

    private final Random random;
    private final JsonSpeller json;

    /** Creates a speller; the same seed gives the same spellings. */
    public RequestSpeller(final Random random) {
        this.random = random;
        json = new JsonSpeller(random);
    }

    /**
     * A message.
     *
     * @param head up to and with the empty line.
     * @param body after it.
     */
    public record Message(byte[] head, byte[] body) {
        /** Returns the whole message. */
        public byte[] bytes() {
            final byte[] bytes = Arrays.copyOf(head, head.length + body.length);
            System.arraycopy(body, 0, bytes, head.length, body.length);
            return bytes;
        }
    }

    /** Writes the request; the body has a Content-Length. */
    public Message spell(final SampleRequest request) {
        final List<String> fields = new ArrayList<>();
        byte[] body = body(request.body(), fields);
        if (body.length > 0) {
            body = encode(body, fields);
        }
        if (body.length > 0 || random.nextBoolean()) {
            fields.add("Content-Length: " + body.length);
        }
        if (request.range() != null) {
            fields.add(name("Range") + ": " + request.range());
        }
        VOLATILE.stream().filter(any -> random.nextInt(4) == 0).forEach(fields::add);
        Collections.shuffle(fields, random);
        insertInOrder(accept(request.accept()), fields);
        fields.add(random.nextInt(fields.size() + 1), "Host: example.org");
        final String line = method(request.method()) + ' ' + target(request) + " HTTP/1.1\r\n";
        final String head = line + String.join("\r\n", fields) + "\r\n\r\n";
        return new Message(head.getBytes(StandardCharsets.ISO_8859_1), body);
    }

    private String method(final String method) {
        return random.nextInt(4) == 0 ? method.toLowerCase(Locale.ROOT) : method;
    }

    private String target(final SampleRequest request) {
        final StringBuilder target = new StringBuilder(random.nextInt(4) == 0 ? "http://example.org:80" : "");
        if (target.isEmpty() || !request.segments().isEmpty() || random.nextBoolean()) {
            path(request, target);
        }
        if (!request.query().isEmpty() || random.nextInt(5) == 0) {
            target.append('?').append(parameters(request.query()));
        }
        return target.toString();
    }

    private void path(final SampleRequest request, final StringBuilder target) {
        for (final String segment : request.segments()) {
            detour(target);
            target.append('/').append(segment(segment));
        }
        if (request.trailingSlash() || request.segments().isEmpty()) {
            detour(target);
            target.append(List.of("/", "//", "/.", "/./", "/x/..", "/%2E").get(random.nextInt(6)));
        }
    }

    /** Writes segments that lead nowhere. */
    private void detour(final StringBuilder target) {
        while (random.nextInt(4) == 0) {
            target.append(List.of("/", "/.", "/%2e", "/x/..", "/x/%2e.", "/x//y/../..").get(random.nextInt(6)));
        }
    }

    private String segment(final String segment) {
        final StringBuilder spelled = new StringBuilder();
        for (final char c : segment.toCharArray()) {
            final boolean oftenPlain = UNRESERVED.indexOf(c) >= 0 && random.nextInt(4) > 0;
            final boolean mayBePlain = "[]^`{|}\\".indexOf(c) >= 0 && random.nextBoolean();
            if (PATH_PLAIN.indexOf(c) >= 0 || oftenPlain || mayBePlain) {
                spelled.append(c);
            } else {
                spelled.append(escape(c));
            }
        }
        return spelled.toString();
    }

    private String escape(final char c) {
        return String.format(random.nextBoolean() ? "%%%02X" : "%%%02x", (int) c);
    }

    private String parameters(final List<Parameter> parameters) {
        final List<Parameter> shuffled = shuffleAcrossNames(parameters);
        final StringBuilder query = new StringBuilder();
        for (int i = 0; i < shuffled.size(); i++) {
            query.append(i == 0 ? "" : "&").append(random.nextInt(5) == 0 ? "&" : "");
            query.append(parameter(shuffled.get(i).name(), "/?:@!$'()*,;"));
            if (shuffled.get(i).value() != null) {
                query.append('=').append(parameter(shuffled.get(i).value(), "=/?:@!$'()*,;"));
            }
        }
        return query.append(random.nextInt(5) == 0 ? "&" : "").toString();
    }

    private String parameter(final String text, final String plain) {
        final StringBuilder spelled = new StringBuilder();
        for (final char c : text.toCharArray()) {
            if (c == ' ' && random.nextBoolean()) {
                spelled.append('+');
            } else if ((UNRESERVED.indexOf(c) >= 0 || plain.indexOf(c) >= 0) && random.nextInt(4) > 0) {
                spelled.append(c);
            } else {
                spelled.append(escape(c));
            }
        }
        return spelled.toString();
    }

    /** Shuffles so that equal names keep their order. */
    private List<Parameter> shuffleAcrossNames(final List<Parameter> parameters) {
        final List<Parameter> rest = new ArrayList<>(parameters);
        final List<Parameter> shuffled = new ArrayList<>();
        while (!rest.isEmpty()) {
            final String name = rest.get(random.nextInt(rest.size())).name();
            for (int i = 0; i < rest.size(); i++) {
                if (rest.get(i).name().equals(name)) {
                    shuffled.add(rest.remove(i));
                    break;
                }
            }
        }
        return shuffled;
    }

    private String name(final String name) {
        return switch (random.nextInt(3)) {
            case 0 -> name.toLowerCase(Locale.ROOT);
            case 1 -> name.toUpperCase(Locale.ROOT);
            default -> name;
        };
    }

    private List<String> accept(final List<String> ranges) {
        final List<String> fields = new ArrayList<>();
        final StringBuilder value = new StringBuilder();
        for (final String range : ranges) {
            if (!value.isEmpty() && random.nextInt(3) == 0) {
                fields.add(name("Accept") + ":" + value);
                value.setLength(0);
            }
            final String spaced = range.replace(";", List.of(";", " ;", "; ", " ; ").get(random.nextInt(4)));
            value.append(value.isEmpty() ? "" : ",").append(random.nextBoolean() ? " " : "").append(mediaCase(spaced));
        }
        if (!value.isEmpty()) {
            fields.add(name("Accept") + ": " + value);
        }
        return fields;
    }

    /** Changes the case of type and parameter names, which stand before the first value. */
    private String mediaCase(final String mediaType) {
        final int end = mediaType.indexOf('=') < 0 ? mediaType.length() : mediaType.indexOf('=');
        return random.nextBoolean()
                ? mediaType
                : mediaType.substring(0, end).toUpperCase(Locale.ROOT) + mediaType.substring(end);
    }

    private void insertInOrder(final List<String> fields, final List<String> into) {
        int from = 0;
        for (final String field : fields) {
            from += random.nextInt(into.size() - from + 1);
            into.add(from++, field);
        }
    }

    private byte[] body(final SampleRequest.Body body, final List<String> fields) {
        return switch (body) {
            case final SampleRequest.NoBody none -> new byte[0];
            case final SampleRequest.RawBody raw -> typed(raw.mediaType(), raw.content(), fields);
            case final SampleRequest.JsonBody document -> typed(
                    document.mediaType(), (mark() + json.spell(document.value())).getBytes(StandardCharsets.UTF_8),
                    fields);
            case final SampleRequest.LinesBody lines -> typed("application/x-ndjson", lines(lines), fields);
            case final SampleRequest.FormBody form -> typed(
                    "application/x-www-form-urlencoded",
                    parameters(form.parameters()).getBytes(StandardCharsets.ISO_8859_1),
                    fields);
            case final SampleRequest.MultipartBody multipart -> multipart(multipart.parts(), fields);
        };
    }

    private String mark() {
        return random.nextInt(6) == 0 ? "\ufeff" : "";
    }

    private byte[] typed(final String mediaType, final byte[] content, final List<String> fields) {
        final String spaced = mediaCase(mediaType) + (random.nextInt(5) == 0 ? " ;" : "");
        fields.add(name("Content-Type") + ":" + (random.nextBoolean() ? " " : "") + spaced);
        return content;
    }

    private byte[] lines(final SampleRequest.LinesBody lines) {
        final StringBuilder text = new StringBuilder(mark());
        for (int i = 0; i < lines.values().size(); i++) {
            text.append(i == 0 ? "" : "\n").append(random.nextInt(4) == 0 ? " \r\n" : "");
            text.append(json.spell(lines.values().get(i)).replace('\n', ' '));
        }
        return text.append(random.nextBoolean() ? "\r\n" : "").toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] multipart(final List<String> parts, final List<String> fields) {
        final String boundary = "b" + Long.toHexString(random.nextLong()) + (random.nextBoolean() ? "" : " : ?");
        final boolean quoted = boundary.indexOf(' ') > 0 || random.nextBoolean();
        fields.add(name("Content-Type") + ": " + mediaCase("multipart/form-data")
                + ";boundary=" + (quoted ? '"' + boundary + '"' : boundary));
        final StringBuilder body = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            body.append(i == 0 ? "" : "\r\n").append("--").append(boundary).append(random.nextBoolean() ? "" : " \t")
                    .append("\r\n").append(parts.get(i));
        }
        body.append("\r\n--").append(boundary).append("--");
        return body.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] encode(final byte[] body, final List<String> fields) {
        final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try {
            switch (random.nextInt(8)) {
                case 0 -> {
                    fields.add("Content-Encoding: gzip");
                    try (GZIPOutputStream out = new GZIPOutputStream(encoded)) {
                        out.write(body);
                    }
                }
                case 1 -> {
                    fields.add("content-encoding: identity, DEFLATE");
                    try (DeflaterOutputStream out = new DeflaterOutputStream(encoded)) {
                        out.write(body);
                    }
                }
                default -> encoded.writeBytes(body);
            }
        } catch (final IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return encoded.toByteArray();
    }
}
