package io.ouli.proxy.upstream;

/** Why an exchange with an upstream did not end well. */
public enum UpstreamFailure {
    /** The target's host has no address. */
    UNRESOLVED(502, "unresolved", "the upstream's name cannot be resolved",
            "check the target's host, and this machine's resolver"),
    /** The connection was refused, or there is no way to it. */
    UNREACHABLE(502, "unreachable", "the upstream cannot be reached", "check that it runs and listens there"),
    /** {@link io.ouli.proxy.ProxyTimeouts#upstreamConnect} has passed. */
    CONNECT_TIMEOUT(504, "connect-timeout", "the upstream did not accept the connection in time",
            "check that it runs, and the network between"),
    /** {@link io.ouli.proxy.ProxyTimeouts#upstreamRead} has passed. */
    READ_TIMEOUT(504, "read-timeout", "the upstream did not answer in time", "see its own log for what keeps it"),
    /** The connection ended before the response did. */
    CUT_OFF(502, "cut-off", "the upstream closed the connection before its response was whole",
            "see its own log for why; nothing was recorded"),
    /** The response breaks HTTP or a limit. */
    BAD_RESPONSE(502, "bad-response", "the upstream's response cannot be taken",
            "check that it speaks HTTP/1.1 there, within the limits; nothing was recorded"),
    /** The handshake failed. */
    TLS(502, "tls", "no secure connection to the upstream could be made",
            "check the target's host and port; --upstream-ca FILE trusts its own CA, --upstream-http2 speaks HTTP/2"),
    /** The transport's table of connections is full. */
    NO_CONNECTION(503, "no-connection", "this worker has no room for another upstream connection",
            "serve fewer clients at once, or by more workers");

    private final int status;
    private final String code;
    private final String reason;
    private final String remedy;

    UpstreamFailure(final int status, final String code, final String reason, final String remedy) {
        this.status = status;
        this.code = code;
        this.reason = reason;
        this.remedy = remedy;
    }

    /** {@return the status for the client} */
    public int status() {
        return status;
    }

    /** {@return the short name for programs} */
    public String code() {
        return code;
    }

    /** {@return one line for people} */
    public String reason() {
        return reason;
    }

    /** {@return what to do about it} */
    public String remedy() {
        return remedy;
    }
}
