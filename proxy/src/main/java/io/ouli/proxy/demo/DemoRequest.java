package io.ouli.proxy.demo;

import java.nio.charset.StandardCharsets;

/**
 * One request of the demonstration.
 *
 * @param kind     what it shows, in a word or two.
 * @param method   in upper case.
 * @param target   path and query.
 * @param body     JSON, or empty for none.
 * @param respelt  the same JSON in other words, sent on replay: keys in another order, other white space.
 * @param attempts how often it is sent; each time the upstream answers something else.
 */
record DemoRequest(String kind, String method, String target, String body, String respelt, int attempts) {
    DemoRequest(final String kind, final String method, final String target) {
        this(kind, method, target, "", "", 1);
    }

    /** {@return the request's bytes as recorded} */
    byte[] bytes(final String authority) {
        return bytes(authority, body);
    }

    /** {@return the request's bytes as replayed} */
    byte[] replayBytes(final String authority) {
        return bytes(authority, respelt);
    }

    private byte[] bytes(final String authority, final String content) {
        final StringBuilder text = new StringBuilder(256)
                .append(method).append(' ').append(target).append(" HTTP/1.1\r\n")
                .append("Host: ").append(authority).append("\r\n")
                .append("User-Agent: ouli-demo\r\nAccept: */*\r\n");
        if (!content.isEmpty()) {
            text.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(content.getBytes(StandardCharsets.UTF_8).length).append("\r\n");
        }
        return text.append("\r\n").append(content).toString().getBytes(StandardCharsets.UTF_8);
    }
}
