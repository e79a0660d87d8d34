package io.ouli.jmh;

import io.ouli.engine.Limits;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Requests and documents as they occur, the same bytes on every machine. */
public final class Samples {
    static final byte[] NO_BODY = {};
    private static final String[] WORDS = {"amber", "basalt", "cedar", "delta", "ember", "fjord", "granite", "harbor",
        "island", "juniper", "kelp", "lagoon", "meadow", "nectar", "ocean", "prairie"};

    private Samples() {
    }

    /** {@return a JSON document of about {@code length} bytes, its keys not in order, as programs write them} */
    static byte[] json(final int length, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final StringBuilder text = new StringBuilder("{\"model\":\"large\",\"stream\":false,\"messages\":[");
        final int mostOfIt = Math.max(0, length - 40);
        while (text.length() < mostOfIt) {
            text.append(text.charAt(text.length() - 1) == '[' ? "" : ",")
                    .append("{\"role\":\"").append(word(random)).append("\",\"id\":").append(random.nextInt(100_000))
                    .append(",\"content\":\"").append(word(random)).append(' ').append(word(random))
                    .append("\",\"weight\":").append(random.nextInt(100)).append('.').append(random.nextInt(10, 99))
                    .append('}');
        }
        text.append("],\"max_tokens\":").append(random.nextInt(100, 999)).append(",\"a\":1}");
        return ascii(text.toString());
    }

    /** {@return a GET as small as API clients send it: 145 bytes or so} */
    static byte[] smallGet() {
        return ascii("GET /v1/items/12345?fields=name,price&page=3 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
                + "User-Agent: client/1.0\r\nAccept: application/json\r\n\r\n");
    }

    /** {@return a GET with the header fields of a browser} */
    static byte[] browserGet() {
        return ascii("GET /v1/items/12345?fields=name,price&page=3 HTTP/1.1\r\nHost: api.example.com\r\n"
                + "Connection: keep-alive\r\nCache-Control: max-age=0\r\nsec-ch-ua-mobile: ?0\r\n"
                + "Upgrade-Insecure-Requests: 1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
                + "(KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\nAccept: text/html,application/xhtml+xml,"
                + "application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\nSec-Fetch-Site: none\r\n"
                + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nAccept-Encoding: gzip, deflate, br, zstd"
                + "\r\nAccept-Language: en-US,en;q=0.9\r\nCookie: session=0123456789abcdef; theme=dark\r\n\r\n");
    }

    /** {@return a GET with 10 header fields, as API clients behind a proxy send it} */
    static byte[] tenHeadersGet(final int number) {
        return ascii("GET /v1/customers/" + (1_000 + number) + "/orders?limit=20&page=" + number + " HTTP/1.1\r\n"
                + "Host: api.example.com\r\nUser-Agent: client/1.0 (Linux)\r\n"
                + "Accept: application/json, text/plain;q=0.5\r\nAccept-Encoding: gzip, br\r\n"
                + "Accept-Language: en-US,en;q=0.9\r\nAuthorization: Bearer REDACTED\r\nCache-Control: no-cache\r\n"
                + "Content-Type: application/json; charset=utf-8\r\nX-Request-Id: 6f1c" + number + "\r\n"
                + "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n");
    }

    /** {@return a query of 10 parameters that are not in order} */
    public static String tenParameters(final int number) {
        final StringBuilder query = new StringBuilder("page=" + number);
        for (int i = 9; i > 0; i--) {
            query.append("&name").append((i * 7 + number) % 10).append("=some+value%2C").append(i);
        }
        return query.toString();
    }

    /** {@return the head of a POST with a body of this type and length} */
    static RequestHead post(final String contentType, final int bodyLength) {
        return parse(ascii("POST /v1/chat/completions?stream=false HTTP/1.1\r\nHost: api.example.com\r\n"
                + "Accept: application/json\r\nContent-Type: " + contentType + "\r\nContent-Length: " + bodyLength
                + "\r\n\r\n"));
    }

    /** Parses a head. */
    static RequestHead parse(final byte[] bytes) {
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        if (new RequestParser().parse(bytes, 0, bytes.length, head) <= 0) {
            throw new IllegalStateException("the sample is refused");
        }
        return head;
    }

    static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String word(final SplittableRandom random) {
        return WORDS[random.nextInt(WORDS.length)];
    }
}
