package io.ouli.proxy;

import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.core.CoreThread;
import io.ouli.engine.core.Cpus;
import io.ouli.engine.core.Sha256;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.metrics.Latencies;
import io.ouli.engine.metrics.PerformanceMonitor;
import io.ouli.engine.transport.TransportException;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.proxy.admin.AdminServer;
import io.ouli.proxy.admin.Observed;
import io.ouli.proxy.server.MissLog;
import io.ouli.proxy.worker.EventLoop;
import io.ouli.proxy.worker.LoopNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A running proxy: listeners, workers and the engine behind them. */
public final class ProxyServer implements AutoCloseable {
    private static final Duration ABANDON_TIMEOUT = Duration.ofSeconds(2);
    private static final long HOUSEKEEPING_SECONDS = 30;
    /** By then the first requests have been answered, and what the start did without can be loaded. */
    private static final long SETTLE_SECONDS = 1;
    private static final int SPARE_CONNECTIONS = 64;

    private record Worker(EventLoop loop, WorkerStartup startup, CoreThread thread) {
    }

    private final ProxyConfig config;
    private final LoopNetwork network;
    private final Engine engine;
    private final UpstreamClients upstreams;
    private final Thread housekeeping = Thread.ofPlatform().daemon().name("ouli-housekeeping")
            .unstarted(this::keepHouse);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Worker> workers = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private final long startNanos = System.nanoTime();
    private AdminServer admin;
    private boolean closed;

    private ProxyServer(final ProxyConfig config, final LoopNetwork network, final UpstreamClients upstreams,
            final Engine engine) {
        this.config = config;
        this.network = network;
        this.upstreams = upstreams;
        this.engine = engine;
    }

    /**
     * Opens the recordings, binds every endpoint and starts serving.
     *
     * @return the running proxy; every port is bound when this returns.
     * @throws OuliException if a port is in use, a folder cannot be opened, or a recording exists that must not be
     *                       touched; nothing is left running then.
     */
    public static ProxyServer start(final ProxyConfig config) {
        return start(config, LoopNetwork.REAL);
    }

