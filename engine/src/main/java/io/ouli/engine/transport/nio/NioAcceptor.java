package io.ouli.engine.transport.nio;

import io.ouli.engine.transport.CounterBlock.Counter;
import io.ouli.engine.transport.CounterBlock;
import io.ouli.engine.transport.DescriptorShortage;
import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.TransportException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;

/** The listeners of one transport; accepts in batches and rests for a while when descriptors have run out. */
final class NioAcceptor {
    private static final int ACCEPTS_PER_TURN = 64;
    private static final long RETRY_NANOS = 50_000_000;

    private final Selector selector;
    private final CounterBlock counters;
    private final NioTransport transport;
    private final DescriptorShortage shortage = DescriptorShortage.OF_PROCESS;
    private final List<NioListener> listeners = new ArrayList<>();
    private boolean resting;
    private long retryAtNanos;

    NioAcceptor(final Selector selector, final CounterBlock counters, final NioTransport transport) {
        this.selector = selector;
        this.counters = counters;
        this.transport = transport;
    }

    int listen(final InetSocketAddress address, final ListenOptions options) {
        if (address.isUnresolved()) {
            throw TransportException.unresolved(address);
        }
        final ServerSocketChannel channel;
        try {
            // Without a family 0.0.0.0 becomes [::], which takes IPv6 too: more than was asked for.
            channel = address.getAddress() instanceof Inet4Address
                    ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                    : ServerSocketChannel.open();
        } catch (final IOException e) {
            throw TransportException.listen(address, NioErrors.errno(e), e);
        }
        try {
            if (options.reusePort()) {
                sharePort(channel, address);
            }
            channel.configureBlocking(false);
            channel.bind(address, options.backlog());
            final int id = freeId();
            final NioListener listener =
                    new NioListener(id, channel, (InetSocketAddress) channel.getLocalAddress());
            listener.key = channel.register(selector, SelectionKey.OP_ACCEPT, listener);
            listeners.set(id, listener);
            return id;
        } catch (final IOException e) {
            closeQuietly(channel);
            throw TransportException.listen(address, NioErrors.errno(e), e);
        } catch (final UnsupportedAddressTypeException e) {
            closeQuietly(channel);
            throw TransportException.listen(address, Errno.EAFNOSUPPORT, e);
        } catch (final TransportException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static void sharePort(final ServerSocketChannel channel, final InetSocketAddress address)
            throws IOException {
        if (!channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
            throw new TransportException("port " + address.getPort()
                    + " cannot be shared by several workers on this platform; run one worker");
        }
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    }

    private int freeId() {
        final int free = listeners.indexOf(null);
        if (free >= 0) {
            return free;
        }
        listeners.add(null);
        return listeners.size() - 1;
    }

    InetSocketAddress localAddress(final int listener) {
        return listener(listener).localAddress;
    }

    void close(final int listener) {
        closeQuietly(listener(listener).channel);
        listeners.set(listener, null);
    }

    void closeAll() {
        for (final NioListener listener : listeners) {
            if (listener != null) {
                closeQuietly(listener.channel);
            }
        }
        listeners.clear();
    }

    /** Accepts what waits, up to a batch; the rest comes with the next turn. */
    int accept(final NioListener listener) {
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            final SocketChannel channel;
            try {
                channel = listener.channel.isOpen() ? listener.channel.accept() : null;
            } catch (final IOException e) {
                acceptFailed(NioErrors.errno(e));
                return i + 1;
            }
            if (channel == null) {
                return i;
            }
            transport.accepted(listener.id, channel);
        }
        return ACCEPTS_PER_TURN;
    }

    private void acceptFailed(final int errno) {
        counters.increment(Counter.ACCEPT_FAILURES);
        if (errno == Errno.ECONNABORTED) {
            return;
        }
        // Out of descriptors or memory: the selector would report the listener ready for ever, a busy loop.
        final long nowNanos = System.nanoTime();
        resting = true;
        retryAtNanos = nowNanos + RETRY_NANOS;
        interestAll(0);
        shortage.failed(errno, nowNanos);
    }

    /** {@return how long poll may wait before accepting is to be tried again} */
    long nanosToRetry() {
        return resting ? Math.max(0, retryAtNanos - System.nanoTime()) : Long.MAX_VALUE;
    }

    void retryIfDue() {
        if (resting && nanosToRetry() == 0) {
            resting = false;
            interestAll(SelectionKey.OP_ACCEPT);
        }
    }

    private void interestAll(final int interest) {
        for (final NioListener listener : listeners) {
            if (listener != null) {
                listener.key.interestOps(interest);
            }
        }
    }

    private NioListener listener(final int id) {
        final NioListener listener = id < 0 || id >= listeners.size() ? null : listeners.get(id);
        if (listener == null) {
            throw new IllegalArgumentException("listener " + id + " is not open");
        }
        return listener;
    }

    private static void closeQuietly(final ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (final IOException e) {
            // Nothing can be done about a listener that cannot be closed, and nothing depends on it.
        }
    }
}
