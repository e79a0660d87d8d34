package io.ouli.proxy.server;

import io.ouli.engine.http.HttpFault;
import io.ouli.engine.http.ReasonPhrases;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A reply of the proxy itself that is always the same: encoded once, in native memory, ready to be sent. */
final class FixedReply {
    /** Tells a client to send its body. */
    static final FixedReply CONTINUE = new FixedReply("HTTP/1.1 100 Continue\r\n\r\n", "");
    static final FixedReply HEALTHY = new FixedReply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "");
    static final FixedReply BAD_SESSION = error(400, "the session's name is not segments of A-Z a-z 0-9 . _ - joined"
            + " by /, at most 255 bytes long, or a secret stands in it", false);
    static final FixedReply TWO_SESSIONS =
            error(400, "there are two X-Ouli-Test-Name fields; name one session", false);
    static final FixedReply REQUEST_TIMEOUT = error(408, "the request did not come in time", true);
    static final FixedReply NO_MEMORY = error(503, "too many large requests are under way; try again", true);
    static final FixedReply TOO_MANY_CONNECTIONS = error(503, "too many connections are open; try again", true);
    static final FixedReply DAMAGED = result(500, "damaged",
            "the recorded reply fails its checksum and is not served; run: ouli verify", false);

    private static final FixedReply[] BY_FAULT = new FixedReply[HttpFault.values().length];

    static {
        for (final HttpFault fault : HttpFault.values()) {
            BY_FAULT[fault.ordinal()] = error(fault.status(), fault.reason(), true);
        }
    }

    private final MemorySegment segment;
    private final long headLength;
    private final String head;
    private final String body;
    /** The same for a client of HTTP/1.0 whose connection goes on; made when it is asked for first. */
    private FixedReply kept;

    private FixedReply(final String head, final String body) {
        this.head = head;
        this.body = body;
        final byte[] bytes = (head + body).getBytes(StandardCharsets.US_ASCII);
        segment = Arena.global().allocate(bytes.length);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        headLength = head.length();
    }

    /** {@return the reply that refuses a request with this fault; the connection is closed after it} */
    static FixedReply of(final HttpFault fault) {
        return BY_FAULT[fault.ordinal()];
    }

    /** {@return this reply as it tells a client of HTTP/1.0 that its connection goes on} */
    FixedReply kept() {
        if (kept == null) {
            // Two workers may make it twice, which does no harm: all fields are final.
            final int end = head.length() - 2;
            kept = new FixedReply(head.substring(0, end) + KeptReply.TEXT + head.substring(end), body);
        }
        return kept;
    }

    private static FixedReply error(final int status, final String reason, final boolean close) {
        return result(status, "refused", reason, close);
    }

    private static FixedReply result(final int status, final String result, final String reason, final boolean close) {
        final String body = "{\"status\":" + status + ",\"result\":\"" + result + "\",\"reason\":\"" + reason + "\"}\n";
        return new FixedReply("HTTP/1.1 " + status + ' ' + ReasonPhrases.of(status)
                + "\r\nContent-Type: application/json\r\nX-Ouli-Result: " + result
                + (close ? "\r\nConnection: close" : "") + "\r\nContent-Length: " + body.length() + "\r\n\r\n", body);
    }

    /** {@return the memory that holds the reply from its first byte on} */
    MemorySegment segment() {
        return segment;
    }

    /** {@return how many bytes to send: all, or the head alone in answer to HEAD} */
    long length(final boolean toHead) {
        return toHead ? headLength : segment.byteSize();
    }
}
