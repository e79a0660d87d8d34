package io.ouli.proxy.config;

import io.ouli.engine.EndpointPolicy;
import io.ouli.proxy.ResponseHeaderReplacement;
import io.ouli.proxy.UpstreamTls;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;

/**
 * One endpoint as the file states it.
 *
 * @param where        its place in the file, for errors: {@code endpoints[0]}.
 * @param name         for logs and metrics; null when not stated.
 * @param listen       where to listen; null when not stated.
 * @param target       the upstream; null when not stated.
 * @param tls          how an https target is spoken to.
 * @param session      the session of requests that name none; null when not stated.
 * @param fixedSession whether the sessions that requests name are ignored.
 * @param hostHeader   the Host that the upstream gets; null for the target's own.
 * @param health       the path that is answered 200 by the proxy itself; null when there is none.
 * @param replacements changes to response headers.
 * @param policy       what is redacted and what makes a request's key.
 */
public record FileEndpoint(
        String where,
        String name,
        InetSocketAddress listen,
        URI target,
        UpstreamTls tls,
        String session,
        boolean fixedSession,
        String hostHeader,
        String health,
        List<ResponseHeaderReplacement> replacements,
        EndpointPolicy policy) {
}
