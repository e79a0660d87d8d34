package io.ouli.engine.http;

import io.ouli.engine.Limits;

/**
 * Why a message was refused, and the status that says so to a client.
 *
 * <p>When the message is an upstream's response, the client gets 502 whatever the status here, with the same reason.
 */
public enum HttpFault {
    BARE_LF(400, "a line ends in LF without CR"),
    BARE_CR(400, "a CR stands without LF"),
    TLS(400, "these are bytes of TLS, and plain HTTP is spoken on this port; use an http: URL"),
    BAD_METHOD(400, "the method holds a character that is not allowed"),
    METHOD_NOT_IMPLEMENTED(501, "the method is not implemented"),
    BAD_REQUEST_LINE(400, "the request line is not: method, one space, target, one space, version"),
    BAD_TARGET(400, "the request target is not a path, an http URL, or * for OPTIONS; other bytes are written as %XX"),
    TARGET_TOO_LONG(414, "the request target is longer than " + Limits.MAX_PATH_BYTES + " bytes"),
    BAD_VERSION(400, "the version is not HTTP/digit.digit"),
    VERSION_NOT_SUPPORTED(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"),
    BAD_STATUS_LINE(400, "the status line is not: version, one space, three digits, reason"),
    SPACE_BEFORE_FIRST_FIELD(400, "white space stands before the first header field"),
    OBSOLETE_FOLDING(400, "a header field is folded over two lines"),
    BAD_FIELD_NAME(400, "a header field's name is empty, or holds white space or a character that is not allowed"),
    MISSING_COLON(400, "a header line has no colon"),
    BAD_FIELD_VALUE(400, "a header field's value holds a control character"),
    FIELD_NAME_TOO_LONG(431, "a header field's name is longer than " + Limits.MAX_HEADER_NAME_BYTES + " bytes"),
    FIELD_VALUE_TOO_LONG(431, "a header field's value is longer than " + Limits.MAX_HEADER_VALUE_BYTES + " bytes"),
    TOO_MANY_FIELDS(431, "there are more than " + Limits.MAX_HEADERS + " header fields"),
    HEAD_TOO_LONG(431, "the head is longer than " + Limits.MAX_HEAD_BYTES + " bytes"),
    MISSING_HOST(400, "an HTTP/1.1 request has no Host"),
    REPEATED_HOST(400, "Host stands twice"),
    BAD_HOST(400, "Host is not a host with an optional port"),
    BAD_CONTENT_LENGTH(400, "Content-Length is not a decimal number"),
    REPEATED_CONTENT_LENGTH(400, "Content-Length stands twice"),
    LENGTH_AND_TRANSFER_ENCODING(400, "both Content-Length and Transfer-Encoding are there"),
    TRANSFER_ENCODING_IN_HTTP_1_0(400, "HTTP/1.0 knows no Transfer-Encoding"),
    BAD_TRANSFER_ENCODING(400, "Transfer-Encoding does not end in chunked, once"),
    TRANSFER_ENCODING_NOT_IMPLEMENTED(501, "no Transfer-Encoding but chunked is implemented"),
    EXPECTATION_FAILED(417, "no expectation but 100-continue is met here"),
    BODY_TOO_LONG(413, "the body is longer than " + Limits.MAX_REQUEST_BYTES + " bytes"),
    BAD_CHUNK_SIZE(400, "a chunk's size is not a hexadecimal number"),
    BAD_CHUNK_EXTENSION(400, "a chunk's extension holds a character that is not allowed"),
    CHUNK_EXTENSIONS_TOO_LONG(400,
            "the chunk extensions are longer than " + Limits.MAX_CHUNK_EXTENSION_BYTES + " bytes"),
    MISSING_CHUNK_END(400, "a chunk does not end in CRLF"),
    BAD_TRAILER(400, "a trailer field is malformed, or not allowed there"),
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