    /** Starts on a network that a test controls. */
    static ProxyServer start(final ProxyConfig config, final LoopNetwork network) {
        // The certificates first: a file that cannot be used leaves nothing behind.
        final UpstreamClients upstreams = new UpstreamClients(config);
        final ProxyServer server = new ProxyServer(config, network, upstreams, Engine.open(engineConfig(config)));
        try {
            server.engine.sayClientsAreServed();
            server.start();
            return server;
        } catch (final RuntimeException e) {
            try {
                server.close();
            } catch (final RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** {@return the mode that serves all endpoints: a recording one if any endpoint records} */
    private static EngineConfig engineConfig(final ProxyConfig config) {
        final Set<Mode> modes = new HashSet<>();
        for (final EndpointConfig endpoint : config.endpoints()) {
            modes.add(endpoint.mode());
        }
        final Mode mode = modes.contains(Mode.RECORD) ? Mode.RECORD
                : modes.contains(Mode.AUTO) ? Mode.AUTO
                : modes.contains(Mode.PASSTHROUGH) ? Mode.PASSTHROUGH : Mode.REPLAY;
        final EngineConfig given = config.engine();
        return new EngineConfig(given.directory(), mode, given.existing(), given.durability(),
                given.commitIntervalNanos(), given.matchMode(), given.exhausted(), given.clock(), given.maxSessions(),
                given.residentBudgetBytes());
    }

    private void start() {
        final boolean sharePorts = config.workers() > 1;
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (final EndpointConfig endpoint : config.endpoints()) {
            addresses.add(endpoint.listen());
        }
        if (sharePorts) {
            addresses.forEach(ProxyServer::checkFree);
        }
        final int[] cpus = Cpus.choose(config.pin(), config.workers());
        final WorkerStartup.Shared shared = new WorkerStartup.Shared(config, engine, upstreams, new MissLog());
        for (int i = 0; i < config.workers(); i++) {
            final WorkerStartup startup = new WorkerStartup(shared, addresses, sharePorts, latencies.newRecorder());
            final EventLoop loop = new EventLoop("ouli-worker-" + i, transportOptions(), network, startup);
            workers.add(new Worker(loop, startup, CoreThread.start(loop, loop::wakeup, cpus[i])));
            addresses = startup.boundAddresses();
        }
        if (config.admin() != null) {
            admin = AdminServer.start(config.admin(), observed());
        }
        // After the ports: a port in use leaves no empty recording behind.
        for (final EndpointConfig endpoint : config.endpoints()) {
            if (endpoint.mode() == Mode.RECORD || endpoint.mode() == Mode.AUTO) {
                engine.prepareRecording(engine.session(endpoint.defaultSession()), endpoint.policy());
            }
        }
        housekeeping.start();
    }

    /** A thread with a pause, and no scheduler: to load one takes a start longer than to start the thread. */
    private void keepHouse() {
        try {
            long next = System.nanoTime() + TimeUnit.SECONDS.toNanos(HOUSEKEEPING_SECONDS);
            boolean settled = false;
            while (!stopped.await(settled ? HOUSEKEEPING_SECONDS : SETTLE_SECONDS, TimeUnit.SECONDS)) {
                settled = Sha256.useJdkWhenWorthwhile();
                if (System.nanoTime() - next >= 0) {
                    closeIdle();
                    next = System.nanoTime() + TimeUnit.SECONDS.toNanos(HOUSEKEEPING_SECONDS);
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeIdle() {
        workers.forEach(worker -> worker.loop().execute(worker.startup()::releaseIdle));
        engine.closeIdle();
    }

    private Observed observed() {
        final Mode mode = engine.config().mode();
        return new Observed(engine, mode == Mode.RECORD || mode == Mode.AUTO, transportDescription(),
                workers.stream().map(worker -> new Observed.Worker(
                        worker.loop().counters(), worker.startup().transportCounters())).toList(),
                latencies, newPerformanceMonitor());
    }

    /** A worker's table holds its clients, the upstream connections they may need, and those being refused. */
    private TransportOptions transportOptions() {
        boolean upstreams = false;
        for (final EndpointConfig endpoint : config.endpoints()) {
            upstreams |= endpoint.mode() != Mode.REPLAY;
        }
        final int clients = config.transport().maxConnections();
        return config.transport().withMaxConnections(
                Math.min(clients * (upstreams ? 2 : 1) + SPARE_CONNECTIONS, Math.max(clients, 1 << 20)));
    }

    /** Ports that workers share can be bound twice: somebody else's process would be missed. */
    private static void checkFree(final InetSocketAddress address) {
        if (address.getPort() == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(address);
        } catch (final IOException e) {
            throw new TransportException("cannot listen on " + address.getAddress().getHostAddress() + ":"
                    + address.getPort() + ": " + e.getMessage() + "; stop the other process or choose another port", e);
        }
    }

    /**
     * {@return the addresses that the endpoints are bound to, in the configuration's order, with their actual ports}
     */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(workers.getFirst().startup().boundAddresses());
    }

    /** {@return the address of the admin port, or null if there is none} */
    public InetSocketAddress adminAddress() {
        return admin == null ? null : admin.address();
    }

    /** {@return one line for people: the transport in use and, if a faster one is not available, why} */
    public String transportDescription() {
        return workers.getFirst().startup().transportDescription();
    }

    /** Keeps one worker's thread busy with a task, for tests. */
    void occupy(final int worker, final Runnable task) {
        workers.get(worker).loop().execute(task);
    }

    /** {@return the counters of each worker, readable while it runs} */
    public List<Counters> counters() {
        return workers.stream().map(worker -> worker.loop().counters()).toList();
    }

    /**
     * Creates a monitor of throughput, memory and latency, which counts from the turn in which a request is taken until
     * its reply is with the kernel. Any thread may use it while the workers work.
     */
    public PerformanceMonitor newPerformanceMonitor() {
        return new PerformanceMonitor(latencies, startNanos);
    }

    /** {@return the engine that all workers use} */
    public Engine engine() {
        return engine;
    }

    /**
     * Stops accepting, lets exchanges in progress finish within {@link ProxyTimeouts#drain}, cuts off the rest, and
     * seals the recordings. Idempotent.
     *
     * @throws OuliException if a recording could not be sealed; everything is closed nevertheless.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopped.countDown();
        if (admin != null) {
            admin.close();
        }
        onEveryWorker(config.timeouts().drain(), (worker, latch) -> worker.startup().drain(worker.loop(), latch));
        onEveryWorker(ABANDON_TIMEOUT, (worker, latch) -> {
            worker.startup().abandon();
            latch.run();
        });
        workers.forEach(worker -> worker.thread().close());
        upstreams.close();
        engine.close();
    }

    private interface WorkerTask {
        void run(Worker worker, Runnable done);
    }

    private void onEveryWorker(final Duration timeout, final WorkerTask task) {
        final CountDownLatch latch = new CountDownLatch(workers.size());
        for (final Worker worker : workers) {
            final Runnable done = once(latch::countDown);
            worker.loop().execute(() -> task.run(worker, done));
        }
        try {
            if (!latch.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                System.getLogger(ProxyServer.class.getName()).log(System.Logger.Level.DEBUG,
                        "a worker was still busy after " + timeout);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Runnable once(final Runnable action) {
        return new Runnable() {
            private boolean done;

            @Override
            public synchronized void run() {
                if (!done) {
                    done = true;
                    action.run();
                }
            }
        };
    }
}
