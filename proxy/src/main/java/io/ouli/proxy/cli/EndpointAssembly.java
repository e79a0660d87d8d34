package io.ouli.proxy.cli;

import io.ouli.engine.Mode;
import io.ouli.engine.recording.SessionNames;
import io.ouli.engine.redaction.Secrets;
import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.UpstreamTls;
import io.ouli.proxy.config.FileConfig;
import io.ouli.proxy.config.FileEndpoint;
import io.ouli.proxy.config.ListenAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the endpoints' configurations of what was typed, the file if there is one, and the defaults; in that order. */
final class EndpointAssembly {
    private final Mode mode;
    private final Arguments arguments;
    private final Secrets secrets;
    /** Null without one. */
    private final FileConfig file;

    EndpointAssembly(final Mode mode, final Arguments arguments, final Secrets secrets, final FileConfig file) {
        this.mode = mode;
        this.arguments = arguments;
        this.secrets = secrets;
        this.file = file;
    }

    /** {@return every endpoint: the file's, or without a file the one that was typed} */
    List<EndpointConfig> endpoints() {
        if (file == null) {
            return List.of(typedEndpoint());
        }
        // Without lambdas: each would be made while a client waits for the first reply.
        final List<EndpointConfig> endpoints = new ArrayList<>();
        for (final FileEndpoint endpoint : file.endpoints()) {
            endpoints.add(fileEndpoint(endpoint, file.endpoints().size() == 1));
        }
        return endpoints;
    }

    private EndpointConfig typedEndpoint() {
        if (listen() == null) {
            throw arguments.wrong("--listen is missing; give a port such as 8080, or 0 for a free one");
        }
        if (mode != Mode.REPLAY && target() == null) {
            throw arguments.wrong("--target is missing; give the upstream's URL, such as https://api.example.com");
        }
        return EndpointConfig.builder()
                .mode(mode)
                .listen(listen())
                .policy(PolicyFlags.typed(arguments, secrets, target()))
                .target(target())
                .tls(tls(UpstreamTls.DEFAULT, target()))
                .session(ServingChoices.first(session(), EndpointConfig.DEFAULT_SESSION))
                .build();
    }

    private EndpointConfig fileEndpoint(final FileEndpoint endpoint, final boolean only) {
        if (!only && (listen() != null || target() != null)) {
            throw ServingChoices.usage("--listen and --target are for one endpoint, and " + file.file()
                    + " has several; leave them out");
        }
        final InetSocketAddress listen = listen() == null ? endpoint.listen() : listen();
        final URI upstream = target() == null ? endpoint.target() : target();
        if (listen == null) {
            throw missing(endpoint, "listen", "a port such as 8080");
        }
        if (upstream == null && mode != Mode.REPLAY) {
            throw missing(endpoint, "target", "the upstream's URL");
        }
        return EndpointConfig.builder()
                .name(endpoint.name() == null ? endpoint.where() : endpoint.name())
                .mode(mode)
                .listen(listen)
                .target(mode == Mode.REPLAY ? null : upstream)
                .tls(tls(endpoint.tls(), upstream))
                .folder(only ? "" : folder(endpoint, listen))
                .session(ServingChoices.first(session(), endpoint.session(), file.session(),
                        EndpointConfig.DEFAULT_SESSION))
                .fixedSession(endpoint.fixedSession())
                .hostHeader(endpoint.hostHeader())
                .healthPath(endpoint.health())
                .replacements(endpoint.replacements())
                .policy(endpoint.policy())
                .build();
    }

    /** Endpoints side by side keep their sessions apart: two upstreams may be asked for the same path. */
    private static String folder(final FileEndpoint endpoint, final InetSocketAddress listen) {
        if (endpoint.name() != null) {
            return endpoint.name();
        }
        return listen.getPort() == 0 ? endpoint.where().replaceAll("[^A-Za-z0-9]+", "") : "port-" + listen.getPort();
    }

    /** {@return the session that the command line names, or null} */
    private String session() {
        final String typed = arguments.text("--session");
        if (typed != null && !SessionNames.isValid(typed)) {
            throw arguments.wrong("--session '" + typed
                    + "' is no session's name; use segments of A-Z a-z 0-9 . _ - joined by /");
        }
        return typed;
    }

    /** {@return where the command line says to listen, or null} */
    private InetSocketAddress listen() {
        final String typed = arguments.text("--listen");
        final String bind = ServingChoices.first(arguments.text("--bind"), file == null ? null : file.bind());
        try {
            return typed == null ? null : ListenAddress.parse(typed, bind);
        } catch (final IllegalArgumentException e) {
            throw arguments.wrong("--listen " + e.getMessage());
        }
    }

    /** {@return what was typed of TLS, over what the file states} */
    private UpstreamTls tls(final UpstreamTls stated, final URI upstream) {
        if (mode == Mode.REPLAY) {
            return UpstreamTls.DEFAULT;
        }
        final String ca = arguments.text("--upstream-ca");
        final boolean insecure = arguments.flag("--upstream-insecure");
        final boolean http2 = arguments.flag("--upstream-http2");
        if (ca == null && !insecure && !http2) {
            return stated;
        }
        if (ca != null && insecure) {
            throw arguments.wrong("--upstream-ca and --upstream-insecure contradict each other; keep one");
        }
        if (!"https".equalsIgnoreCase(upstream.getScheme())) {
            throw arguments.wrong((ca != null ? "--upstream-ca" : insecure ? "--upstream-insecure" : "--upstream-http2")
                    + " is for https, and the target is " + upstream);
        }
        final boolean trustTyped = ca != null || insecure;
        return new UpstreamTls(trustTyped ? ca == null ? null : Path.of(ca) : stated.ca(),
                trustTyped ? insecure : stated.insecure(), http2 || stated.http2());
    }

    /** {@return the upstream that the command line names, or null} */
    private URI target() {
        final String typed = mode == Mode.REPLAY ? null : arguments.text("--target");
        if (typed == null) {
            return null;
        }
        try {
            final URI uri = new URI(typed);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (final URISyntaxException ignored) {
            // Told below, as for a text without a host.
        }
        throw arguments.wrong("--target must be a URL such as https://api.example.com, not '" + typed + "'");
    }

    private CliException missing(final FileEndpoint endpoint, final String key, final String what) {
        return ServingChoices.usage(file.file() + ": '" + endpoint.where() + "." + key + "' is missing; state " + what);
    }
}
