package io.ouli.proxy.server;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Mode;
import io.ouli.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/** One port, as its connections need it. */
public final class Endpoint {
    private final String name;
    private final Mode mode;
    private final byte[] prefix;
    private final byte[] session;
    private final boolean fixedSession;
    private final byte[] healthPath;
    private final EndpointPolicy policy;
    private final AtomicBoolean upgradeSeen = new AtomicBoolean();

    /**
     * Creates an endpoint.
     *
     * @param name         for messages.
     * @param mode         what is done with requests.
     * @param prefix       put before the name of every session; empty for none.
     * @param session      of requests that name none.
     * @param fixedSession whether the sessions that requests name are ignored.
     * @param healthPath   the path that is answered 200; null for none.
     * @param policy       whose secrets may not become the name of a session.
     */
    public Endpoint(
            final String name,
            final Mode mode,
            final String prefix,
            final String session,
            final boolean fixedSession,
            final String healthPath,
            final EndpointPolicy policy) {
        this.name = name;
        this.mode = mode;
        this.prefix = prefix.getBytes(StandardCharsets.US_ASCII);
        this.session = (prefix + session).getBytes(StandardCharsets.US_ASCII);
        this.fixedSession = fixedSession;
        this.policy = policy;
        this.healthPath = healthPath == null ? null : healthPath.getBytes(StandardCharsets.US_ASCII);
    }

    String name() {
        return name;
    }

    Mode mode() {
        return mode;
    }

    /** {@return what stands before the names of sessions that requests name} */
    byte[] sessionPrefix() {
        return prefix;
    }

    /** {@return the whole name of the session of requests that name none} */
    byte[] sessionBytes() {
        return session;
    }

    boolean fixedSession() {
        return fixedSession;
    }

    /** {@return whether this is the first request to be told of that asks for another protocol; any worker} */
    boolean isFirstUpgrade(final RequestHead head) {
        return !upgradeSeen.get()
                && UpgradeRequest.asksForAnother(head.headers())
                && upgradeSeen.compareAndSet(false, true);
    }

    /** {@return whether a secret stands in a session's name, which becomes that of a file and stands in the log} */
    boolean namesSecret(final byte[] bytes, final int from, final int end) {
        return policy.namesSecret(bytes, from, end);
    }

    /** {@return whether a request asks for the health path, with or without a query} */
    boolean isHealthCheck(final RequestHead head) {
        if (healthPath == null) {
            return false;
        }
        final int end = head.targetStart() + healthPath.length;
        return end <= head.targetEnd()
                && Arrays.equals(head.bytes(), head.targetStart(), end, healthPath, 0, healthPath.length)
                && (end == head.targetEnd() || head.bytes()[end] == '?');
    }
}
