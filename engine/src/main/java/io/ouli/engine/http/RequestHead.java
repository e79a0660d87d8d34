package io.ouli.engine.http;

import java.util.Arrays;

/** The parsed head of one HTTP/1.x request. */
public final class RequestHead extends MessageHead {
    int methodStart;
    int methodEnd;
    int targetStart;
    int targetEnd;
    boolean expectContinue;

    /** Creates a head for at most {@code maxHeaders} fields. */
    public RequestHead(final int maxHeaders) {
        super(maxHeaders);
    }

    @Override
    void clear(final byte[] messageBytes) {
        super.clear(messageBytes);
        expectContinue = false;
    }

    /** {@return where the method begins} */
    public int methodStart() {
        return methodStart;
    }

    /** {@return the index after the method} */
    public int methodEnd() {
        return methodEnd;
    }

    /** {@return whether the method is this one; methods are case-sensitive} */
    public boolean methodIs(final byte[] method) {
        return Arrays.equals(bytes, methodStart, methodEnd, method, 0, method.length);
    }

    /** {@return where the request target begins, as it came: origin form, absolute form, or {@code *}} */
    public int targetStart() {
        return targetStart;
    }

    /** {@return the index after the request target} */
    public int targetEnd() {
        return targetEnd;
    }

    /** {@return whether the client waits for {@code 100 Continue} before it sends the body} */
    public boolean expectContinue() {
        return expectContinue;
    }

    /** {@return whether a body follows the head} */
    public boolean hasBody() {
        return chunked || contentLength > 0;
    }
}
