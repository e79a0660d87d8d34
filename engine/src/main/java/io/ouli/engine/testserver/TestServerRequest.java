package io.ouli.engine.testserver;

import io.ouli.engine.OuliException;
import io.ouli.engine.http.Headers;
import io.ouli.engine.http.HopByHop;
import io.ouli.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request as google/test-server records it, made of a request or read from one of its files; it gives the hash.
 *
 * <pre>
 * {
 *   "method": "GET", "url": "/a", "request": "GET /a HTTP/1.1",
 *   "headers": { sorted by name, values of one name joined by ", " },
 *   "bodySegments": [ the JSON object, or null ],
 *   "previousRequest": "hash of the request before, in hexadecimal",
 *   "serverAddress": "example.org", "port": 443, "protocol": "https"
 * }
 * </pre>
 *
 * <p>Members that are empty are left out.
 */
final class TestServerRequest {
    private static final List<String> TEXTS = List.of("method", "url", "request");
    private static final GoText HOST = GoText.of("Host");
    private static final GoText TRANSFER_ENCODING = GoText.of("Transfer-Encoding");
    private static final GoText TRAILER = GoText.of("Trailer");
    private static final GoText PRAGMA = GoText.of("Pragma");
    private static final GoText CACHE_CONTROL = GoText.of("Cache-Control");
    private static final GoText NO_CACHE = GoText.of("no-cache");

    private final Map<GoText, Object> members = new LinkedHashMap<>();

    private TestServerRequest() {
    }

    /**
     * Makes the record of a request.
     *
     * @throws OuliException if test-server itself fails on it: a target that Go refuses, or a body that is neither
     *                       empty nor a JSON object.
     */
    static TestServerRequest of(
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final TestServerRules rules,
            final String previousRequest,
            final TestServerTarget target) {
        final TestServerRequest request = beginOf(head, body, bodyOffset, bodyLength, rules);
        request.members.putAll(restOf(previousRequest, target).members);
        return request;
    }

    /**
     * Makes the first members of a request's record: those that depend on neither the request before nor the target.
     *
     * @throws OuliException if test-server itself fails on it.
     */
    static TestServerRequest beginOf(
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final TestServerRules rules) {
        final TestServerRequest request = new TestServerRequest();
        final String method = text(head.bytes(), head.methodStart(), head.methodEnd());
        final String url = GoUrl.spell(text(head.bytes(), head.targetStart(), head.targetEnd()));
        request.putText("method", latin1(method));
        request.putText("url", redacted(latin1(url), rules));
        request.putText("request", redacted(latin1(method + ' ' + url + " HTTP/1." + head.minorVersion()), rules));
        final Map<GoText, Object> headers = headers(head);
        rules.removedHeaders().forEach(name -> headers.remove(GoText.of(name)));
        headers.replaceAll((name, value) -> redacted((GoText) value, rules));
        if (!headers.isEmpty()) {
            request.members.put(GoText.of("headers"), headers);
        }
        request.members.put(GoText.of("bodySegments"), body(body, bodyOffset, bodyLength, rules));
        return request;
    }

    /** Makes the other members, which follow on those of {@link #beginOf}. */
    static TestServerRequest restOf(final String previousRequest, final TestServerTarget target) {
        final TestServerRequest request = new TestServerRequest();
        request.putText("previousRequest", GoText.of(previousRequest));
        request.putTarget(target);
        return request;
    }

    /**
     * Reads the record of a request out of a file of test-server's.
     *
     * @throws OuliException if it is none.
     */
    static TestServerRequest read(final Object value) {
        if (!(value instanceof final Map<?, ?> recorded)) {
            throw new OuliException("the recorded request is no object");
        }
        final TestServerRequest request = new TestServerRequest();
        TEXTS.forEach(name -> request.putText(name, member(recorded, name, GoText.class)));
        final Map<?, ?> headers = member(recorded, "headers", Map.class);
        if (headers != null && !headers.isEmpty()) {
            request.members.put(GoText.of("headers"), headers);
        }
        final List<?> segments = member(recorded, "bodySegments", List.class);
        if (segments != null && !segments.isEmpty()) {
            request.members.put(GoText.of("bodySegments"), segments);
        }
        request.putText("previousRequest", member(recorded, "previousRequest", GoText.class));
        request.putText("serverAddress", member(recorded, "serverAddress", GoText.class));
        final Double port = member(recorded, "port", Double.class);
        if (port != null && port != 0) {
            request.members.put(GoText.of("port"), port);
        }
        request.putText("protocol", member(recorded, "protocol", GoText.class));
        return request;
    }

