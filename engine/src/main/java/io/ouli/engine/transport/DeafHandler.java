package io.ouli.engine.transport;

import java.lang.foreign.MemorySegment;

/** Hears nothing, because nothing happens on a transport without sockets. */
final class DeafHandler implements TransportHandler {
    @Override
    public void onAccepted(final int listener, final int connection) {
    }

    @Override
    public void onConnected(final int connection) {
    }

    @Override
    public void onReceived(final int connection, final MemorySegment data, final long offset, final int length) {
    }

    @Override
    public void onReceiveEnd(final int connection) {
    }

    @Override
    public void onSent(final int connection) {
    }

    @Override
    public void onClosed(final int connection, final int cause) {
    }

    @Override
    public void onWakeup() {
    }
}
