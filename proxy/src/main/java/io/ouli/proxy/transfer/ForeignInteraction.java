package io.ouli.proxy.transfer;

import io.ouli.engine.testserver.TestServerMark;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * An interaction that came from elsewhere, as HTTP/1.1.
 *
 * @param epochNanos   when the request was made.
 * @param request      the whole message.
 * @param responseHead with Content-Length, or chunked.
 * @param responseBody its parts; chunks if the head says so.
 * @param mark         what google/test-server knows of it; null for nothing.
 */
record ForeignInteraction(
        long epochNanos, byte[] request, byte[] responseHead, List<byte[]> responseBody, TestServerMark mark) {
    /** {@return the response's body in one piece} */
    byte[] wholeBody() {
        if (responseBody.size() == 1) {
            return responseBody.getFirst();
        }
        final ByteArrayOutputStream whole = new ByteArrayOutputStream();
        responseBody.forEach(whole::writeBytes);
        return whole.toByteArray();
    }
}
