package io.ouli.proxy.upstream;

import io.ouli.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * A client's request on its way to an upstream: the client's head, and the body after transfer decoding.
 *
 * @param head          as the client sent it.
 * @param body          holds the body.
 * @param bodyOffset    of its first byte.
 * @param bodyLength    in bytes.
 * @param namesSession whether {@code Test-Name} is a control field here, and so is not forwarded.
 */
public record UpstreamRequest(RequestHead head, byte[] body, int bodyOffset, int bodyLength, boolean namesSession) {
    private static final byte[] HEAD = "HEAD".getBytes(StandardCharsets.US_ASCII);
    private static final byte[][] IDEMPOTENT = {
        "GET".getBytes(StandardCharsets.US_ASCII), HEAD, "OPTIONS".getBytes(StandardCharsets.US_ASCII),
        "PUT".getBytes(StandardCharsets.US_ASCII), "DELETE".getBytes(StandardCharsets.US_ASCII),
        "TRACE".getBytes(StandardCharsets.US_ASCII),
    };

    /** {@return whether the response has no body whatever its head says} */
    public boolean isHead() {
        return head.methodIs(HEAD);
    }

    /** {@return whether sending it twice does what sending it once does} */
    boolean isIdempotent() {
        for (final byte[] method : IDEMPOTENT) {
            if (head.methodIs(method)) {
                return true;
            }
        }
        return false;
    }
}
