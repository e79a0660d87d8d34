package io.ouli.engine.http;

import io.ouli.engine.Limits;

/**
 * Why a message was refused, and the status that says so to a client; each with the rule of the standard that it
 * breaks, or that gives its status.
 *
 * <p>When the message is an upstream's response, the client gets 502 whatever the status here, with the same reason.
 */
public enum HttpFault {
    /** RFC 9112, 2.2, lets a recipient refuse it. */
    BARE_LF(400, "a line ends in LF without CR"),
    /** RFC 9112, 2.2. */
    BARE_CR(400, "a CR stands without LF"),
    /** RFC 8446, 5.1: what a handshake begins with. */
    TLS(400, "these are bytes of TLS, and plain HTTP is spoken on this port; use an http: URL"),
    /** RFC 9110, 9.1: a method is a token. */
    BAD_METHOD(400, "the method holds a character that is not allowed"),
    /** RFC 9110, 15.6.2. */
    METHOD_NOT_IMPLEMENTED(501, "the method is not implemented"),
    /** RFC 9110, 9.3.6: for proxies that make tunnels. */
    CONNECT(501, "CONNECT makes no tunnel here, so this port is no proxy for https: URLs; give the client this port's"
            + " own http: URL as that of the service"),
    /** RFC 9112, 3. */
    BAD_REQUEST_LINE(400, "the request line is not: method, one space, target, one space, version"),
    /** RFC 9112, 3.2. */
    BAD_TARGET(400, "the request target is not a path, an http URL, or * for OPTIONS; other bytes are written as %XX"),
    /** RFC 9110, 15.5.15. */
    TARGET_TOO_LONG(414, "the request target is longer than " + Limits.MAX_PATH_BYTES + " bytes"),
    /** RFC 9112, 2.3. */
    BAD_VERSION(400, "the version is not HTTP/digit.digit"),
    /** RFC 9110, 15.6.6. */
    VERSION_NOT_SUPPORTED(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"),
    /** RFC 9112, 4. */
    BAD_STATUS_LINE(400, "the status line is not: version, one space, three digits, reason"),
    /** RFC 9112, 2.2. */
    SPACE_BEFORE_FIRST_FIELD(400, "white space stands before the first header field"),
    /** RFC 9112, 5.2. */
    OBSOLETE_FOLDING(400, "a header field is folded over two lines"),
    /** RFC 9110, 5.1; RFC 9112, 5.1. */
    BAD_FIELD_NAME(400, "a header field's name is empty, or holds white space or a character that is not allowed"),
    /** RFC 9112, 5. */
    MISSING_COLON(400, "a header line has no colon"),
    /** RFC 9110, 5.5. */
    BAD_FIELD_VALUE(400, "a header field's value holds a control character"),
    /** RFC 6585, 5. */
    FIELD_NAME_TOO_LONG(431, "a header field's name is longer than " + Limits.MAX_HEADER_NAME_BYTES + " bytes"),
    /** RFC 6585, 5. */
    FIELD_VALUE_TOO_LONG(431, "a header field's value is longer than " + Limits.MAX_HEADER_VALUE_BYTES + " bytes"),
    /** RFC 6585, 5. */
    TOO_MANY_FIELDS(431, "there are more than " + Limits.MAX_HEADERS + " header fields"),
    /** RFC 6585, 5. */
    HEAD_TOO_LONG(431, "the head is longer than " + Limits.MAX_HEAD_BYTES + " bytes"),
    /** RFC 9112, 3.2. */
    MISSING_HOST(400, "an HTTP/1.1 request has no Host"),
    /** RFC 9112, 3.2. */
    REPEATED_HOST(400, "Host stands twice"),
    /** RFC 9112, 3.2; RFC 9110, 7.2. */
    BAD_HOST(400, "Host is not a host with an optional port"),
    /** RFC 9110, 8.6. */
    BAD_CONTENT_LENGTH(400, "Content-Length is not a decimal number"),
    /** RFC 9110, 8.6, lets a recipient refuse it. */
    REPEATED_CONTENT_LENGTH(400, "Content-Length stands twice"),
    /** RFC 9112, 6.1, lets a server refuse it. */
    LENGTH_AND_TRANSFER_ENCODING(400, "both Content-Length and Transfer-Encoding are there"),
    /** RFC 9112, 6.1. */
    TRANSFER_ENCODING_IN_HTTP_1_0(400, "HTTP/1.0 knows no Transfer-Encoding"),
    /** RFC 9112, 6.1 and 6.3. */
    BAD_TRANSFER_ENCODING(400, "Transfer-Encoding does not end in chunked, once"),
    /** RFC 9112, 6.1. */
    TRANSFER_ENCODING_NOT_IMPLEMENTED(501, "no Transfer-Encoding but chunked is implemented"),
    /** RFC 9110, 10.1.1. */
    EXPECTATION_FAILED(417, "no expectation but 100-continue is met here"),
    /** RFC 9110, 15.5.14. */
    BODY_TOO_LONG(413, "the body is longer than " + Limits.MAX_REQUEST_BYTES + " bytes"),
    /** RFC 9112, 7.1. */
    BAD_CHUNK_SIZE(400, "a chunk's size is not a hexadecimal number"),
    /** RFC 9112, 7.1.1. */
    BAD_CHUNK_EXTENSION(400, "a chunk's extension holds a character that is not allowed"),
    /** RFC 9112, 7.1.1, asks for a limit. */
    CHUNK_EXTENSIONS_TOO_LONG(400,
            "the chunk extensions are longer than " + Limits.MAX_CHUNK_EXTENSION_BYTES + " bytes"),
    /** RFC 9112, 7.1. */
    MISSING_CHUNK_END(400, "a chunk does not end in CRLF"),
    /** RFC 9112, 7.1.2; RFC 9110, 6.5.1. */
    BAD_TRAILER(400, "a trailer field is malformed, or not allowed there"),
    /** RFC 6585, 5. */
    TRAILERS_TOO_LONG(431, "the trailer section is longer than " + Limits.MAX_TRAILER_BYTES + " bytes");

    private final int status;
    private final String reason;

    HttpFault(final int status, final String reason) {
        this.status = status;
        this.reason = reason;
    }

    /** {@return the status for a client whose request has this fault} */
    public int status() {
        return status;
    }

    /** {@return the reason: one line, without a byte of the message} */
    public String reason() {
        return reason;
    }
}
