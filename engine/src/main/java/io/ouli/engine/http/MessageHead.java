package io.ouli.engine.http;

/**
 * What the parsed heads of requests and responses have in common: a flyweight over the bytes it was parsed from, reused
 * for each message.
 *
 * <p>Offsets are absolute indexes into {@link #bytes}.
 */
abstract sealed class MessageHead permits RequestHead, ResponseHead {
    /** What {@link #contentLength()} gives when there is no Content-Length. */
    public static final long NO_LENGTH = -1;

    final Headers headers;
    byte[] bytes = {};
    int start;
    int end;
    int minorVersion;
    long contentLength;
    boolean chunked;
    boolean keepAlive;

    MessageHead(final int maxHeaders) {
        headers = new Headers(maxHeaders);
    }

    /** Makes ready for the head of another message. */
    void clear(final byte[] messageBytes) {
        bytes = messageBytes;
        headers.wrap(messageBytes);
        contentLength = NO_LENGTH;
        chunked = false;
        keepAlive = false;
    }

    /** Goes on with the same head in a copy of its bytes at the same indexes, such as a buffer that has grown. */
    final void moveTo(final byte[] messageBytes) {
        bytes = messageBytes;
        headers.moveTo(messageBytes);
    }

    /** {@return the bytes that every offset indexes} */
    public final byte[] bytes() {
        return bytes;
    }

    /** {@return the index of the first byte of the start line} */
    public final int start() {
        return start;
    }

    /** {@return the index after the empty line: where the body begins} */
    public final int end() {
        return end;
    }

    /** {@return 0 for HTTP/1.0, 1 for HTTP/1.1} */
    public final int minorVersion() {
        return minorVersion;
    }

    /** {@return the header fields} */
    public final Headers headers() {
        return headers;
    }

    /** {@return the declared length of the body in bytes, or {@link #NO_LENGTH}} */
    public final long contentLength() {
        return contentLength;
    }

    /** {@return whether the head says that the body comes in chunks} */
    public final boolean chunked() {
        return chunked;
    }

    /** {@return whether the sender keeps the connection open after this message, provided its body ends by itself} */
    public final boolean keepAlive() {
        return keepAlive;
    }
}
