package io.ouli.perf.load;

/** A server sent what is no HTTP/1.1 reply; the connection is of no use any more. */
final class MalformedReplyException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedReplyException(final String message) {
        super(message, null, false, false);
    }
}
