package io.ouli.engine;

import io.ouli.engine.http.ChunkedDecoder;
import io.ouli.engine.http.HttpFault;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import java.util.Arrays;

/** Reads one whole request out of an array, for embedders who hand in messages; used again for each request. */
final class RequestMessage {
    private static final int INITIAL_BYTES = 4 << 10;

    private final RequestParser parser = new RequestParser();
    private final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
    private final ChunkedDecoder decoder = new ChunkedDecoder(Limits.MAX_REQUEST_BYTES);
    private byte[] decoded = new byte[INITIAL_BYTES];
    private byte[] body;
    private int bodyOffset;
    private int bodyLength;

    /**
     * Reads a request.
     *
     * @throws OuliException if it is no HTTP/1.1 request, is cut short, or bytes follow it.
     */
    void read(final byte[] message, final int offset, final int length) {
        final int limit = offset + length;
        parser.reset();
        final int headLength = parser.parse(message, offset, limit, head);
        if (headLength <= 0) {
            final HttpFault fault = parser.fault();
            throw refused(headLength == RequestParser.INCOMPLETE ? "its head is cut short" : fault.reason());
        }
        body = message;
        bodyOffset = offset + headLength;
        bodyLength = limit - bodyOffset;
        if (head.chunked()) {
            decode(message, bodyOffset, limit);
        } else if (bodyLength != Math.max(0, head.contentLength())) {
            throw refused("its body has " + bodyLength + " bytes, its Content-Length is "
                    + Math.max(0, head.contentLength()));
        }
    }

    private void decode(final byte[] message, final int from, final int limit) {
        decoder.reset();
        int at = from;
        int written = 0;
        while (true) {
            final ChunkedDecoder.Event event = decoder.next(message, at, limit);
            at = decoder.position();
            switch (event) {
                case DATA -> {
                    final int length = decoder.dataLength();
                    if (written + length > decoded.length) {
                        decoded = Arrays.copyOf(decoded, Math.max(written + length, decoded.length * 2));
                    }
                    System.arraycopy(message, decoder.dataStart(), decoded, written, length);
                    written += length;
                }
                case CHUNK -> { }
                case END -> {
                    if (at != limit) {
                        throw refused((limit - at) + " bytes follow it");
                    }
                    body = decoded;
                    bodyOffset = 0;
                    bodyLength = written;
                    return;
                }
                case REFUSED -> throw refused(decoder.fault().reason());
                default -> throw refused("its body is cut short");
            }
        }
    }

    private static OuliException refused(final String reason) {
        return new OuliException("not one whole HTTP/1.1 request: " + reason
                + "; give request line, fields, empty line and body in one range");
    }

    RequestHead head() {
        return head;
    }

    byte[] body() {
        return body;
    }

    int bodyOffset() {
        return bodyOffset;
    }

    int bodyLength() {
        return bodyLength;
    }
}
