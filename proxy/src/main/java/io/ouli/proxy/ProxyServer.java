package io.ouli.proxy;

import java.net.InetSocketAddress;
import java.util.List;

/** A running proxy: listeners, workers and the engine behind them. */
public final class ProxyServer implements AutoCloseable {
    private ProxyServer() {
    }

    /**
     * Opens the recordings, binds every endpoint and starts to serve.
     *
     * @return the running proxy; every port is bound when this returns.
     * @throws io.ouli.engine.OuliException if a port is in use, a folder cannot be opened, or a recording exists that
     *                                      may not be touched; nothing runs then.
     */
    public static ProxyServer start(final ProxyConfig config) {
        throw new IllegalStateException("not assembled yet: " + config);
    }

    /** Returns the addresses that the endpoints are bound to, in the configuration's order, no port 0. */
    public List<InetSocketAddress> addresses() {
        throw new IllegalStateException("not assembled yet");
    }

    /** Returns one line for people: the transport in use, and why a faster one was refused. */
    public String transportDescription() {
        throw new IllegalStateException("not assembled yet");
    }

    /**
     * Stops to accept, lets exchanges under way end within {@link ProxyTimeouts#drain}, cuts off the rest, and seals
     * the recordings. Idempotent.
     *
     * @throws io.ouli.engine.OuliException if a recording could not be sealed; everything is closed all the same.
     */
    @Override
    public void close() {
        throw new IllegalStateException("not assembled yet");
    }
}
