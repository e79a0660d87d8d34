package io.ouli.proxy.server;

import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.http.ReasonPhrases;
import io.ouli.proxy.worker.SendQueue;
import java.nio.charset.StandardCharsets;

/** A reply of the proxy itself whose JSON differs from case to case. Off the hot path: it allocates. */
final class JsonReply {
    private JsonReply() {
    }

    /**
     * Adds a reply to a queue; without the JSON where the status allows no body, which the client would take for the
     * next reply.
     *
     * @param kept whether the client is of HTTP/1.0 and is to know that its connection goes on.
     */
    static void write(final SendQueue out, final int status, final String result, final byte[] json,
            final boolean toHead, final boolean kept) {
        final HeadWriter head = new HeadWriter(256);
        final boolean bodiless = status == 204 || status == 205 || status == 304;
        head.text("HTTP/1.1 ").decimal(status).octet(' ').text(ReasonPhrases.of(status)).crlf();
        if (!bodiless) {
            head.text("Content-Type: application/json").crlf();
        }
        head.text("X-Ouli-Result: ").text(result).crlf();
        if (!bodiless) {
            head.text("Content-Length: ").decimal(json.length).crlf();
        } else if (status == 205) {
            head.text("Content-Length: 0").crlf();
        }
        if (kept) {
            head.write(KeptReply.FIELD, 0, KeptReply.FIELD.length);
        }
        head.crlf();
        out.add(head);
        if (!toHead && !bodiless) {
            out.add(json);
        }
    }

    /** {@return the JSON of a failure: status, result, a code for programs, a reason for people, and a detail} */
    static byte[] failure(
            final int status, final String result, final String code, final String reason, final String detail) {
        return ("{\"status\":" + status + ",\"result\":" + quoted(result) + ",\"code\":" + quoted(code)
                + ",\"reason\":" + quoted(reason) + ",\"detail\":" + quoted(detail) + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(final String text) {
        final StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
