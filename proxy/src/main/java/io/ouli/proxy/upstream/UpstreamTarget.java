package io.ouli.proxy.upstream;

import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A recorded server: where it is, and how requests to it are written.
 *
 * @param secure     whether it is spoken to over TLS.
 * @param host       a name or an address, an IPv6 one without brackets.
 * @param port       never 0.
 * @param basePath   what stands before every request's path: empty, or with a leading slash and no trailing one.
 * @param hostHeader the value of Host.
 */
public record UpstreamTarget(boolean secure, String host, int port, String basePath, String hostHeader) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * {@return the target that a URL names}
     *
     * @param url        http or https, with a host.
     * @param hostHeader instead of the URL's own authority; may be null.
     */
    public static UpstreamTarget of(final URI url, final String hostHeader) {
        final boolean secure = url.getScheme().equalsIgnoreCase("https");
        final int defaultPort = secure ? HTTPS_PORT : HTTP_PORT;
        final int port = url.getPort() < 0 ? defaultPort : url.getPort();
        final String host = url.getHost().startsWith("[")
                ? url.getHost().substring(1, url.getHost().length() - 1) : url.getHost();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        final UpstreamTarget target = new UpstreamTarget(secure, host, port, path, hostHeader);
        return hostHeader == null ? new UpstreamTarget(secure, host, port, path, target.authority()) : target;
    }

    /** {@return host and port as a URL has them: without the port if it is the scheme's own} */
    String authority() {
        final String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (secure ? HTTPS_PORT : HTTP_PORT) ? bracketed : bracketed + ":" + port;
    }

    /** {@return the URL's front, for messages and for joining with a path} */
    public String origin() {
        return (secure ? "https://" : "http://") + authority();
    }

    byte[] basePathBytes() {
        return basePath.getBytes(StandardCharsets.ISO_8859_1);
    }

    byte[] hostHeaderBytes() {
        return hostHeader.getBytes(StandardCharsets.ISO_8859_1);
    }
}
