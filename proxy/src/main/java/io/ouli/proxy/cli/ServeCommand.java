package io.ouli.proxy.cli;

import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.RecordingFailedException;
import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.core.Sha256;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.ProxyServer;
import io.ouli.proxy.config.Choices;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code ouli record}, {@code replay}, {@code auto} and {@code passthrough}: serves until a signal comes, says when it
 * is ready and where, and at the end what was kept.
 */
final class ServeCommand implements Command {
    private static final Logger LOGGER = new LazyLogger(ServeCommand.class);

    private static final long SETTLE_MILLIS = 200;
    /** Of the sessions that were not recorded to the end. */
    private static final int MOST_NAMED = 10;

    private final Mode mode;

    ServeCommand(final String name) {
        // By hand: to ask an enumeration for its constants takes reflection, and that takes half a millisecond.
        mode = switch (name) {
            case "record" -> Mode.RECORD;
            case "replay" -> Mode.REPLAY;
            case "auto" -> Mode.AUTO;
            case "passthrough" -> Mode.PASSTHROUGH;
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Override
    public Syntax syntax() {
        final Syntax syntax = new Syntax("ouli " + Choices.spell(mode), summary());
        if (mode != Mode.REPLAY) {
            syntax.option("--target", "URL", "The upstream, http or https; its path is put before the request's.")
                    .option("--upstream-ca", "FILE", "PEM file of the certificates to trust in an https upstream,"
                            + " instead of the system's.")
                    .flag("--upstream-insecure", "Trust whoever answers for an https upstream. For tests only.")
                    .flag("--upstream-http2", "Speak HTTP/2 to an https upstream that offers it; the order of fields,"
                            + " chunks and trailers are lost. Default: HTTP/1.1.");
        }
        syntax.option("--listen", "PORT", "Port to listen on, or HOST:PORT. 0 takes a free one; it is printed.")
                .option("--bind", "ADDR", "Address to listen on. Default: 127.0.0.1, this machine only.")
                .option("--dir", "DIR", "Folder of the recordings. Default: recordings.")
                .option("--config", "FILE", "YAML file with several endpoints, see docs/CONFIG.md;"
                        + " google/test-server's file works as it is. Flags win over the file.")
                .option("--session", "NAME", "Session of requests that name none in X-Ouli-Test-Name or Test-Name."
                        + " Default: default.");
        if (mode == Mode.RECORD) {
            syntax.option("--existing", "WHAT", "A session that has a recording: fail, append or replace."
                    + " Default: fail.");
            syntax.option("--match", "MODE", "test-server: keep google/test-server's hash of each request, so that"
                    + " replay can match by it. Default: key, which keeps nothing.");
        } else {
            syntax.option("--match", "MODE", "key: any order, equal requests in the recorded order; strict: the"
                            + " recorded order alone; test-server: google/test-server's own hash. Default: key.")
                    .option("--exhausted", "WHAT", "When all replies to a request were used: repeat the last, or miss."
                            + " Default: repeat.")
                    .option("--miss-status", "N", "Status of the reply to a request that was never recorded."
                            + " Default: 404.");
        }
        if (mode == Mode.RECORD || mode == Mode.AUTO) {
            syntax.option("--durability", "WHEN", "When an interaction is on disk: none, interval (50 ms) or each,"
                    + " before its reply ends. Default: interval.");
        }
        PolicyFlags.addRules(syntax)
                .footer("SIGTERM and Ctrl-C seal the recordings and exit 0; a second one exits at once.");
        return syntax.option("--transport", "NAME", "auto, io_uring or nio. Default: auto, the fastest that the"
                        + " machine allows.")
                .option("--workers", "N", "Threads that serve; auto for one a core. Default: 1.")
                .option("--pin", "CORES", "Pin each worker to a core of its own: auto, or a list such as 0,2-3."
                        + " Default: none.")
                .flag("--busy-poll", "Never sleep: the lowest latency, for a whole core a worker.")
                .option("--max-connections", "N", "Client connections that a worker serves at once; one too many is"
                        + " answered 503. Default: 4096.")
                .option("--resident-budget", "SIZE", "How much of the recordings is kept in memory, such as 512m or 2g;"
                        + " replies beyond are read from the disk when they are asked for. Default: 1g.")
                .option("--admin", "PORT", "Port for /health, /metrics, /sessions, /reset and /seal, on this machine"
                        + " only. 0 takes a free one; it is printed.")
                .flag("--json", "Print what happens as one JSON object a line.");
    }

    private String summary() {
        return switch (mode) {
            case RECORD -> "Forward requests to an upstream and record what it replies.";
            case REPLAY -> "Answer requests from recordings; never touch an upstream.";
            case AUTO -> "Replay what was recorded before; forward and record everything else.";
            case PASSTHROUGH -> "Replay what was recorded; forward everything else without recording it.";
        };
    }

    @Override
    public int run(final Console console, final Arguments arguments) throws InterruptedException {
        final TransportChoice typed = arguments.choice("--transport", TransportChoice.class);
        if (mode == Mode.REPLAY) {
            Sha256.startEarly();
        }
        StartAhead.begin(typed != null ? typed
                : LaunchProfile.current().transport(mode, arguments.text("--workers") != null));
        final ProxyConfig config = new ProxyAssembly(mode, arguments).assemble();
        warnOfSecrets(console, config);
        warnOfTrust(console, config);
        if (mode == Mode.PASSTHROUGH && !Files.isDirectory(config.directory())) {
            console.note("warning: there is no folder " + config.directory() + ", so every request is forwarded");
        }
        final ServeReport report = new ServeReport(console, arguments.flag("--json"));
        final Serving serving = new Serving(console, report);
        final Termination termination = Termination.arm(serving::close);
        try {
            serving.start(config);
        } catch (final RuntimeException e) {
            termination.disarm();
            throw e;
        }
        if (console.out().checkError() && !tellsOtherwise(console, config)) {
            termination.disarm();
            serving.close();
            return ExitCode.CANNOT_START;
        }
        // Not before the first requests, which come about now, were answered.
        if (!termination.await(SETTLE_MILLIS)) {
            AotCache.current().reportRefusal(console);
        }
        termination.await();
        return ExitCode.OK;
    }

    /**
     * Says on the other stream what standard output did not take.
     *
     * @return false if that is a port that nobody can know now.
     */
    private static boolean tellsOtherwise(final Console console, final ProxyConfig config) {
        if (config.endpoints().stream().anyMatch(endpoint -> endpoint.listen().getPort() == 0)) {
            console.error("standard output cannot be written, so nobody can be told which port was taken; name one with"
                    + " --listen");
            return false;
        }
        console.note("warning: standard output cannot be written; the configured ports are open all the same");
        return true;
    }

    /** The running server; a signal that comes while it starts waits until it can be closed in order. */
    private static final class Serving {
        private final Console console;
        private final ServeReport report;
        private ProxyServer server;
        private ProxyConfig config;

        private Serving(final Console console, final ServeReport report) {
            this.console = console;
            this.report = report;
        }

        private synchronized void start(final ProxyConfig toServe) {
            config = toServe;
            server = ProxyServer.start(config);
            report.ready(config, server);
        }

        private synchronized int close() {
            if (server == null) {
                return ExitCode.OK;
            }
            try {
                server.close();
                report.closed();
                return ExitCode.OK;
            } catch (final RecordingFailedException e) {
                console.error(lacking(e.sessions()));
                report.closedWithout(e.sessions());
                return ExitCode.NOT_KEPT;
            } catch (final OuliException e) {
                console.error(e.getMessage());
                return ExitCode.NOT_KEPT;
            } finally {
                // Nobody searches any more: the secrets are overwritten.
                config.endpoints().forEach(endpoint -> endpoint.policy().redaction().close());
            }
        }
    }

    /** Why was logged when it happened, and stands above. */
    private static String lacking(final List<String> sessions) {
        final String named = sessions.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
        final int more = sessions.size() - MOST_NAMED;
        return "not recorded to the end, for the reason above: " + (sessions.size() == 1 ? "session " : "sessions ")
                + named + (more > 0 ? " and " + more + " more" : "");
    }

    private static void warnOfTrust(final Console console, final ProxyConfig config) {
        for (final EndpointConfig endpoint : config.endpoints()) {
            if (endpoint.mode() != Mode.REPLAY && endpoint.tls().insecure()) {
                console.note("WARNING: endpoint " + endpoint.name() + " does NOT check the certificate of "
                        + endpoint.target() + ": whoever answers is believed, and gets the requests' credentials;"
                        + " name the right certificates with --upstream-ca instead");
            }
        }
    }

    private void warnOfSecrets(final Console console, final ProxyConfig config) {
        for (final EndpointConfig endpoint : config.endpoints()) {
            LOGGER.log(Level.DEBUG, "endpoint " + endpoint.name() + " redacts: "
                    + endpoint.policy().redaction().description());
        }
        if (mode == Mode.REPLAY || mode == Mode.PASSTHROUGH) {
            return;
        }
        for (final EndpointConfig endpoint : config.endpoints()) {
            final RedactionPolicy redaction = endpoint.policy().redaction();
            redaction.warnings().forEach(warning -> console.note("warning: " + warning));
            if (Arrays.equals(redaction.hash(), RedactionPolicy.defaults().hash()) && redaction.secretCount() == 0) {
                console.note("warning: endpoint " + endpoint.name() + " redacts nothing but "
                        + String.join(", ", RedactionPolicy.DEFAULT_REQUEST_HEADERS)
                        + "; name your secrets in OULI_SECRETS or OULI_SECRETS_FILE");
            }
        }
    }
}
