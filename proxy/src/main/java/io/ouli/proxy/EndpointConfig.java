package io.ouli.proxy;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.recording.SessionNames;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * One port of the proxy and what is behind it.
 *
 * @param name         the name in logs and metrics; unique in a {@link ProxyConfig}.
 * @param mode         what is done with a request.
 * @param listen       the address to listen on; port 0 takes a free one.
 * @param target       the upstream: {@code http} or {@code https}, a host, no query, no fragment; its path, if any, is
 *                     prepended to the request's. Null only for {@link Mode#REPLAY}.
 * @param folder       prefix of the name of every session of this endpoint, so that two upstreams do not share a file
 *                     when both are asked for the same path in one session; empty for none.
 * @param session      the session of requests that name none.
 * @param tls          how TLS is used with an https target.
 * @param fixedSession true to ignore the sessions that requests name.
 * @param hostHeader   the Host that the upstream gets; null for the target's own.
 * @param healthPath   a path that the proxy itself answers with 200 in every mode; null for none.
 * @param replacements changes to the headers of upstream responses before they are stored and forwarded.
 * @param policy       what is redacted and what makes up a request's key; the same on record and on replay.
 */
public record EndpointConfig(
        String name,
        Mode mode,
        InetSocketAddress listen,
        URI target,
        UpstreamTls tls,
        String folder,
        String session,
        boolean fixedSession,
        String hostHeader,
        String healthPath,
        List<ResponseHeaderReplacement> replacements,
        EndpointPolicy policy) {
    /** The default session of an endpoint. */
    public static final String DEFAULT_SESSION = "default";

    /** Checks every value; an {@link OuliException} names the endpoint and the invalid value. */
    public EndpointConfig {
        require(name != null && !name.isBlank(), "an endpoint", "has no name", "give it one");
        require(mode != null, name, "has no mode", "choose record, replay, auto or passthrough");
        require(listen != null, name, "has no address to listen on", "give a port");
        require(session != null && !session.isEmpty(), name, "has no session", "leave it out for '"
                + DEFAULT_SESSION + "'");
        require(folder != null && (folder.isEmpty() || SessionNames.isValid(folder)), name, "has the folder " + folder
                + ", which is no session's name", "use letters, digits, dots, dashes and underscores");
        final String fullSession = folder.isEmpty() ? session : folder + "/" + session;
        require(SessionNames.isValid(fullSession), name, "has the session '" + fullSession
                + "', which is no session's name", "use segments of A-Z a-z 0-9 . _ - joined by /");
        require(target != null || mode == Mode.REPLAY, name, "has no target", "give the upstream's URL");
        if (target != null) {
            checkTarget(name, target);
        }
        require(tls != null, name, "has no TLS settings", "leave them out for the defaults");
        require(target == null || tls.equals(UpstreamTls.DEFAULT) || isSecure(target), name,
                "has settings for TLS and the target " + target, "write https, or leave the settings out");
        require(hostHeader == null || hostHeader.chars().allMatch(c -> c > ' ' && c < 0x7F), name,
                "has a host header with white space or control characters", "give host or host:port");
        require(healthPath == null || healthPath.startsWith("/"), name, "has the health path " + healthPath,
                "begin it with a slash");
        require(policy != null, name, "has no policy", "leave it out for the default");
        replacements = List.copyOf(replacements);
    }

    /** {@return the full name of the session of requests that name none} */
    public String defaultSession() {
        return prefix() + session;
    }

    /** {@return whether the upstream is called over TLS} */
    boolean isSecure() {
        return target != null && isSecure(target);
    }

    private static boolean isSecure(final URI target) {
        return target.getScheme().equalsIgnoreCase("https");
    }

    /** {@return the prefix of session names: the folder and a slash, or nothing} */
    String prefix() {
        return folder.isEmpty() ? "" : folder + "/";
    }

    private static void checkTarget(final String name, final URI target) {
        final String scheme = target.getScheme() == null ? "" : target.getScheme().toLowerCase(Locale.ROOT);
        require(scheme.equals("http") || scheme.equals("https"), name, "has the target " + target
                + ", which is not an http or https URL", "write it like https://api.example.com");
        require(target.getHost() != null, name, "has the target " + target + ", which has no host",
                "write it like https://api.example.com");
        require(target.getPort() >= -1 && target.getPort() != 0 && target.getPort() <= 65_535, name, "has the target "
                + target + ", whose port is not from 1 to 65535", "leave it out for the scheme's own");
        require(target.getRawUserInfo() == null, name, "has a target with user information",
                "leave it out; send an Authorization header instead");
        require(target.getRawQuery() == null && target.getRawFragment() == null, name,
                "has a target with a query or a fragment", "end it with the path");
    }

    private static void require(final boolean ok, final String name, final String wrong, final String remedy) {
        if (!ok) {
            throw new OuliException("endpoint " + name + " " + wrong + "; " + remedy);
        }
    }

    /** Begins an endpoint with the defaults: replay on a free port of 127.0.0.1. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values of one endpoint. */
    public static final class Builder {
        private String name = "default";
        private Mode mode = Mode.REPLAY;
        private InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private URI target;
        private UpstreamTls tls = UpstreamTls.DEFAULT;
        private String folder = "";
        private String session = DEFAULT_SESSION;
        private boolean fixedSession;
        private String hostHeader;
        private String healthPath;
        private List<ResponseHeaderReplacement> replacements = List.of();
        private EndpointPolicy policy = EndpointPolicy.defaults();

        private Builder() {
        }

        /** Sets the name in logs and metrics; {@code default} if not called. */
        public Builder name(final String value) {
            name = value;
            return this;
        }

        /** Sets what is done with a request; replay if not called. */
        public Builder mode(final Mode value) {
            mode = value;
            return this;
        }

        /** Sets the address to listen on; a free port of 127.0.0.1 if not called. */
        public Builder listen(final InetSocketAddress value) {
            listen = value;
            return this;
        }

        /** Listens on this port of 127.0.0.1; 0 takes a free one. */
        public Builder port(final int value) {
            listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), value);
            return this;
        }

        /** Sets the upstream, an {@code http} or {@code https} URL; needed in every mode but replay. */
        public Builder target(final URI value) {
            target = value;
            return this;
        }

        /** Sets how TLS is used with an https target; as the JDK does if not called. */
        public Builder tls(final UpstreamTls value) {
            tls = value;
            return this;
        }

        /** Sets the prefix of the name of every session; none if not called. */
        public Builder folder(final String value) {
            folder = value;
            return this;
        }

        /** Sets the session of requests that name none; {@link #DEFAULT_SESSION} if not called. */
        public Builder session(final String value) {
            session = value;
            return this;
        }

        /** Sets whether the sessions that requests name are ignored; they count if not called. */
        public Builder fixedSession(final boolean value) {
            fixedSession = value;
            return this;
        }

        /** Sets the Host that the upstream gets; null, as if not called, for the target's own. */
        public Builder hostHeader(final String value) {
            hostHeader = value;
            return this;
        }

        /** Sets the path that the proxy itself answers with 200; null, as if not called, for none. */
        public Builder healthPath(final String value) {
            healthPath = value;
            return this;
        }

        /**
         * Sets changes to the headers of upstream responses, made before they are stored and forwarded; none if not
         * called.
         */
        public Builder replacements(final List<ResponseHeaderReplacement> value) {
            replacements = value;
            return this;
        }

        /** Sets what is redacted and what makes up a request's key; {@link EndpointPolicy#defaults} if not called. */
        public Builder policy(final EndpointPolicy value) {
            policy = value;
            return this;
        }

        /** {@return the endpoint, checked} */
        public EndpointConfig build() {
            return new EndpointConfig(name, mode, listen, target, tls, folder, session, fixedSession, hostHeader,
                    healthPath, replacements, policy);
        }
    }
}
