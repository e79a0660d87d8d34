package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.CounterBlock;
import io.ouli.engine.transport.CounterBlock.Counter;
import io.ouli.engine.transport.DescriptorShortage;
import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.TransportException;
import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.Completions;
import io.ouli.uring.Operations;
import io.ouli.uring.Ring;
import io.ouli.uring.RingFeature;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The listeners of one transport; rests for a while when descriptors have run out. */
final class UringAcceptor {
    private static final long RETRY_NANOS = 50_000_000;
    private static final int CLOEXEC = LibcHeader.SOCK_CLOEXEC();

    private final Operations operations;
    private final boolean multishot;
    private final Sockets sockets;
    private final CounterBlock counters;
    private final DescriptorShortage shortage = DescriptorShortage.OF_PROCESS;
    private final List<UringListener> listeners = new ArrayList<>();
    private boolean resting;
    private long retryAtNanos;

    UringAcceptor(final Ring ring, final Sockets sockets, final CounterBlock counters) {
        operations = ring.operations();
        multishot = ring.features().isEnabled(RingFeature.MULTISHOT_ACCEPT);
        this.sockets = sockets;
        this.counters = counters;
    }

    int listen(final InetSocketAddress address, final ListenOptions options) {
        if (address.isUnresolved()) {
            throw TransportException.unresolved(address);
        }
        final int fd = sockets.listen(address, options);
        int id = listeners.indexOf(null);
        if (id < 0) {
            id = listeners.size();
            listeners.add(null);
        }
        final UringListener listener = new UringListener(id, fd, sockets.localAddress(fd));
        listeners.set(id, listener);
        arm(listener);
        return id;
    }

    InetSocketAddress localAddress(final int id) {
        return listener(id).localAddress;
    }

    /** Stops listening at once; the descriptor is closed when the kernel has given the accept back. */
    void close(final int id) {
        final UringListener listener = listener(id);
        listener.closing = true;
        // Ends the pending accept too, with EINVAL.
        sockets.shutdown(listener.fd, LibcHeader.SHUT_RDWR());
        if (!listener.armed) {
            submitClose(listener);
        }
    }

    private void submitClose(final UringListener listener) {
        listener.closeSubmitted = true;
        operations.close(listener.fd, listener.userData(UringOp.CLOSE_LISTENER));
    }

    /** Takes an accept's completion; returns the descriptor of a new connection, or -1. */
    int accepted(final int id, final int result, final int flags) {
        final UringListener listener = listeners.get(id);
        listener.armed = Completions.hasMore(flags);
        if (listener.closing) {
            if (result >= 0) {
                operations.close(result, listener.userData(UringOp.CLOSE_REFUSED));
            }
            if (!listener.armed) {
                submitClose(listener);
            }
            return -1;
        }
        if (result < 0) {
            acceptFailed(-result);
        }
        if (!listener.armed && !resting) {
            if (multishot) {
                counters.increment(Counter.REARMED);
            }
            arm(listener);
        }
        return result;
    }

    private void acceptFailed(final int errno) {
        if (errno == Errno.EINTR || errno == Errno.EAGAIN) {
            return;
        }
        counters.increment(Counter.ACCEPT_FAILURES);
        if (errno != Errno.ECONNABORTED) {
            // Out of descriptors or memory: armed at once, it would fail at once, a busy loop.
            final long nowNanos = System.nanoTime();
            resting = true;
            retryAtNanos = nowNanos + RETRY_NANOS;
            shortage.failed(errno, nowNanos);
        }
    }

    /** Takes the completion of a listener's close. */
    void closed(final int id) {
        listeners.set(id, null);
    }

    /** {@return how long poll may wait before accepting is to be tried again} */
    long nanosToRetry() {
        return resting ? Math.max(0, retryAtNanos - System.nanoTime()) : Long.MAX_VALUE;
    }

    void retryIfDue() {
        if (resting && nanosToRetry() == 0) {
            resting = false;
            for (final UringListener listener : listeners) {
                if (listener != null && !listener.armed && !listener.closing) {
                    arm(listener);
                }
            }
        }
    }

    /** Ends every accept, for rings that cannot cancel by descriptor. */
    void shutdownAll() {
        for (final UringListener listener : listeners) {
            if (listener != null) {
                sockets.shutdown(listener.fd, LibcHeader.SHUT_RDWR());
            }
        }
    }

    /** Closes every descriptor, once the kernel holds no operation any more. */
    void closeAll() {
        for (final UringListener listener : listeners) {
            if (listener != null && !listener.closeSubmitted) {
                sockets.close(listener.fd);
            }
        }
        listeners.clear();
    }

    private void arm(final UringListener listener) {
        listener.armed = true;
        if (multishot) {
            operations.acceptMultishot(listener.fd, CLOEXEC, listener.userData(UringOp.ACCEPT));
        } else {
            operations.accept(listener.fd, CLOEXEC, listener.userData(UringOp.ACCEPT));
        }
    }

    private UringListener listener(final int id) {
        final UringListener listener = id < 0 || id >= listeners.size() ? null : listeners.get(id);
        if (listener == null || listener.closing) {
            throw new IllegalArgumentException("listener " + id + " is not open");
        }
        return listener;
    }
}
