package io.ouli.proxy;

import io.ouli.engine.Mode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Proxies as tests need them: one endpoint, a free port, short time-outs. */
final class Proxies {
    private Proxies() {
    }

    static ProxyServer start(final Mode mode, final Path directory, final URI target) {
        return ProxyServer.start(config(mode, directory, target).build());
    }

    static ProxyConfig.Builder config(final Mode mode, final Path directory, final URI target) {
        return config(mode, directory, target, trust(mode, target));
    }

    static ProxyConfig.Builder config(
            final Mode mode, final Path directory, final URI target, final UpstreamTls tls) {
        return ProxyConfig.builder()
                .directory(directory)
                .timeouts(ProxyTimeouts.DEFAULT.withDrain(Duration.ofSeconds(2)))
                .endpoint(EndpointConfig.builder().mode(mode).target(target).tls(tls).build());
    }

    /** Begins an endpoint; an https target is trusted if it is a test's. */
    static EndpointConfig.Builder endpoint(final Mode mode, final URI target) {
        return EndpointConfig.builder().mode(mode).target(target).tls(trust(mode, target));
    }

    private static UpstreamTls trust(final Mode mode, final URI target) {
        return mode != Mode.REPLAY && target.getScheme().equals("https")
                ? new UpstreamTls(TestTls.local().certificate(), false, false) : UpstreamTls.DEFAULT;
    }

    static InetSocketAddress address(final ProxyServer proxy) {
        return proxy.addresses().getFirst();
    }

    static RawClient client(final ProxyServer proxy) throws IOException {
        return new RawClient(address(proxy));
    }

    static URI url(final ProxyServer proxy, final String path) {
        return URI.create("http://127.0.0.1:" + address(proxy).getPort() + path);
    }
}
