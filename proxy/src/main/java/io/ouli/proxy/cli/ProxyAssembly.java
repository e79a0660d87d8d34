package io.ouli.proxy.cli;

import io.ouli.engine.EngineConfig;
import io.ouli.engine.Limits;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.core.Cpus;
import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.recording.Residency;
import io.ouli.engine.recording.SessionNames;
import io.ouli.engine.redaction.Secrets;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.UpstreamTls;
import io.ouli.proxy.config.ByteSize;
import io.ouli.proxy.config.ConfigException;
import io.ouli.proxy.config.FileConfig;
import io.ouli.proxy.config.FileEndpoint;
import io.ouli.proxy.config.ListenAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes one proxy configuration of what was typed, the file if there is one, and the defaults; in that order. */
final class ProxyAssembly {
    private static final String DEFAULT_DIR = "recordings";

    private final Mode mode;
    private final Arguments arguments;
    private final Secrets secrets;
    private final FileConfig file;

    ProxyAssembly(final Mode mode, final Arguments arguments) {
        this.mode = mode;
        this.arguments = arguments;
        final String config = arguments.text("--config");
        this.secrets = PolicyFlags.secrets();
        this.file = config == null ? null : FileConfig.read(
                Path.of(config), redaction -> PolicyFlags.addTyped(arguments, secrets, redaction));
    }

