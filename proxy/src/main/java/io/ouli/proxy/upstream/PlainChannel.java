package io.ouli.proxy.upstream;

import io.ouli.proxy.worker.EventLoop;
import java.lang.foreign.MemorySegment;

/** A channel without TLS: bytes pass as they are. */
final class PlainChannel extends Channel {
    PlainChannel(final EventLoop loop) {
        super(loop);
    }

    @Override
    void add(final byte[] source, final int offset, final int length) {
        out.add(source, offset, length);
    }

    @Override
    void close() {
        cut();
    }

    @Override
    boolean isSecuring() {
        return false;
    }

    @Override
    protected void onConnected() {
        if (!isClosed()) {
            listener.onOpen();
        }
    }

    @Override
    protected void onReceived(final MemorySegment data, final long offset, final int length) {
        listener.onBytes(data, offset, length);
    }

    @Override
    protected void onReceiveEnd() {
        listener.onEnd(true);
    }

    @Override
    protected void onTimeout() {
        throw new AssertionError("nobody arms a channel without TLS");
    }
}
