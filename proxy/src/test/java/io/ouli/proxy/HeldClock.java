package io.ouli.proxy;

import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportCounters;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.proxy.worker.LoopNetwork;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Real sockets under a clock that goes only when a test says so: no pause of the machine counts as anybody's. */
final class HeldClock implements LoopNetwork {
    private final AtomicLong nowNanos = new AtomicLong(System.nanoTime());
    private volatile TransportCounters counters;

    @Override
    public Transport open(final TransportOptions options, final TransportHandler handler) {
        final Transport transport = LoopNetwork.REAL.open(options, handler);
        counters = transport.counters();
        return transport;
    }

    @Override
    public long nanoTime() {
        return nowNanos.get();
    }

    /** Lets the only worker do all that it was sent before, and only then some time pass; its timers are served. */
    void pass(final ProxyServer proxy, final Duration time) throws InterruptedException {
        settle(proxy);
        nowNanos.addAndGet(time.toNanos());
        settle(proxy);
    }

    /**
     * Waits until the only worker has received so much since its start: a busy kernel brings it bytes, and connections,
     * when turns have gone by.
     */
    void awaitReceived(final long bytes) throws Exception {
        Eventually.holds("the worker has received " + bytes + " bytes", () -> counters.receivedBytes() >= bytes);
    }

    /** Waits for two turns: what a socket had before the first one began is served when the second has ended. */
    private static void settle(final ProxyServer proxy) throws InterruptedException {
        for (int turn = 0; turn < 2; turn++) {
            final CountDownLatch over = new CountDownLatch(1);
            proxy.occupy(0, over::countDown);
            assertTrue(over.await(60, TimeUnit.SECONDS), "the worker hangs");
        }
    }
}
