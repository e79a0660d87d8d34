package io.ouli.engine.http;

/** The parsed head of one HTTP/1.x response. */
public final class ResponseHead extends MessageHead {
    private static final int FIRST_FINAL_STATUS = 200;
    private static final int STATUS_NO_CONTENT = 204;
    private static final int STATUS_NOT_MODIFIED = 304;

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

    int status;
    int reasonStart;
    int reasonEnd;

    /** Creates a head for at most {@code maxHeaders} fields. */
    public ResponseHead(final int maxHeaders) {
        super(maxHeaders);
    }

    /** {@return the status code, 100 to 999} */
    public int status() {
        return status;
    }

    /** {@return where the reason phrase begins} */
    public int reasonStart() {
        return reasonStart;
    }

    /** {@return the index after the reason phrase; where it begins, if it is empty} */
    public int reasonEnd() {
        return reasonEnd;
    }

    /** {@return whether another response to the same request follows: a 1xx, which never has a body} */
    public boolean interim() {
        return status < FIRST_FINAL_STATUS;
    }

    /**
     * {@return how the body ends, by the rules of RFC 9112 6.3}
     *
     * @param toHead whether the request was a HEAD, whose response has no body whatever its fields say.
     */
    public Framing framing(final boolean toHead) {
        if (toHead || interim() || status == STATUS_NO_CONTENT || status == STATUS_NOT_MODIFIED) {
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