    /** Returns the configuration. A {@link CliException} names the flag, or a ConfigException the file's line. */
    ProxyConfig assemble() {
        try (secrets) {
            return build();
        } catch (final CliException | ConfigException e) {
            throw e;
        } catch (final OuliException e) {
            // What a configuration's own checks refuse was typed or written by the user.
            throw new CliException(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    private ProxyConfig build() {
        final ProxyConfig.Builder builder = ProxyConfig.builder()
                .engine(engine())
                .workers(workers())
                .pin(pin())
                .admin(admin())
                .missStatus(missStatus())
                .transport(transport());
        if (file == null) {
            builder.endpoint(typedEndpoint());
        } else {
            final List<FileEndpoint> endpoints = file.endpoints();
            for (final FileEndpoint endpoint : endpoints) {
                builder.endpoint(fileEndpoint(endpoint, endpoints.size() == 1));
            }
        }
        return builder.build();
    }

    private EngineConfig engine() {
        final EngineConfig.Builder builder = EngineConfig.builder(directory()).mode(mode);
        if (mode == Mode.RECORD) {
            builder.existing(either(arguments.choice("--existing", ExistingPolicy.class),
                    file == null ? null : file.existing(), ExistingPolicy.FAIL));
        } else {
            builder.exhausted(either(arguments.choice("--exhausted", Exhausted.class),
                            file == null ? null : file.exhausted(), Exhausted.REPEAT));
        }
        builder.matchMode(either(arguments.choice("--match", MatchMode.class),
                file == null ? null : file.match(), MatchMode.KEY));
        if (mode == Mode.RECORD || mode == Mode.AUTO) {
            builder.durability(either(arguments.choice("--durability", Durability.class),
                    file == null ? null : file.durability(), Durability.INTERVAL));
        }
        builder.residentBudgetBytes(either(residentBudget(),
                file == null ? null : file.residentBudgetBytes(), Residency.DEFAULT_BUDGET_BYTES));
        if (file != null && file.commitIntervalMillis() != null) {
            builder.commitIntervalNanos(TimeUnit.MILLISECONDS.toNanos(file.commitIntervalMillis()));
        }
        return builder.build();
    }

    private Long residentBudget() {
        final String typed = arguments.text("--resident-budget");
        try {
            return typed == null ? null : ByteSize.parse(typed);
        } catch (final IllegalArgumentException e) {
            throw arguments.wrong("--resident-budget " + e.getMessage());
        }
    }

    private TransportOptions transport() {
        final boolean busyPoll = arguments.flag("--busy-poll") || file != null && Boolean.TRUE.equals(file.busyPoll());
        final TransportChoice asked = either(arguments.choice("--transport", TransportChoice.class),
                file == null ? null : file.transport(), null);
        final TransportOptions options = (asked != null ? TransportOptions.DEFAULT.withChoice(asked)
                : TransportOptions.DEFAULT.withChoice(
                        LaunchProfile.current().transport(mode, workers() > 1), LaunchProfile.NIO_REASON))
                .withMaxConnections(either(
                        arguments.number("--max-connections", 1, ProxyConfig.MAX_WORKER_CONNECTIONS),
                        file == null ? null : file.maxConnections(), Limits.MAX_CONNECTIONS));
        return busyPoll ? options.withSpinNanos(TransportOptions.BUSY_POLL) : options;
    }

    /** Checks what was typed against this machine's processors at once, so that a mistake is one of usage. */
    private String pin() {
        final String typed = first(arguments.text("--pin"), file == null ? null : file.pin(), ProxyConfig.NO_PINNING);
        try {
            Cpus.choose(typed, workers());
            return typed;
        } catch (final OuliException e) {
            throw usage(e.getMessage());
        }
    }

    private InetSocketAddress admin() {
        final String typed = first(arguments.text("--admin"), file == null ? null : file.admin());
        if (typed == null) {
            return null;
        }
        try {
            final InetSocketAddress address = ListenAddress.parse(typed, null);
            if (address.getAddress().isLoopbackAddress()) {
                return address;
            }
        } catch (final IllegalArgumentException e) {
            throw arguments.wrong("--admin " + e.getMessage());
        }
        throw arguments.wrong("--admin '" + typed + "' is not on this machine; the admin port knows no passwords, so"
                + " give a port alone");
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
                .session(first(session(), EndpointConfig.DEFAULT_SESSION))
                .build();
    }

    private EndpointConfig fileEndpoint(final FileEndpoint endpoint, final boolean only) {
        if (!only && (listen() != null || target() != null)) {
            throw usage("--listen and --target are for one endpoint, and " + file.file() + " has several; leave them"
                    + " out");
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
                .session(first(session(), endpoint.session(), file.session(),
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

    private Path directory() {
        final Path directory = Path.of(first(arguments.path("--dir"), file == null ? null : file.dir(), DEFAULT_DIR));
        if (mode == Mode.REPLAY && !Files.isDirectory(directory)) {
            throw usage("there is no folder " + directory + "; record into it first, or name another with --dir");
        }
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw usage(directory + " is not a folder; name another with --dir");
        }
        return directory;
    }

    private int workers() {
        final String text = first(arguments.text("--workers"), file == null ? null : file.workers(), "1");
        if (text.equals("auto")) {
            return Math.min(Runtime.getRuntime().availableProcessors(), ProxyConfig.MAX_WORKERS);
        }
        try {
            final int workers = Integer.parseInt(text);
            if (workers >= 1 && workers <= ProxyConfig.MAX_WORKERS) {
                return workers;
            }
        } catch (final NumberFormatException ignored) {
            // Told below, as for a number out of range.
        }
        throw arguments.wrong("--workers must be auto or a number from 1 to " + ProxyConfig.MAX_WORKERS + ", not '"
                + text + "'");
    }

    private int missStatus() {
        return either(mode == Mode.RECORD ? null : arguments.number("--miss-status", 200, 599),
                file == null ? null : file.missStatus(), ProxyConfig.DEFAULT_MISS_STATUS);
    }

    /** Returns the session that the command line names, or null. */
    private String session() {
        final String typed = arguments.text("--session");
        if (typed != null && !SessionNames.isValid(typed)) {
            throw arguments.wrong("--session '" + typed
                    + "' is no session's name; use segments of A-Z a-z 0-9 . _ - joined by /");
        }
        return typed;
    }

    /** Returns where the command line says to listen, or null. */
    private InetSocketAddress listen() {
        final String typed = arguments.text("--listen");
        final String bind = first(arguments.text("--bind"), file == null ? null : file.bind());
        try {
            return typed == null ? null : ListenAddress.parse(typed, bind);
        } catch (final IllegalArgumentException e) {
            throw arguments.wrong("--listen " + e.getMessage());
        }
    }

    /** Returns what was typed of TLS, over what the file states. */
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

    /** Returns the upstream that the command line names, or null. */
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
        return usage(file.file() + ": '" + endpoint.where() + "." + key + "' is missing; state " + what);
    }

    private static CliException usage(final String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    private static <T> T either(final T typed, final T stated, final T usual) {
        return typed != null ? typed : stated != null ? stated : usual;
    }

    private static String first(final String... choices) {
        for (final String choice : choices) {
            if (choice != null) {
                return choice;
            }
        }
        return null;
    }
}
