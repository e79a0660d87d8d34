package io.ouli.proxy.upstream;

import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.http.Headers;
import io.ouli.engine.http.HopByHop;
import io.ouli.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a client's request head anew for an upstream: origin form behind the target's base path, the target's Host, no
 * hop-by-hop or control fields, the body's length as Content-Length.
 */
final class RequestRewriter {
    private static final byte[] HOST = ascii("host");
    private static final byte[] EXPECT = ascii("expect");
    private static final byte[] TEST_NAME = ascii("test-name");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TE = ascii("te");
    private static final byte[] PROXY_AUTHORIZATION = ascii("proxy-authorization");
    private static final byte[] ROOT = ascii("/");

    private final byte[] basePath;
    private final byte[] hostHeader;

    RequestRewriter(final UpstreamTarget target) {
        basePath = target.basePathBytes();
        hostHeader = target.hostHeaderBytes();
    }

    /** Writes the whole head. */
    void writeHead(final UpstreamRequest request, final HeadWriter to) {
        final RequestHead head = request.head();
        to.write(head.bytes(), head.methodStart(), head.methodEnd()).octet(' ');
        writeTarget(head, to);
        to.text(" HTTP/1.1").crlf().text("Host: ").write(hostHeader).crlf();
        final Headers headers = head.headers();
        for (int i = 0; i < headers.count(); i++) {
            if (isForwarded(request, i)) {
                to.field(headers, i);
            }
        }
        if (head.chunked() || head.contentLength() != RequestHead.NO_LENGTH) {
            to.text("Content-Length: ").decimal(request.bodyLength()).crlf();
        }
        if (wantsTrailers(headers)) {
            to.text("TE: trailers").crlf().text("Connection: TE").crlf();
        }
        to.crlf();
    }

    /** Writes the path and query to ask the upstream for. */
    void writeTarget(final RequestHead head, final HeadWriter to) {
        final byte[] bytes = head.bytes();
        final int end = head.targetEnd();
        int from = head.targetStart();
        if (bytes[from] == '*') {
            to.octet('*');
            return;
        }
        if (bytes[from] != '/') {
            // Absolute form: the path begins behind the authority, which begins behind two slashes.
            while (bytes[from] != '/') {
                from++;
            }
            from += 2;
            while (from < end && bytes[from] != '/' && bytes[from] != '?') {
                from++;
            }
        }
        to.write(basePath);
        if (from == end || bytes[from] == '?') {
            to.write(ROOT);
        }
        to.write(bytes, from, end);
    }

    /** {@return whether a field goes to the upstream as it is} */
    static boolean isForwarded(final UpstreamRequest request, final int index) {
        final Headers headers = request.head().headers();
        return !(headers.nameIs(index, HOST)
                || headers.nameIs(index, CONTENT_LENGTH)
                || headers.nameIs(index, EXPECT)
                || headers.nameIs(index, PROXY_AUTHORIZATION)
                || request.namesSession() && headers.nameIs(index, TEST_NAME)
                || HopByHop.matches(headers, index));
    }

    private static boolean wantsTrailers(final Headers headers) {
        final int te = headers.find(TE, 0);
        return te >= 0 && headers.value(te).toLowerCase(Locale.ROOT).contains("trailers");
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
