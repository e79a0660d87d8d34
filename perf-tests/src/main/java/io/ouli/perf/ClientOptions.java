package io.ouli.perf;

import io.ouli.engine.OuliException;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.perf.load.LoadPlan;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the generator works, for every command that uses it. */
final class ClientOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = {"-c", "--connections"}, defaultValue = "64", description = "open connections (${DEFAULT-VALUE})")
    int connections;

    @Option(names = "--depth", defaultValue = "1",
            description = "requests under way on one connection at most (${DEFAULT-VALUE}: no pipelining)")
    int depth;

    @Option(names = "--threads", defaultValue = "1", description = "generator threads (${DEFAULT-VALUE})")
    int threads;

    @Option(names = "--warmup", defaultValue = "2s", converter = DurationConverter.class,
            description = "time before the measured part (${DEFAULT-VALUE})")
    Duration warmup;

    @Option(names = {"-d", "--duration"}, defaultValue = "10s", converter = DurationConverter.class,
            description = "time measured (${DEFAULT-VALUE})")
    Duration duration;

    @Option(names = "--timeout", defaultValue = "10s", converter = DurationConverter.class,
            description = "age at which a request has failed (${DEFAULT-VALUE})")
    Duration timeout;

    @Option(names = "--client-transport", defaultValue = "auto", paramLabel = "auto|io_uring|nio",
            description = "the generator's own transport (${DEFAULT-VALUE})")
    String transport;

    @Option(names = "--spin", defaultValue = "100", paramLabel = "MICROS",
            description = "waits shorter than this are spun, not slept (${DEFAULT-VALUE} µs)")
    long spinMicros;

    LoadPlan plan(final InetSocketAddress address, final double rate) {
        try {
            return new LoadPlan(address, rate, connections, depth, threads, warmup.toNanos(), duration.toNanos(),
                    timeout.toNanos(), spinMicros * 1_000, TransportChoice.parse(transport));
        } catch (final OuliException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    Map<String, String> settings() {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connections", Integer.toString(connections));
        settings.put("depth", Integer.toString(depth));
        settings.put("threads", Integer.toString(threads));
        settings.put("warmup", DurationConverter.format(warmup));
        settings.put("duration", DurationConverter.format(duration));
        settings.put("clientTransport", transport);
        return settings;
    }
}
