package io.ouli.proxy.cli;

import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.ProxyServer;
import io.ouli.proxy.config.Choices;

/**
 * {@code ouli record}, {@code replay}, {@code auto} and {@code passthrough}: serves until a signal comes, says when it
 * is ready and where, and at the end what was kept.
 */
final class ServeCommand implements Command {
    private final Mode mode;

    ServeCommand(final String name) {
        mode = Choices.parse(Mode.class, name);
    }

    @Override
    public Syntax syntax() {
        final Syntax syntax = new Syntax("ouli " + Choices.spell(mode), summary());
        if (mode != Mode.REPLAY) {
            syntax.option("--target", "URL", "The upstream, http or https; its path is put before the request's.");
        }
        syntax.option("--listen", "PORT", "Port to listen on, or HOST:PORT. 0 takes a free one; it is printed.")
                .option("--bind", "ADDR", "Address to listen on. Default: 127.0.0.1, this machine only.")
                .option("--dir", "DIR", "Folder of the recordings. Default: recordings.")
                .option("--config", "FILE", "YAML file with several endpoints, see docs/CONFIG.md;"
                        + " google/test-server's file works as it is. Flags win over the file.")
                .option("--session", "NAME", "Session of requests that name none in X-Ouli-Test-Name or Test-Name."
                        + " Default: default.");
        if (mode != Mode.RECORD) {
            syntax.option("--miss-status", "N", "Status of the reply to a request that was never recorded."
                    + " Default: 404.");
        }
        return syntax.option("--transport", "NAME", "auto, io_uring or nio. Default: auto, the fastest that the"
                        + " machine allows.")
                .option("--workers", "N", "Threads that serve; auto for one a core. Default: 1.")
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
        final ProxyConfig config = new ProxyAssembly(mode, arguments).assemble();
        final ServeReport report = new ServeReport(console, arguments.flag("--json"));
        final ProxyServer server = ProxyServer.start(config);
        final Termination termination = Termination.arm(() -> close(console, server, report));
        report.ready(config, server);
        termination.await();
        return ExitCode.OK;
    }

    private static int close(final Console console, final ProxyServer server, final ServeReport report) {
        try {
            server.close();
            report.closed();
            return ExitCode.OK;
        } catch (final OuliException e) {
            console.error(e.getMessage());
            return ExitCode.NOT_KEPT;
        }
    }
}
