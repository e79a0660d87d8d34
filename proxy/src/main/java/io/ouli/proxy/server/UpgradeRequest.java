package io.ouli.proxy.server;

import io.ouli.engine.http.Headers;
import java.nio.charset.StandardCharsets;

/** Tells which requests ask for another protocol on their connection, such as WebSocket (RFC 9110, section 7.8). */
final class UpgradeRequest {
    private static final byte[] UPGRADE = "upgrade".getBytes(StandardCharsets.US_ASCII);
    private static final String HTTP_2 = "h2c";

    private UpgradeRequest() {
    }

    /** HTTP/2 does not count: Java's client offers it with every first request, and misses nothing without it. */
    static boolean asksForAnother(final Headers headers) {
        final int field = headers.find(UPGRADE, 0);
        return field >= 0 && !headers.value(field).equalsIgnoreCase(HTTP_2);
    }
}
