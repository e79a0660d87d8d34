package io.ouli.proxy.server;

import io.ouli.engine.Engine;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.LatencyRecorder;
import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.engine.transport.sim.SimNetwork;
import io.ouli.proxy.worker.EventLoop;
import io.ouli.proxy.worker.LoopNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** One worker of the proxy, whole, on a simulated network and its clock; driven turn by turn by the test's thread. */
final class SimulatedServer {
    /** Clients that are served at once. */
    static final int MAX_CLIENTS = 4;
    static final long HEADER_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final ServerTimeouts TIMEOUTS = new ServerTimeouts(
            HEADER_NANOS, HEADER_NANOS, TimeUnit.SECONDS.toNanos(30), TimeUnit.SECONDS.toNanos(10));
    private static final TransportOptions OPTIONS = TransportOptions.DEFAULT.withMaxConnections(MAX_CLIENTS + 8)
            .withReceiveBuffers(8, 2_048).withSendQuantumBytes(4_096);
    private static final int MOST_TURNS = 100_000;

    private final SimNetwork network;
    private final EventLoop loop;
    private ServerWorker worker;
    private InetSocketAddress address;
    private int listener;

    /** @param lookAheadSlots see {@link ServerSettings#lookAheadSlots}. */
    SimulatedServer(
            final SimNetwork network,
            final Engine engine,
            final int lookAheadSlots,
            final Function<EventLoop, Route> route) {
        this.network = network;
        loop = new EventLoop("simulated", OPTIONS, new LoopNetwork() {
            @Override
            public Transport open(final TransportOptions options, final TransportHandler handler) {
                return network.open(options, handler);
            }

            @Override
            public long nanoTime() {
                return network.nanoTime();
            }
        }, started -> {
            worker = new ServerWorker(started, engine,
                    new ServerSettings(TIMEOUTS, MAX_CLIENTS, 1 << 20, 404, false, new MissLog(line -> { }),
                            lookAheadSlots),
                    new LatencyRecorder());
            listener = started.transport().listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ListenOptions.DEFAULT);
            worker.serve(listener, route.apply(started));
            address = started.transport().localAddress(listener);
        });
        loop.onStart();
    }

    InetSocketAddress address() {
        return address;
    }

    void turn() {
        loop.doWork();
    }

    LookAhead lookAhead() {
        return worker.lookAhead();
    }

    long count(final Counter counter) {
        return loop.counters().get(counter);
    }

    /** Drains, and proves that nothing is left of anybody. */
    void close() {
        final boolean[] drained = new boolean[1];
        loop.transport().closeListener(listener);
        worker.drain(() -> drained[0] = true);
        for (int turns = 0; !drained[0]; turns++) {
            assertTrue(turns < MOST_TURNS, "it does not drain");
            turn();
        }
        assertEquals(0, worker.openConnections(), "connections");
        assertEquals(0, loop.transport().connectionCount(), "connections of the transport");
        assertEquals(0, loop.buffers().taken(), "send buffers");
        assertEquals(0, worker.readers().grownBytes(), "memory of requests");
        assertEquals(count(Counter.CONNECTIONS_ACCEPTED) + count(Counter.CONNECTIONS_REFUSED),
                count(Counter.CONNECTIONS_CLOSED), "connections opened and closed");
        assertEquals(0, count(Counter.FAULTS), "faults of the program");
        loop.onClose();
    }

    @Override
    public String toString() {
        return network.toString();
    }
}
