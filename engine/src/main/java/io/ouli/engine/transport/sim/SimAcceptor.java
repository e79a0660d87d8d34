package io.ouli.engine.transport.sim;

import io.ouli.engine.transport.CounterBlock.Counter;
import io.ouli.engine.transport.CounterBlock;
import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.ListenOptions;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The listeners of one transport; rests for a while when descriptors have run out. */
final class SimAcceptor {
    private static final long RETRY_NANOS = 50_000_000;

    private final SimNetwork network;
    private final CounterBlock counters;
    private final SimTransport transport;
    private final List<SimListener> listeners = new ArrayList<>();
    private boolean ready;
    private boolean resting;

    SimAcceptor(final SimNetwork network, final CounterBlock counters, final SimTransport transport) {
        this.network = network;
        this.counters = counters;
        this.transport = transport;
    }

    int listen(final InetSocketAddress address, final ListenOptions options) {
        final SimListener listener = new SimListener(options.backlog(), () -> ready = true);
        network.bind(listener, address, options.reusePort());
        final int free = listeners.indexOf(null);
        if (free >= 0) {
            listeners.set(free, listener);
            return free;
        }
        listeners.add(listener);
        return listeners.size() - 1;
    }

    InetSocketAddress localAddress(final int listener) {
        return listener(listener).address();
    }

    void close(final int listener) {
        close(listener(listener));
        listeners.set(listener, null);
    }

    void closeAll() {
        for (final SimListener listener : listeners) {
            if (listener != null) {
                close(listener);
            }
        }
    }

    private void close(final SimListener listener) {
        network.unbind(listener);
        listener.dropWaiting();
    }

    /**
     * Accepts what waits.
     *
     * @return how many connections were accepted.
     */
    int accept() {
        int accepted = 0;
        while (ready && !resting) {
            final SimListener listener = nextWaiting();
            if (listener == null) {
                ready = false;
                return accepted;
            }
            final int errno = network.fault(SimOperation.ACCEPT);
            if (errno == 0) {
                transport.accepted(listeners.indexOf(listener), listener.poll());
                accepted++;
                continue;
            }
            counters.increment(Counter.ACCEPT_FAILURES);
            if (errno == Errno.ECONNABORTED) {
                listener.poll().reset();
            } else {
                resting = true;
                network.schedule(network.nanoTime() + RETRY_NANOS, () -> resting = false);
            }
        }
        return accepted;
    }

    private SimListener nextWaiting() {
        for (final SimListener listener : listeners) {
            if (listener != null && listener.hasWaiting()) {
                return listener;
            }
        }
        return null;
    }

    private SimListener listener(final int id) {
        final SimListener listener = id < 0 || id >= listeners.size() ? null : listeners.get(id);
        if (listener == null) {
            throw new IllegalArgumentException("listener " + id + " is not open");
        }
        return listener;
    }
}
