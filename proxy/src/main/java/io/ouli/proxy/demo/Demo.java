package io.ouli.proxy.demo;

import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.recording.SessionNames;
import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.ProxyServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Records a sample upstream through the proxy, stops it, replays everything, compares every byte, and measures. */
public final class Demo {
    private static final int RECORDING_CONNECTIONS = 4;

    private final DemoOptions options;
    private final Consumer<String> progress;
    private final DemoTraffic traffic = new DemoTraffic(DemoCorpus.requests());

    /**
     * Makes a demonstration.
     *
     * @param options  how it is run.
     * @param progress is told what is being done, for people who wait.
     */
    public Demo(final DemoOptions options, final Consumer<String> progress) {
        this.options = options;
        this.progress = progress;
    }

    /**
     * Runs it all, in about two and a half times {@link DemoOptions#measure} and a second.
     *
     * @throws OuliException if it cannot be run here.
     */
    public DemoResult run() {
        try {
            final long recordNanos = record();
            return replay(recordNanos);
        } catch (final IOException e) {
            throw new OuliException("the demonstration was cut short: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OuliException("the demonstration was interrupted", e);
        }
    }

    private long record() throws IOException, InterruptedException {
        final InetSocketAddress upstreamAddress;
        final long nanos;
        try (DemoUpstream upstream = new DemoUpstream()) {
            upstreamAddress = upstream.address();
            try (ProxyServer proxy = ProxyServer.start(config(Mode.RECORD, upstreamAddress))) {
                progress.accept("recording " + traffic.interactions() + " interactions");
                final long begin = System.nanoTime();
                traffic.record(proxy.addresses().getFirst(), RECORDING_CONNECTIONS);
                nanos = System.nanoTime() - begin;
            }
        }
        try (Socket socket = new Socket(upstreamAddress.getAddress(), upstreamAddress.getPort())) {
            throw new OuliException("the sample upstream still answers at " + socket.getRemoteSocketAddress());
        } catch (final IOException refused) {
            progress.accept("the upstream is stopped");
        }
        return nanos;
    }

    private DemoResult replay(final long recordNanos) throws IOException, InterruptedException {
        try (ProxyServer proxy = ProxyServer.start(config(Mode.REPLAY, null))) {
            final InetSocketAddress address = proxy.addresses().getFirst();
            progress.accept("replaying and comparing " + traffic.interactions() + " interactions");
            final long begin = System.nanoTime();
            traffic.verify(address, RECORDING_CONNECTIONS);
            final long verifyNanos = System.nanoTime() - begin;
            final DemoMeasurement measurement = new DemoMeasurement(traffic.exchanges(address), address);
            if (traffic.differences().isEmpty()) {
                progress.accept("measuring latency over one connection");
                measurement.latency(options.measure());
                progress.accept("measuring throughput over " + options.connections() + " connections");
                measurement.throughput(options.measure(), options.connections());
            }
            traffic.differences().addAll(measurement.differences());
            final Path recording = SessionNames.file(options.directory(), DemoOptions.SESSION);
            return new DemoResult(traffic.requests(), traffic.kinds(), traffic.interactions(), recordNanos,
                    verifyNanos, List.copyOf(traffic.differences()), measurement.compared(),
                    measurement.latencyResult(), measurement.throughputResult(), options.connections(),
                    proxy.transportDescription(), recording, Files.size(recording));
        }
    }

    private ProxyConfig config(final Mode mode, final InetSocketAddress upstream) {
        final URI target = upstream == null ? null
                : URI.create("http://" + upstream.getAddress().getHostAddress() + ":" + upstream.getPort());
        return ProxyConfig.builder()
                .engine(EngineConfig.builder(options.directory()).mode(mode).existing(ExistingPolicy.REPLACE).build())
                .transport(options.transport())
                .endpoint(EndpointConfig.builder()
                        .mode(mode)
                        .port(0)
                        .target(target)
                        .session(DemoOptions.SESSION)
                        .build())
                .build();
    }
}
