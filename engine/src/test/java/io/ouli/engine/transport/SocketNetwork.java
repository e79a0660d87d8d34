package io.ouli.engine.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.condition.OS;

/** Real sockets on the loopback interface, with peers that do not use the code under test. */
final class SocketNetwork implements ContractNetwork {
    private final BiFunction<TransportOptions, TransportHandler, Transport> opener;
    private final List<AutoCloseable> open = new ArrayList<>();

    SocketNetwork(final BiFunction<TransportOptions, TransportHandler, Transport> opener) {
        this.opener = opener;
    }

    @Override
    public Transport open(final TransportOptions options, final TransportHandler handler) {
        final Transport transport = opener.apply(options, handler);
        open.add(transport);
        return transport;
    }

    @Override
    public InetSocketAddress anyAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public InetSocketAddress refusingAddress() {
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(anyAddress())) {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean hasIpv6() {
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            channel.bind(new InetSocketAddress(InetAddress.getByName("::1"), 0));
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    @Override
    public boolean sharesPorts() {
        // Elsewhere the option exists, but the last listener gets all connections.
        return OS.LINUX.isCurrentOs();
    }

    @Override
    public ContractPeer connect(final InetSocketAddress address) {
        try {
            return peer(SocketChannel.open(address));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public PeerListener listen() {
        try {
            final ServerSocketChannel channel = ServerSocketChannel.open().bind(anyAddress());
            channel.configureBlocking(false);
            open.add(channel);
            return new Listener(channel);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void pass() {
        Thread.onSpinWait();
    }

    @Override
    public String toString() {
        return "sockets";
    }

    @Override
    public void close() {
        for (final AutoCloseable closeable : open.reversed()) {
            try {
                closeable.close();
            } catch (final Exception e) {
                throw new AssertionError("closing failed", e);
            }
        }
    }

    private SocketPeer peer(final SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        open.add(channel);
        return new SocketPeer(channel);
    }

    private final class Listener implements PeerListener {
        private final ServerSocketChannel channel;

        Listener(final ServerSocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public InetSocketAddress address() {
            try {
                return (InetSocketAddress) channel.getLocalAddress();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public ContractPeer accept() {
            try {
                final SocketChannel accepted = channel.accept();
                return accepted == null ? null : peer(accepted);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A plain socket. */
    private record SocketPeer(SocketChannel channel) implements ContractPeer {
        @Override
        public int write(final byte[] bytes, final int offset, final int length) {
            try {
                return channel.write(ByteBuffer.wrap(bytes, offset, length));
            } catch (final IOException e) {
                return RESET;
            }
        }

        @Override
        public int read(final byte[] into, final int offset, final int length) {
            try {
                return channel.read(ByteBuffer.wrap(into, offset, length));
            } catch (final IOException e) {
                return RESET;
            }
        }

        @Override
        public void shutdownOutput() {
            try {
                channel.shutdownOutput();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void reset() {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                channel.close();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
