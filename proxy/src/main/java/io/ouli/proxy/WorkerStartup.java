package io.ouli.proxy;

import com.google.re2j.Pattern;
import io.ouli.engine.Engine;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.metrics.LatencyRecorder;
import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.TransportCounters;
import io.ouli.proxy.server.Endpoint;
import io.ouli.proxy.server.HeaderReplacement;
import io.ouli.proxy.server.MissLog;
import io.ouli.proxy.server.ResponseRewriter;
import io.ouli.proxy.server.Route;
import io.ouli.proxy.server.ServerSettings;
import io.ouli.proxy.server.ServerTimeouts;
import io.ouli.proxy.server.ServerWorker;
import io.ouli.proxy.upstream.Upstream;
import io.ouli.proxy.worker.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Builds one worker on its own thread: its routes, its upstreams and its listeners. */
final class WorkerStartup implements EventLoop.Startup {
    /** What all workers share. */
    record Shared(ProxyConfig config, Engine engine, UpstreamClients upstreams, MissLog misses) {
    }

    private static final long LEAST_REQUEST_MEMORY = 64L << 20;

    private final Shared shared;
    private final List<InetSocketAddress> listenAddresses;
    private final boolean sharePorts;
    private final LatencyRecorder latency;
    private final List<Upstream> upstreams = new ArrayList<>();
    private final List<Integer> listeners = new ArrayList<>();
    private final List<InetSocketAddress> boundAddresses = new ArrayList<>();
    private ServerWorker server;
    private String transportDescription;
    private TransportCounters transportCounters;

    /**
     * Creates what builds a worker.
     *
     * @param listenAddresses of the endpoints, in order.
     * @param sharePorts      whether other workers listen there too.
     * @param latency         takes the times of its requests.
     */
    WorkerStartup(final Shared shared, final List<InetSocketAddress> listenAddresses, final boolean sharePorts,
            final LatencyRecorder latency) {
        this.latency = latency;
        this.shared = shared;
        this.listenAddresses = listenAddresses;
        this.sharePorts = sharePorts;
    }

    @Override
    public void onStart(final EventLoop loop) {
        final ProxyConfig config = shared.config();
        server = new ServerWorker(loop, shared.engine(), settings(config, shared.misses()), latency);
        final ListenOptions options = new ListenOptions(ListenOptions.DEFAULT.backlog(), sharePorts);
        for (int i = 0; i < config.endpoints().size(); i++) {
            final Route route = route(loop, config.endpoints().get(i));
            final int listener = loop.transport().listen(listenAddresses.get(i), options);
            server.serve(listener, route);
            listeners.add(listener);
            boundAddresses.add(loop.transport().localAddress(listener));
        }
        transportDescription = loop.transport().description();
        transportCounters = loop.transport().counters();
    }

    private static ServerSettings settings(final ProxyConfig config, final MissLog misses) {
        final ProxyTimeouts timeouts = config.timeouts();
        return new ServerSettings(
                new ServerTimeouts(timeouts.header().toNanos(), timeouts.body().toNanos(), timeouts.idle().toNanos(),
                        timeouts.send().toNanos()),
                config.transport().maxConnections(),
                Math.max(LEAST_REQUEST_MEMORY, Runtime.getRuntime().maxMemory() / 4 / config.workers()),
                config.missStatus(),
                config.engine().durability() == Durability.EACH,
                misses,
                ServerSettings.LOOK_AHEAD_SLOTS);
    }

    private Route route(final EventLoop loop, final EndpointConfig config) {
        final Engine engine = shared.engine();
        final Mode mode = config.mode();
        final Recorder recorder = mode == Mode.RECORD || mode == Mode.AUTO
                ? engine.newRecorder(config.policy(), () -> loop.execute(() -> server.onCommitted())) : null;
        return new Route(
                new Endpoint(config.name(), mode, config.prefix(), config.session(), config.fixedSession(),
                        config.healthPath(), config.policy()),
                mode == Mode.RECORD ? null : engine.newDeferringReplayer(config.policy()),
                recorder,
                mode == Mode.REPLAY ? null : upstream(loop, config),
                new ResponseRewriter(replacements(config)));
    }

    private static List<HeaderReplacement> replacements(final EndpointConfig config) {
        final List<HeaderReplacement> replacements = new ArrayList<>();
        for (final ResponseHeaderReplacement each : config.replacements()) {
            replacements.add(new HeaderReplacement(
                    each.header(), Pattern.compile(each.regex()), each.replacement()));
        }
        return List.copyOf(replacements);
    }

    private Upstream upstream(final EventLoop loop, final EndpointConfig config) {
        final Upstream upstream = shared.upstreams().open(loop, config);
        upstreams.add(upstream);
        return upstream;
    }

    /**
     * Stops to accept and closes connections as they become idle, the clients' first, then those to upstreams; on the
     * worker's thread.
     */
    void drain(final EventLoop loop, final Runnable whenDrained) {
        listeners.forEach(loop.transport()::closeListener);
        listeners.clear();
        server.drain(() -> drainUpstreams(whenDrained));
    }

    private void drainUpstreams(final Runnable whenDrained) {
        final Runnable last = new Runnable() {
            private int left = upstreams.size();

            @Override
            public void run() {
                left--;
                if (left == 0) {
                    whenDrained.run();
                }
            }
        };
        if (upstreams.isEmpty()) {
            whenDrained.run();
        }
        upstreams.forEach(upstream -> upstream.drain(last));
    }

    /** Lets go of what is idle; on the worker's thread. */
    void releaseIdle() {
        server.releaseIdle();
    }

    /** Gives up on everything under way; on the worker's thread. */
    void abandon() {
        if (server != null) {
            server.abandon();
        }
        upstreams.forEach(Upstream::close);
    }

    TransportCounters transportCounters() {
        return transportCounters;
    }

    List<InetSocketAddress> boundAddresses() {
        return boundAddresses;
    }

    String transportDescription() {
        return transportDescription;
    }
}
