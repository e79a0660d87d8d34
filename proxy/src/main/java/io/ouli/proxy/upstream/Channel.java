package io.ouli.proxy.upstream;

import io.ouli.engine.transport.Transport;
import io.ouli.proxy.worker.EventLoop;
import io.ouli.proxy.worker.Peer;
import io.ouli.proxy.worker.SendQueue;
import java.lang.foreign.MemorySegment;

/**
 * The bytes of one upstream connection, as they are or through TLS: the layer between a {@link UpstreamConnection},
 * which speaks HTTP, and the worker's transport.
 */
abstract class Channel extends Peer {
    /** Hears what happens on a channel, on the worker's thread. Nothing follows {@link #onGone}. */
    interface Listener {
        /** Bytes may be sent from now on. */
        void onOpen();

        /** Bytes came in; they are valid until this returns. */
        void onBytes(MemorySegment data, long offset, int length);

        /** What was flushed has been taken; what was added meanwhile is on its way. */
        void onTaken();

        /**
         * The upstream will send no more.
         *
         * @param authentic whether it said so itself; false when TLS ended without a word, as when it is cut off.
         */
        void onEnd(boolean authentic);

        /** The channel cannot be used, for the reason given; it is to be closed. */
        void onFailure(String reason);

        /**
         * The connection is gone.
         *
         * @param cause the errno that ended it, or 0.
         */
        void onGone(int cause);
    }

    final EventLoop loop;
    final SendQueue out;
    Listener listener;
    private final Transport transport;
    private int id;
    private boolean sending;
    private boolean paused;
    private boolean closed;

    Channel(final EventLoop loop) {
        this.loop = loop;
        transport = loop.transport();
        out = new SendQueue(loop.buffers());
    }

    /** Takes over a connection that was begun. */
    final void attach(final int connectionId, final Listener itsListener) {
        id = connectionId;
        listener = itsListener;
        loop.register(connectionId, this);
    }

    /** Adds bytes to what {@link #flush} sends. */
    abstract void add(byte[] source, int offset, int length);

    /** Says goodbye, if this kind of channel does, and closes. */
    abstract void close();

    /** {@return whether the connection stands, but a handshake is still to end} */
    abstract boolean isSecuring();

    /** Sends what was added; if a send is in flight, as soon as that has ended. */
    final void flush() {
        if (!sending && !closed && !out.isEmpty()) {
            out.writeTo(transport, id, Transport.MAX_PARTS);
            transport.flush(id);
            sending = true;
        }
    }

    /** {@return how many bytes were added and not yet given to the transport} */
    final long waitingBytes() {
        return out.waitingBytes();
    }

    /** {@return whether bytes are on their way} */
    final boolean isSending() {
        return sending;
    }

    final boolean isClosed() {
        return closed;
    }

    final void pause() {
        if (!paused && !closed) {
            paused = true;
            transport.pauseReceive(id);
        }
    }

    final void resume() {
        if (paused && !closed) {
            paused = false;
            transport.resumeReceive(id);
        }
    }

    /** Closes at once. */
    final void cut() {
        if (!closed) {
            closed = true;
            transport.close(id);
        }
    }

    @Override
    protected void onSent() {
        out.sent();
        sending = false;
        flush();
        listener.onTaken();
    }

    @Override
    protected void onClosed(final int cause) {
        closed = true;
        out.sent();
        out.clear();
        listener.onGone(cause);
    }
}
