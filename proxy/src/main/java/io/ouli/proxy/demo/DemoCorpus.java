package io.ouli.proxy.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** The requests of the demonstration, and what its upstream answers to each; the same in every run. */
final class DemoCorpus {
    /** The state of a job at each of the polls that ask for it. */
    static final List<String> JOB_STATES = List.of("queued", "running", "running", "done");

    private static final int[] ERRORS = {400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504};
    private static final byte[] NO_BODY = {};

    private DemoCorpus() {
    }

    /** {@return all requests; the polls of one job stand in one entry, so that one client sends them in order} */
    static List<DemoRequest> requests() {
        final List<DemoRequest> requests = new ArrayList<>();
        add(requests, 300, "JSON", "GET", "/items/%d");
        add(requests, 100, "search", "GET", "/search?q=word%1$d&page=%1$d&tag=a&tag=b");
        add(requests, 100, "binary", "GET", "/files/%d");
        add(requests, 100, "gzip", "GET", "/gzip/%d");
        add(requests, 100, "chunked", "GET", "/streams/%d");
        add(requests, 60, "redirect", "GET", "/moved/%d");
        add(requests, 60, "error", "GET", "/errors/%d");
        add(requests, 60, "cookies", "GET", "/logins/%d");
        add(requests, 60, "HEAD", "HEAD", "/items/%d");
        add(requests, 40, "DELETE", "DELETE", "/orders/%d");
        for (int i = 0; i < 160; i++) {
            final String text = "\"note \\u00e9 " + i + "\"";
            requests.add(new DemoRequest("POST", "POST", "/orders",
                    "{\"item\":" + i + ",\"count\":1.50,\"text\":" + text + "}",
                    "{ \"text\": " + text + ",\n  \"count\": 1.5, \"item\": " + i + " }", 1));
        }
        for (int i = 0; i < 25; i++) {
            requests.add(new DemoRequest("poll", "GET", "/jobs/" + i, "", "", JOB_STATES.size()));
        }
        return requests;
    }

    private static void add(
            final List<DemoRequest> requests,
            final int count,
            final String kind,
            final String method,
            final String target) {
        for (int i = 0; i < count; i++) {
            requests.add(new DemoRequest(kind, method, String.format(target, i), "", "", 1));
        }
    }

    /**
     * {@return the upstream's answer}
     *
     * @param attempt how often this very request came before.
     */
    static DemoReply reply(final String method, final String target, final byte[] body, final int attempt) {
        final String path = target.indexOf('?') < 0 ? target : target.substring(0, target.indexOf('?'));
        final String kind = path.substring(1, path.indexOf('/', 1) < 0 ? path.length() : path.indexOf('/', 1));
        final int number = kind.length() + 2 > path.length() ? 0 : Integer.parseInt(path.substring(kind.length() + 2));
        return switch (kind) {
            case "items" -> new DemoReply(200, item(number), "Content-Type", "application/json",
                    "ETag", "\"" + Integer.toHexString(number * 31 + 7) + "\"");
            case "search" -> new DemoReply(200, json("{\"target\":\"" + target + "\",\"hits\":[" + number + "]}"),
                    "Content-Type", "application/json; charset=utf-8", "Link", "<" + path + "?page=2>; rel=\"next\"");
            case "files" -> new DemoReply(200, noise(number, number % 25 == 24 ? 300_000 : 512 + number * 97),
                    "Content-Type", "application/octet-stream", "Accept-Ranges", "bytes");
            case "gzip" -> new DemoReply(200, gzip(item(number)), "Content-Type", "application/json",
                    "Content-Encoding", "gzip", "Vary", "Accept-Encoding");
            case "streams" -> new DemoReply(200, List.of("Content-Type", "text/event-stream"),
                    events(number), 1 + number % 7);
            case "moved" -> new DemoReply(number % 2 == 0 ? 302 : 308, NO_BODY, "Location", "/items/" + number);
            case "errors" -> new DemoReply(ERRORS[number % ERRORS.length],
                    json("{\"title\":\"problem " + number + "\"}"), "Content-Type", "application/problem+json");
            case "logins" -> new DemoReply(200, json("{\"user\":" + number + "}"),
                    "Content-Type", "application/json",
                    "Set-Cookie", "session=s" + number + "; Path=/; HttpOnly",
                    "Set-Cookie", "theme=dark; Path=/; Expires=Wed, 21 Oct 2065 07:28:00 GMT");
            case "orders" -> method.equals("DELETE") ? new DemoReply(204, NO_BODY)
                    : new DemoReply(201, json("{\"received\":" + new String(body, StandardCharsets.UTF_8) + "}"),
                            "Content-Type", "application/json", "Location", "/orders/1");
            case "jobs" -> new DemoReply(200, json("{\"job\":" + number + ",\"poll\":" + attempt + ",\"state\":\""
                    + JOB_STATES.get(Math.min(attempt, JOB_STATES.size() - 1)) + "\"}"),
                    "Content-Type", "application/json", "Cache-Control", "no-store");
            default -> new DemoReply(404, NO_BODY);
        };
    }

    private static byte[] item(final int number) {
        final StringBuilder text = new StringBuilder("{\"id\":" + number + ",\"name\":\"item " + number
                + "\",\"price\":" + number + ".99,\"tags\":[");
        for (int i = 0; i < number % 40; i++) {
            text.append(i == 0 ? "" : ",").append("\"tag-").append(number * 17 + i).append('"');
        }
        return json(text.append("]}").toString());
    }

    private static byte[] events(final int number) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            text.append("id: ").append(i).append("\ndata: {\"stream\":").append(number).append("}\n\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise(final int seed, final int length) {
        final byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] json(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(final byte[] bytes) {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
