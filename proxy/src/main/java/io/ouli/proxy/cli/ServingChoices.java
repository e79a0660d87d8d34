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
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.config.ByteSize;
import io.ouli.proxy.config.FileConfig;
import io.ouli.proxy.config.ListenAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What holds for all endpoints: what was typed, over what the file states, over the defaults. */
final class ServingChoices {
    private static final String DEFAULT_DIR = "recordings";

    private final Mode mode;
    private final Arguments arguments;
    /** Null without one. */
    private final FileConfig file;

    ServingChoices(final Mode mode, final Arguments arguments, final FileConfig file) {
        this.mode = mode;
        this.arguments = arguments;
        this.file = file;
    }

    EngineConfig engine() {
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

    private Long residentBudget() {
        final String typed = arguments.text("--resident-budget");
        try {
            return typed == null ? null : ByteSize.parse(typed);
        } catch (final IllegalArgumentException e) {
            throw arguments.wrong("--resident-budget " + e.getMessage());
        }
    }

    TransportOptions transport() {
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

    int workers() {
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

    /** Checks what was typed against this machine's processors at once, so that a mistake is one of usage. */
    String pin() {
        final String typed = first(arguments.text("--pin"), file == null ? null : file.pin(), ProxyConfig.NO_PINNING);
        try {
            Cpus.choose(typed, workers());
            return typed;
        } catch (final OuliException e) {
            throw usage(e.getMessage());
        }
    }

    InetSocketAddress admin() {
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

    int missStatus() {
        return either(mode == Mode.RECORD ? null : arguments.number("--miss-status", 200, 599),
                file == null ? null : file.missStatus(), ProxyConfig.DEFAULT_MISS_STATUS);
    }

    static CliException usage(final String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    /** {@return what was typed, or what the file states, or what is usual} */
    private static <T> T either(final T typed, final T stated, final T usual) {
        return typed != null ? typed : stated != null ? stated : usual;
    }

    /** {@return the first that is there, or null} */
    static String first(final String... choices) {
        for (final String choice : choices) {
            if (choice != null) {
                return choice;
            }
        }
        return null;
    }
}
