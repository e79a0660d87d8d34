package io.ouli.engine.transport.nio;

import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;

/** One listening socket. */
final class NioListener {
    final int id;
    final ServerSocketChannel channel;
    final InetSocketAddress localAddress;
    SelectionKey key;

    NioListener(final int id, final ServerSocketChannel channel, final InetSocketAddress localAddress) {
        this.id = id;
        this.channel = channel;
        this.localAddress = localAddress;
    }
}
