package io.ouli.proxy.upstream;

/** Why an exchange with an upstream did not end well. */
public enum UpstreamFailure {
    UNRESOLVED(502, "unresolved", "the upstream's name cannot be resolved"),
    UNREACHABLE(502, "unreachable", "the upstream cannot be reached"),
    CONNECT_TIMEOUT(504, "connect-timeout", "the upstream did not accept the connection in time"),
    READ_TIMEOUT(504, "read-timeout", "the upstream did not answer in time"),
    CUT_OFF(502, "cut-off", "the upstream closed the connection before its response was whole"),
    BAD_RESPONSE(502, "bad-response", "the upstream's response is malformed"),
    TLS(502, "tls", "no secure connection to the upstream could be made"),
    NO_CONNECTION(503, "no-connection", "this worker has no room for another upstream connection");

    private final int status;
    private final String code;
    private final String reason;

    UpstreamFailure(final int status, final String code, final String reason) {
        this.status = status;
        this.code = code;
        this.reason = reason;
    }

    /** Returns the status for the client. */
    public int status() {
        return status;
    }

    /** Returns the short name for programs. */
    public String code() {
        return code;
    }

    /** Returns one line for people. */
    public String reason() {
        return reason;
    }
}
