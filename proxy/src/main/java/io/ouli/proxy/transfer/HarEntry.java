package io.ouli.proxy.transfer;

import io.ouli.engine.recording.Recording;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A recorded interaction as an entry of HAR 1.2, for {@code JsonTree}. What HAR has no place for, such as framing and
 * trailers, is not in it; names that begin with an underscore are ours.
 */
public final class HarEntry {
    private static final int KEY_BYTES = 32;
    private static final double NANOS_PER_MILLI = 1e6;

    private HarEntry() {
    }

    /**
     * {@return the entry of a sound interaction}
     *
     * @param session its session's name.
     * @param baseUrl scheme and authority, without a slash at the end; null for http and the recorded Host.
     */
    public static Map<String, Object> of(
            final Recording recording, final long slot, final String session, final String baseUrl) {
        final StoredMessage request = StoredMessage.of(recording.request(slot));
        final StoredMessage response = StoredMessage.of(recording.response(slot));
        final int chunks = recording.chunkCount(slot);
        final double wait = chunks == 0 ? 0 : recording.chunkNanos(slot, 0) / NANOS_PER_MILLI;
        final double receive = chunks == 0 ? 0 : recording.chunkNanos(slot, chunks - 1) / NANOS_PER_MILLI - wait;
        final byte[] key = new byte[KEY_BYTES];
        recording.copyKey(slot, key, 0);
        final long nanos = recording.timeNanos(slot);
        final Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("startedDateTime",
                Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L).toString());
        entry.put("time", wait + receive);
        entry.put("request", request(request, baseUrl));
        entry.put("response", response(response, recording.status(slot)));
        entry.put("cache", Map.of());
        final Map<String, Object> timings = new LinkedHashMap<>();
        timings.put("send", 0);
        timings.put("wait", wait);
        timings.put("receive", receive);
        entry.put("timings", timings);
        entry.put("_session", session);
        entry.put("_key", HexFormat.of().formatHex(key));
        entry.put("_occurrence", recording.occurrence(slot));
        return entry;
    }

    private static Map<String, Object> request(final StoredMessage message, final String baseUrl) {
        final String[] words = message.startLine().split(" ");
        final String host = message.header("host");
        final boolean absolute = words[1].regionMatches(true, 0, "http", 0, 4);
        final Map<String, Object> request = new LinkedHashMap<>();
        request.put("method", words[0]);
        request.put("url", absolute ? words[1]
                : (baseUrl == null ? "http://" + (host == null ? "localhost" : host) : baseUrl) + words[1]);
        request.put("httpVersion", "HTTP/1.1");
        request.put("cookies", cookies(message, "cookie"));
        request.put("headers", headers(message));
        request.put("queryString", query(words[1]));
        if (message.body().length > 0) {
            final String type = message.header("content-type");
            final Map<String, Object> data = new LinkedHashMap<>();
            data.put("mimeType", type == null ? "" : type);
            HarBody.put(data, message.body(), type == null ? "" : type);
            request.put("postData", data);
        }
        request.put("headersSize", headBytes(message));
        request.put("bodySize", message.framed().length);
        return request;
    }

    private static Map<String, Object> response(final StoredMessage message, final int status) {
        final String[] words = message.startLine().split(" ", 3);
        final String type = message.header("content-type");
        final String location = message.header("location");
        final byte[] decoded = message.decoded();
        final Map<String, Object> content = new LinkedHashMap<>();
        content.put("size", decoded.length);
        if (decoded.length != message.body().length) {
            content.put("compression", decoded.length - message.body().length);
        }
        content.put("mimeType", type == null ? "" : type);
        HarBody.put(content, decoded, type == null ? "" : type);
        final Map<String, Object> response = new LinkedHashMap<>();
        response.put("status", status);
        response.put("statusText", words.length > 2 ? words[2] : "");
        response.put("httpVersion", words[0]);
        response.put("cookies", cookies(message, "set-cookie"));
        response.put("headers", headers(message));
        response.put("content", content);
        response.put("redirectURL", location == null ? "" : location);
        response.put("headersSize", headBytes(message));
        response.put("bodySize", message.framed().length);
        return response;
    }

    /** {@return the bytes of start line and headers with the empty line after them, each line with its end} */
    private static int headBytes(final StoredMessage message) {
        return message.startLine().length() + 4
                + message.headers().stream().mapToInt(line -> line.length() + 2).sum();
    }

    private static List<Object> headers(final StoredMessage message) {
        final List<Object> headers = new ArrayList<>();
        for (final String line : message.headers()) {
            final int colon = line.indexOf(':');
            headers.add(pair(line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return headers;
    }

    /** {@return names and values; of Set-Cookie without what follows them} */
    private static List<Object> cookies(final StoredMessage message, final String header) {
        final List<Object> cookies = new ArrayList<>();
        for (final String line : message.headers()) {
            if (line.toLowerCase(Locale.ROOT).startsWith(header + ":")) {
                final String[] parts = line.substring(header.length() + 1).split(";");
                final int count = header.equals("cookie") ? parts.length : 1;
                for (int i = 0; i < count; i++) {
                    final int equals = parts[i].indexOf('=');
                    cookies.add(pair(equals < 0 ? "" : parts[i].substring(0, equals).strip(),
                            parts[i].substring(equals + 1).strip()));
                }
            }
        }
        return cookies;
    }

    private static List<Object> query(final String target) {
        final List<Object> pairs = new ArrayList<>();
        final int mark = target.indexOf('?');
        if (mark >= 0) {
            for (final String pair : target.substring(mark + 1).split("&")) {
                final int equals = pair.indexOf('=');
                pairs.add(pair(plain(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : plain(pair.substring(equals + 1))));
            }
        }
        return pairs;
    }

    private static String plain(final String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (final IllegalArgumentException broken) {
            return text;
        }
    }

    private static Map<String, Object> pair(final String name, final String value) {
        final Map<String, Object> pair = new LinkedHashMap<>();
        pair.put("name", name);
        pair.put("value", value);
        return pair;
    }
}
