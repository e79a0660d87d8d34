package io.ouli.proxy;

import io.ouli.engine.OuliException;
import java.time.Duration;

/**
 * How long the proxy waits for clients and upstreams; each timeout is accurate to within 200 ms.
 *
 * @param header          wait for the rest of a request's head after its first byte; then 408.
 * @param body            wait for the next bytes of a request's body; then 408.
 * @param idle            wait for the next request on a kept-alive connection; then it is closed.
 * @param send            wait for a client to take the next bytes of a reply; then its connection is closed.
 * @param upstreamConnect wait for an upstream to accept a connection, including name resolution; then 504.
 * @param upstreamRead    wait for an upstream's next bytes, including the first; then 504, or the client is cut off if
 *                        the reply has begun.
 * @param upstreamIdle    how long an unused upstream connection is kept.
 * @param drain           how long {@link ProxyServer#close} lets exchanges in progress continue.
 */
public record ProxyTimeouts(
        Duration header,
        Duration body,
        Duration idle,
        Duration send,
        Duration upstreamConnect,
        Duration upstreamRead,
        Duration upstreamIdle,
        Duration drain) {
    // Before DEFAULT, whose making reads it.
    private static final Duration MOST = Duration.ofHours(24);

    /** The default timeouts. */
    public static final ProxyTimeouts DEFAULT = new ProxyTimeouts(
            Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(75), Duration.ofSeconds(60),
            Duration.ofSeconds(10), Duration.ofSeconds(120), Duration.ofSeconds(90), Duration.ofSeconds(5));

    /** Checks every value; an {@link OuliException} names the one that is out of range. */
    public ProxyTimeouts {
        check("header", header);
        check("body", body);
        check("idle", idle);
        check("send", send);
        check("upstream connect", upstreamConnect);
        check("upstream read", upstreamRead);
        check("upstream idle", upstreamIdle);
        check("drain", drain);
    }

    private static void check(final String name, final Duration value) {
        if (value == null || value.isNegative() || value.isZero() || value.compareTo(MOST) > 0) {
            throw new OuliException("the " + name + " time-out " + value + " is out of range; choose up to 24 h");
        }
    }

    /** {@return these timeouts with another {@link #header}} */
    public ProxyTimeouts withHeader(final Duration value) {
        return new ProxyTimeouts(value, body, idle, send, upstreamConnect, upstreamRead, upstreamIdle, drain);
    }

    /** {@return these timeouts with another {@link #body}} */
    public ProxyTimeouts withBody(final Duration value) {
        return new ProxyTimeouts(header, value, idle, send, upstreamConnect, upstreamRead, upstreamIdle, drain);
    }

    /** {@return these timeouts with another {@link #idle}} */
    public ProxyTimeouts withIdle(final Duration value) {
        return new ProxyTimeouts(header, body, value, send, upstreamConnect, upstreamRead, upstreamIdle, drain);
    }

    /** {@return these timeouts with another {@link #send}} */
    public ProxyTimeouts withSend(final Duration value) {
        return new ProxyTimeouts(header, body, idle, value, upstreamConnect, upstreamRead, upstreamIdle, drain);
    }

    /** {@return these timeouts with another {@link #upstreamConnect}} */
    public ProxyTimeouts withUpstreamConnect(final Duration value) {
        return new ProxyTimeouts(header, body, idle, send, value, upstreamRead, upstreamIdle, drain);
    }

    /** {@return these timeouts with another {@link #upstreamRead}} */
    public ProxyTimeouts withUpstreamRead(final Duration value) {
        return new ProxyTimeouts(header, body, idle, send, upstreamConnect, value, upstreamIdle, drain);
    }

    /** {@return these timeouts with another {@link #upstreamIdle}} */
    public ProxyTimeouts withUpstreamIdle(final Duration value) {
        return new ProxyTimeouts(header, body, idle, send, upstreamConnect, upstreamRead, value, drain);
    }

    /** {@return these timeouts with another {@link #drain}} */
    public ProxyTimeouts withDrain(final Duration value) {
        return new ProxyTimeouts(header, body, idle, send, upstreamConnect, upstreamRead, upstreamIdle, value);
    }
}