    static <T> T member(final Map<?, ?> object, final String name, final Class<T> type) {
        final Object value = object.get(GoText.of(name));
        if (value != null && !type.isInstance(value)) {
            throw new OuliException("the member '" + name + "' has an unexpected type");
        }
        return type.cast(value);
    }

    private void putText(final String name, final GoText value) {
        if (value != null && value.bytes().length > 0) {
            members.put(GoText.of(name), value);
        }
    }

    private void putTarget(final TestServerTarget target) {
        putText("serverAddress", GoText.of(target.host()));
        if (target.port() != 0) {
            members.put(GoText.of("port"), (double) target.port());
        }
        putText("protocol", GoText.of(target.type()));
    }

    private static String text(final byte[] bytes, final int start, final int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static GoText latin1(final String text) {
        return new GoText(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** {@return the fields as Go's server hands them on} */
    private static Map<GoText, Object> headers(final RequestHead head) {
        final Map<GoText, List<String>> values = new TreeMap<>();
        final Headers fields = head.headers();
        for (int i = 0; i < fields.count(); i++) {
            if (HopByHop.isOuliControl(fields, i)) {
                // Between a client and Ouli only; no client of test-server sends them.
                continue;
            }
            values.computeIfAbsent(latin1(TestServerRules.canonicalName(fields.name(i))), any -> new ArrayList<>())
                    .add(fields.value(i));
        }
        values.remove(HOST);
        if (values.remove(TRANSFER_ENCODING) != null) {
            values.remove(TRAILER);
        }
        final List<String> pragma = values.get(PRAGMA);
        if (pragma != null && pragma.get(0).equals("no-cache")) {
            values.putIfAbsent(CACHE_CONTROL, List.of(NO_CACHE.toString()));
        }
        final Map<GoText, Object> joined = new TreeMap<>();
        values.forEach((name, all) -> joined.put(name, latin1(String.join(", ", all))));
        return joined;
    }

    private static GoText redacted(final GoText text, final TestServerRules rules) {
        return new GoText(rules.redact(text.bytes()));
    }

    private static List<Object> body(
            final byte[] body, final int offset, final int length, final TestServerRules rules) {
        if (length == 0) {
            return Collections.singletonList(null);
        }
        final Object value = GoJsonReader.read(body, offset, length);
        if (value != null && !(value instanceof Map)) {
            throw new OuliException("the body is JSON, but no object");
        }
        return Collections.singletonList(value == null ? null : redacted(value, rules));
    }

    /** Replaces secrets in the JSON as Go writes it; what is no JSON any more is null, as it is there. */
    private static Object redacted(final Object value, final TestServerRules rules) {
        final byte[] json = GoJsonWriter.marshal(value);
        final byte[] redacted = rules.redact(json);
        if (redacted == json) {
            return value;
        }
        try {
            final Object reread = GoJsonReader.read(redacted, 0, redacted.length);
            return reread instanceof Map ? reread : null;
        } catch (final OuliException unsound) {
            return null;
        }
    }

    /** {@return the record as Go's {@code json.MarshalIndent} writes it: what is hashed} */
    byte[] serialise() {
        return GoJsonWriter.marshalIndent(members);
    }

    /** {@return the value of a member that is text, or an empty string} */
    String text(final String name) {
        final Object value = members.get(GoText.of(name));
        return value == null ? "" : value.toString();
    }

    /** {@return a member, or null} */
    Object member(final String name) {
        return members.get(GoText.of(name));
    }
}
