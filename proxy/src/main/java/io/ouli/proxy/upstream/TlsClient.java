package io.ouli.proxy.upstream;

import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * How upstreams are spoken to over TLS 1.2 and 1.3; shared by all workers, so that a session made by one is resumed by
 * the others.
 *
 * @param context  whom to trust, and the sessions to resume.
 * @param verified whether the certificate must be of the host that was asked for.
 * @param executor runs what takes long in a handshake.
 */
public record TlsClient(SSLContext context, boolean verified, Executor executor) {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    /** HTTP/2 is spoken through {@link HttpClientUpstream} only. */
    private static final String[] APPLICATION_PROTOCOLS = {"http/1.1"};

    SSLEngine newEngine(final UpstreamTarget target) {
        final SSLEngine engine = context.createSSLEngine(target.host(), target.port());
        engine.setUseClientMode(true);
        final SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setApplicationProtocols(APPLICATION_PROTOCOLS);
        parameters.setEndpointIdentificationAlgorithm(verified ? "HTTPS" : null);
        final SNIHostName name = serverName(target.host());
        parameters.setServerNames(name == null ? List.of() : List.of(name));
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** {@return the name for SNI, null for an address, which has none (RFC 6066, section 3)} */
    private static SNIHostName serverName(final String host) {
        if (host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9')) {
            return null;
        }
        try {
            return new SNIHostName(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
        } catch (final IllegalArgumentException e) {
            // Not a name that SNI can carry, such as one with an underscore: the upstream's default certificate then.
            return null;
        }
    }
}
