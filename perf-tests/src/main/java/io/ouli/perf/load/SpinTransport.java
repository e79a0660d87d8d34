package io.ouli.perf.load;

import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.FileReads;
import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportCounters;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One connection of a client that has a core of its own: it asks the socket again and again and never waits for it.
 *
 * <p>A ring or a selector is made for many connections: with one, what they do between a packet's arrival and the
 * callback is 2 of the 11 µs of a round trip, and as much for every server. Only what a {@link LoadGenerator} calls is
 * there.
 */
final class SpinTransport implements Transport {
    private static final int CONNECTION = 0;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int BUFFER_BYTES = 64 << 10;

    private final TransportHandler handler;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final MemorySegment inSegment = MemorySegment.ofBuffer(in);
    private ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private MemorySegment viewed;
    private ByteBuffer view;
    private SocketChannel channel;
    private boolean connected;
    /** Its end is still to be told. */
    private boolean ended;
    private int cause;
    private boolean receiveEnded;
    private boolean sending;
    private boolean sent;

    SpinTransport(final TransportHandler handler) {
        this.handler = handler;
    }

    @Override
    public TransportKind kind() {
        return TransportKind.NIO;
    }

    @Override
    public String description() {
        return "plain reads and writes, again and again (one connection, nothing to wait for)";
    }

    /** Connects at once; {@link #poll} tells how it went. */
    @Override
    public int connect(final InetSocketAddress address) {
        assert channel == null : "one connection only";
        connected = false;
        ended = false;
        cause = 0;
        receiveEnded = false;
        sending = false;
        sent = false;
        out.clear();
        try {
            channel = SocketChannel.open();
            channel.socket().connect(address, CONNECT_MILLIS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
        } catch (final ConnectException e) {
            fail(Errno.ECONNREFUSED);
        } catch (final IOException e) {
            fail(Errno.EIO);
        }
        return CONNECTION;
    }

    private void fail(final int errno) {
        if (!ended) {
            ended = true;
            cause = errno;
        }
    }

    @Override
    public void write(final int connection, final MemorySegment base, final long offset, final long length) {
        if (out.remaining() < length) {
            final ByteBuffer larger = ByteBuffer.allocateDirect((int) Math.max(2L * out.capacity(),
                    out.position() + length));
            larger.put(out.flip());
            out = larger;
        }
        out.put(out.position(), view(base), (int) offset, (int) length);
        out.position(out.position() + (int) length);
    }

    /** A generator's requests all stand in one segment. */
    private ByteBuffer view(final MemorySegment base) {
        if (base != viewed) {
            viewed = base;
            view = base.asByteBuffer();
        }
        return view;
    }

    @Override
    public void flush(final int connection) {
        out.flip();
        sending = true;
        send();
    }

    private void send() {
        try {
            channel.write(out);
            if (!out.hasRemaining()) {
                out.clear();
                sending = false;
                sent = true;
            }
        } catch (final IOException e) {
            fail(Errno.EPIPE);
        }
    }

    /** Never waits, however long it may. */
    @Override
    public int poll(final long timeoutNanos) {
        if (channel == null) {
            return 0;
        }
        if (ended) {
            closeChannel();
            handler.onClosed(CONNECTION, cause);
            return 1;
        }
        int handled = 0;
        if (!connected) {
            connected = true;
            handler.onConnected(CONNECTION);
            handled++;
        }
        if (sending) {
            send();
        }
        if (sent) {
            sent = false;
            handler.onSent(CONNECTION);
            handled++;
        }
        return handled + receive();
    }

    private int receive() {
        if (ended || receiveEnded) {
            return 0;
        }
        final int length;
        try {
            length = channel.read(in.clear());
        } catch (final IOException e) {
            fail(Errno.ECONNRESET);
            return 0;
        }
        if (length == 0) {
            return 0;
        }
        if (length < 0) {
            receiveEnded = true;
            handler.onReceiveEnd(CONNECTION);
        } else {
            handler.onReceived(CONNECTION, inSegment, 0, length);
        }
        return 1;
    }

    @Override
    public void close(final int connection) {
        fail(0);
    }

    private void closeChannel() {
        final SocketChannel closing = channel;
        channel = null;
        try {
            closing.close();
        } catch (final IOException e) {
            // It was to go, and it is gone.
            cause = cause == 0 ? Errno.EIO : cause;
        }
    }

    @Override
    public int connectionCount() {
        return channel == null ? 0 : 1;
    }

    @Override
    public void close() {
        if (channel != null) {
            closeChannel();
        }
    }

    @Override
    public int listen(final InetSocketAddress address, final ListenOptions options) {
        throw notMadeForIt();
    }

    @Override
    public InetSocketAddress localAddress(final int listener) {
        throw notMadeForIt();
    }

    @Override
    public void closeListener(final int listener) {
        throw notMadeForIt();
    }

    @Override
    public void pauseReceive(final int connection) {
        throw notMadeForIt();
    }

    @Override
    public void resumeReceive(final int connection) {
        throw notMadeForIt();
    }

    @Override
    public void shutdownOutput(final int connection) {
        throw notMadeForIt();
    }

    @Override
    public void wakeup() {
        throw notMadeForIt();
    }

    @Override
    public FileReads fileReads() {
        throw notMadeForIt();
    }

    @Override
    public TransportCounters counters() {
        throw notMadeForIt();
    }

    private static UnsupportedOperationException notMadeForIt() {
        return new UnsupportedOperationException("a load generator's one connection");
    }
}
