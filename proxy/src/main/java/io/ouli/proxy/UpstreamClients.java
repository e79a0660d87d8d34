package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.proxy.upstream.AddressResolver;
import io.ouli.proxy.upstream.HttpClientUpstream;
import io.ouli.proxy.upstream.PooledUpstream;
import io.ouli.proxy.upstream.TlsClient;
import io.ouli.proxy.upstream.TlsTrust;
import io.ouli.proxy.upstream.Upstream;
import io.ouli.proxy.upstream.UpstreamTarget;
import io.ouli.proxy.upstream.UpstreamTimeouts;
import io.ouli.proxy.worker.EventLoop;
import java.net.http.HttpClient;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * What all workers share to reach upstreams: name resolution, trust and TLS sessions, the threads for handshakes, and
 * the clients for HTTP/2.
 */
final class UpstreamClients implements AutoCloseable {
    private static final int HANDSHAKE_THREADS = 2;

    private final UpstreamTimeouts timeouts;
    /** Null where nothing is forwarded, as in a replay, whose start has no time for it; so are the handshakes. */
    private final AddressResolver resolver;
    private final ExecutorService handshakes;
    private final Map<UpstreamTls, TlsClient> tlsClients = new HashMap<>();
    private final Map<UpstreamTls, HttpClient> httpClients = new HashMap<>();

    /** Reads the certificates of every endpoint that has an https upstream. */
    UpstreamClients(final ProxyConfig config) {
        final ProxyTimeouts configured = config.timeouts();
        timeouts = new UpstreamTimeouts(configured.upstreamConnect().toNanos(), configured.upstreamRead().toNanos(),
                configured.upstreamIdle().toNanos());
        final boolean forwards = forwards(config);
        resolver = forwards ? new AddressResolver() : null;
        handshakes = forwards ? Executors.newFixedThreadPool(
                HANDSHAKE_THREADS, Thread.ofPlatform().daemon().name("ouli-tls-", 0).factory()) : null;
        for (final EndpointConfig endpoint : config.endpoints()) {
            if (endpoint.mode() != Mode.REPLAY && endpoint.isSecure()) {
                prepare(endpoint.tls(), config);
            }
        }
    }

    private static boolean forwards(final ProxyConfig config) {
        for (final EndpointConfig endpoint : config.endpoints()) {
            if (endpoint.mode() != Mode.REPLAY) {
                return true;
            }
        }
        return false;
    }

    private void prepare(final UpstreamTls tls, final ProxyConfig config) {
        final SSLContext context = tls.insecure() ? TlsTrust.everybody()
                : tls.ca() != null ? TlsTrust.ofFile(tls.ca()) : TlsTrust.system();
        if (tls.http2()) {
            httpClients.computeIfAbsent(tls, key -> HttpClientUpstream.newClient(
                    config.timeouts().upstreamConnect(), context));
        } else {
            tlsClients.computeIfAbsent(tls, key -> new TlsClient(context, !key.insecure(), handshakes));
        }
    }

    /** Opens one worker's way to an endpoint's upstream; on the worker's thread. */
    Upstream open(final EventLoop loop, final EndpointConfig endpoint) {
        final UpstreamTarget target = UpstreamTarget.of(endpoint.target(), endpoint.hostHeader());
        return target.secure() && endpoint.tls().http2()
                ? new HttpClientUpstream(loop, httpClients.get(endpoint.tls()), target, timeouts)
                : new PooledUpstream(loop, target, timeouts, resolver,
                        target.secure() ? tlsClients.get(endpoint.tls()) : null);
    }

    @Override
    public void close() {
        if (resolver != null) {
            resolver.close();
            handshakes.shutdownNow();
        }
        httpClients.values().forEach(HttpClient::shutdownNow);
    }
}
