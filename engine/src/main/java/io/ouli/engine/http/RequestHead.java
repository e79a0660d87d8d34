package io.ouli.engine.http;

import java.util.Arrays;

/**
 * The parsed head of one HTTP/1.x request: a flyweight over the bytes it was parsed from, reused for each request.
 *
 * <p>Offsets are absolute indexes into {@link #bytes}.
 */
public final class RequestHead {
    /** What {@link #contentLength} gives when there is no Content-Length. */
    public static final long NO_LENGTH = -1;

    final Headers headers;
    byte[] bytes = {};
    int start;
    int end;
    int methodStart;
    int methodEnd;
    int targetStart;
    int targetEnd;
    int minorVersion;
    long contentLength;
    boolean chunked;
    boolean keepAlive;
    boolean expectContinue;

    /** Creates a head for at most {@code maxHeaders} fields. */
    public RequestHead(final int maxHeaders) {
        headers = new Headers(maxHeaders);
    }

    /** Returns the bytes that every offset indexes. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns the index of the first byte of the request line. */
    public int start() {
        return start;
    }

    /** Returns the index after the empty line: where the body begins. */
    public int end() {
        return end;
    }

    /** Returns where the method begins. */
    public int methodStart() {
        return methodStart;
    }

    /** Returns the index after the method. */
    public int methodEnd() {
        return methodEnd;
    }

    /** Returns whether the method is this one; methods are case-sensitive. */
    public boolean methodIs(final byte[] method) {
        return Arrays.equals(bytes, methodStart, methodEnd, method, 0, method.length);
    }

    /** Returns where the request target begins, as it came: origin form, absolute form, or {@code *}. */
    public int targetStart() {
        return targetStart;
    }

    /** Returns the index after the request target. */
    public int targetEnd() {
        return targetEnd;
    }

    /** Returns 0 for HTTP/1.0, 1 for HTTP/1.1. */
    public int minorVersion() {
        return minorVersion;
    }

    /** Returns the header fields. */
    public Headers headers() {
        return headers;
    }

    /** Returns the declared length of the body in bytes, or {@link #NO_LENGTH}. */
    public long contentLength() {
        return contentLength;
    }

    /** Returns whether the body comes in chunks. */
    public boolean chunked() {
        return chunked;
    }

    /** Returns whether the connection may be used again after this exchange. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** Returns whether the client waits for {@code 100 Continue} before it sends the body. */
    public boolean expectContinue() {
        return expectContinue;
    }

    /** Returns whether a body follows the head. */
    public boolean hasBody() {
        return chunked || contentLength > 0;
    }
}
