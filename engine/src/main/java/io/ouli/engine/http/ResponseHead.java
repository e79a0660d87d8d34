package io.ouli.engine.http;

/**
 * The parsed head of one HTTP/1.x response: a flyweight over the bytes it was parsed from, reused for each response.
 *
 * <p>Offsets are absolute indexes into {@link #bytes}.
 */
public final class ResponseHead {
    /** What {@link #contentLength} gives when there is no Content-Length. */
    public static final long NO_LENGTH = -1;

    /** How a response's body ends. */
    public enum Framing {
        /** There is no body. */
        NONE,
        /** After {@link ResponseHead#contentLength} bytes. */
        LENGTH,
        /** With the last chunk. */
        CHUNKED,
        /** When the peer closes the connection. */
        CLOSE
    }

    final Headers headers;
    byte[] bytes = {};
    int start;
    int end;
    int status;
    int reasonStart;
    int reasonEnd;
    int minorVersion;
    long contentLength;
    boolean chunked;
    boolean keepAlive;

    /** Creates a head for at most {@code maxHeaders} fields. */
    public ResponseHead(final int maxHeaders) {
        headers = new Headers(maxHeaders);
    }

    /** Returns the bytes that every offset indexes. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns the index of the status line's first byte. */
    public int start() {
        return start;
    }

    /** Returns the index after the empty line. */
    public int end() {
        return end;
    }

    /** Returns the status code, 100 to 999. */
    public int status() {
        return status;
    }

    /** Returns where the reason phrase begins. */
    public int reasonStart() {
        return reasonStart;
    }

    /** Returns the index after the reason phrase; where it begins, if it is empty. */
    public int reasonEnd() {
        return reasonEnd;
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

    /** Returns whether the head says that the body comes in chunks; see {@link #framing} for whether one comes. */
    public boolean chunked() {
        return chunked;
    }

    /** Returns whether the peer keeps the connection open after this response, provided its body ends by itself. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** Returns whether another response to the same request follows: a 1xx, which never has a body. */
    public boolean interim() {
        return status < 200;
    }

    /**
     * Returns how the body ends, by the rules of RFC 9112 6.3.
     *
     * @param toHead whether the request was a HEAD, whose response has no body whatever its fields say.
     */
    public Framing framing(final boolean toHead) {
        if (toHead || status < 200 || status == 204 || status == 304) {
            return Framing.NONE;
        }
        if (chunked) {
            return Framing.CHUNKED;
        }
        if (contentLength == NO_LENGTH) {
            return Framing.CLOSE;
        }
        return contentLength == 0 ? Framing.NONE : Framing.LENGTH;
    }
}
