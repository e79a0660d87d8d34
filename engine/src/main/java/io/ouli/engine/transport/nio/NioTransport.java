package io.ouli.engine.transport.nio;

import io.ouli.engine.transport.BlockingFileReads;
import io.ouli.engine.transport.ConnectionTransport;
import io.ouli.engine.transport.CounterBlock.Counter;
import io.ouli.engine.transport.CounterBlock;
import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.EventQueue;
import io.ouli.engine.transport.FileReads;
import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.TransportCounters;
import io.ouli.engine.transport.TransportException;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportKind;
import io.ouli.engine.transport.TransportOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The transport on one {@link Selector}. Sends are tried at once, on the caller's stack; what they lead to is delivered
 * by the next {@link #poll}, like everything else. Opened by {@link io.ouli.engine.transport.Transports} alone.
 */
public final class NioTransport extends ConnectionTransport<NioConnection> {
    private static final long READER_IDLE_SECONDS = 10;

    private final TransportHandler handler;
    private final CounterBlock counters = new CounterBlock();
    private final EventQueue events;
    private final NioSender sender = new NioSender();
    private final ByteBuffer receiveBuffer;
    private final MemorySegment receiveSegment;
    private final long sendQuantum;
    private final NioAcceptor acceptor;
    private final NioPoller poller;
    private final BlockingFileReads fileReads = new BlockingFileReads(task -> reader().execute(task), this::wakeup);
    private final String remark;
    private long turn;
    /** Null until something is to be read, and most transports never read; its thread ends when it idles. */
    private ThreadPoolExecutor reader;
    private boolean closed;

    /**
     * Opens a selector; nothing is listened on yet.
     *
     * @param remark why this implementation was taken; part of the description.
     */
    public NioTransport(final TransportOptions options, final TransportHandler handler, final String remark) {
        super(options);
        this.handler = handler;
        this.remark = remark;
        events = new EventQueue(options.maxConnections());
        final long pool = (long) options.receiveBufferCount() * options.receiveBufferBytes();
        receiveBuffer = ByteBuffer.allocateDirect((int) Math.min(pool, 64 << 10));
        receiveSegment = MemorySegment.ofBuffer(receiveBuffer);
        sendQuantum = options.sendQuantumBytes();
        poller = new NioPoller(options.spinNanos(), counters, this::onReady);
        acceptor = new NioAcceptor(poller.selector(), counters, this);
    }

    @Override
    public TransportKind kind() {
        return TransportKind.NIO;
    }

    @Override
    public String description() {
        return "nio (" + poller.selector().provider().getClass().getSimpleName() + "); " + remark;
    }

    @Override
    public int listen(final InetSocketAddress address, final ListenOptions options) {
        return acceptor.listen(address, options);
    }

    @Override
    public InetSocketAddress localAddress(final int listener) {
        return acceptor.localAddress(listener);
    }

    @Override
    public void closeListener(final int listener) {
        acceptor.close(listener);
    }

    @Override
    public int connect(final InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw TransportException.unresolved(address);
        }
        final SocketChannel channel;
        try {
            channel = SocketChannel.open();
        } catch (final IOException e) {
            throw TransportException.connect(address, NioErrors.errno(e), e);
        }
        final NioConnection connection = take(channel, NioConnection.CONNECTING);
        if (connection == null) {
            closeQuietly(channel);
            throw TransportException.tableFull(address, connections.capacity());
        }
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            final boolean connected = channel.connect(address);
            connection.interest = connected ? 0 : connection.wantedInterest();
            connection.key = channel.register(poller.selector(), connection.interest, connection);
            if (connected) {
                connected(connection);
            }
        } catch (final IOException e) {
            fail(connection, NioErrors.errno(e));
        } catch (final UnsupportedAddressTypeException e) {
            connections.release(connection);
            closeQuietly(channel);
            throw TransportException.connect(address, Errno.EAFNOSUPPORT, e);
        }
        return connection.id;
    }

    @Override
    public void pauseReceive(final int connection) {
        final NioConnection target = connections.get(connection);
        target.paused = true;
        if (target.sendFault != 0) {
            fail(target, target.sendFault);
        }
        updateInterest(target);
    }

    @Override
    public void resumeReceive(final int connection) {
        final NioConnection target = connections.get(connection);
        target.paused = false;
        updateInterest(target);
    }

    @Override
    public int poll(final long timeoutNanos) {
        assert connections.isOwner() : "polled by " + Thread.currentThread();
        turn++;
        final long wait = events.size() > 0 ? 0 : Math.min(timeoutNanos, acceptor.nanosToRetry());
        int handled = poller.select(wait);
        acceptor.retryIfDue();
        handled += deliverEvents() + fileReads.deliver();
        if (poller.takeWakeup()) {
            handler.onWakeup();
            handled++;
        }
        return handled;
    }

    @Override
    public void wakeup() {
        poller.wakeup();
    }

    @Override
    public FileReads fileReads() {
        return fileReads;
    }

    private ThreadPoolExecutor reader() {
        if (reader == null) {
            reader = new ThreadPoolExecutor(1, 1, READER_IDLE_SECONDS, TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("ouli-reader").factory());
            reader.allowCoreThreadTimeOut(true);
        }
        return reader;
    }

    @Override
    public TransportCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        fileReads.close();
        if (reader != null) {
            reader.shutdown();
        }
        acceptor.closeAll();
        for (int id = 0; id < connections.capacity(); id++) {
            final NioConnection connection = connections.slot(id);
            if (connection != null && connection.channel != null) {
                closeQuietly(connection.channel);
                connection.parts.clear();
            }
        }
        poller.close();
    }

    /** Takes over a channel that was accepted; closes it if the table is full. */
    void accepted(final int listener, final SocketChannel channel) {
        final NioConnection connection = take(channel, NioConnection.OPEN);
        if (connection == null) {
            counters.increment(Counter.REFUSED);
            closeQuietly(channel);
            return;
        }
        counters.increment(Counter.ACCEPTED);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.interest = connection.wantedInterest();
            connection.key = channel.register(poller.selector(), connection.interest, connection);
        } catch (final IOException e) {
            fail(connection, NioErrors.errno(e));
        }
        handler.onAccepted(listener, connection.id);
    }

    private int onReady(final Object attachment) {
        if (attachment instanceof NioListener listener) {
            return acceptor.accept(listener);
        }
        final NioConnection connection = (NioConnection) attachment;
        final int ready = connection.state == NioConnection.CLOSING ? 0 : connection.key.readyOps();
        if (connection.state == NioConnection.CONNECTING) {
            finishConnect(connection);
            return 1;
        }
        if ((ready & NioPoller.WRITE) != 0 && connection.sending && connection.sendFault == 0) {
            send(connection);
        }
        if ((ready & NioPoller.READ) != 0 && connection.state == NioConnection.OPEN && !connection.paused) {
            receive(connection);
        }
        return 1;
    }

    private void finishConnect(final NioConnection connection) {
        try {
            if (connection.channel.finishConnect()) {
                connected(connection);
            }
        } catch (final IOException e) {
            fail(connection, NioErrors.errno(e));
        }
    }

    private void connected(final NioConnection connection) {
        connection.state = NioConnection.OPEN;
        connection.connectedPending = true;
        enqueue(connection);
    }

    private void receive(final NioConnection connection) {
        final int length;
        try {
            length = connection.channel.read(receiveBuffer.clear());
        } catch (final IOException e) {
            fail(connection, NioErrors.errno(e));
            return;
        }
        if (length > 0) {
            counters.add(Counter.RECEIVED_BYTES, length);
            handler.onReceived(connection.id, receiveSegment, 0, length);
        } else if (length < 0 && connection.sendFault != 0) {
            fail(connection, connection.sendFault);
        } else if (length < 0) {
            connection.receiveEnded = true;
            updateInterest(connection);
            handler.onReceiveEnd(connection.id);
        }
    }

    @Override
    protected void beginSend(final NioConnection connection) {
        send(connection);
    }

    private void send(final NioConnection connection) {
        final long sent;
        try {
            sent = sender.send(connection.channel, connection.parts, sendQuantum);
        } catch (final IOException e) {
            if (connection.receivesAfterFailedSend(NioErrors.errno(e))) {
                updateInterest(connection);
            } else {
                fail(connection, NioErrors.errno(e));
            }
            return;
        }
        counters.add(Counter.SENT_BYTES, sent);
        if (sender.wasShort()) {
            counters.increment(Counter.SHORT_SENDS);
        }
        if (connection.parts.remaining() == 0) {
            connection.sending = false;
            connection.sentPending = true;
            enqueue(connection);
            if (connection.outputShutdown) {
                sendFin(connection);
            }
        }
        updateInterest(connection);
    }

    @Override
    protected void sendFin(final NioConnection connection) {
        try {
            connection.channel.shutdownOutput();
        } catch (final IOException e) {
            fail(connection, NioErrors.errno(e));
        }
    }

    /** Delivers what was queued before; what callbacks add waits for the next turn, so that every turn ends. */
    private int deliverEvents() {
        final int count = events.size();
        for (int i = 0; i < count; i++) {
            final NioConnection connection = connections.slot(events.take());
            connection.queued = false;
            if (connection.state == NioConnection.CLOSING) {
                deliverClosed(connection);
            } else if (connection.connectedPending) {
                connection.connectedPending = false;
                updateInterest(connection);
                handler.onConnected(connection.id);
            } else if (connection.sentPending) {
                connection.sentPending = false;
                handler.onSent(connection.id);
            }
        }
        return count;
    }

    private void deliverClosed(final NioConnection connection) {
        if (connection.closeTurn == turn) {
            // The selector frees the descriptor at the start of its next turn; only then is the connection gone.
            enqueue(connection);
            return;
        }
        connection.channel = null;
        connection.key = null;
        try {
            handler.onClosed(connection.id, connection.cause);
        } finally {
            connections.release(connection);
        }
    }

    private NioConnection take(final SocketChannel channel, final int state) {
        final int id = connections.take();
        if (id < 0) {
            return null;
        }
        NioConnection connection = connections.slot(id);
        if (connection == null) {
            connection = new NioConnection(id);
            connections.put(connection);
        }
        connection.open(channel, state);
        return connection;
    }

    @Override
    protected void fail(final NioConnection connection, final int errno) {
        if (connection.state == NioConnection.CLOSING) {
            return;
        }
        connection.state = NioConnection.CLOSING;
        connection.cause = errno;
        connection.closeTurn = turn;
        connection.sending = false;
        connection.parts.clear();
        closeQuietly(connection.channel);
        enqueue(connection);
    }

    private void enqueue(final NioConnection connection) {
        if (!connection.queued) {
            connection.queued = true;
            events.add(connection.id);
        }
    }

    private static void updateInterest(final NioConnection connection) {
        if (connection.state == NioConnection.CLOSING || connection.connectedPending) {
            return;
        }
        final int wanted = connection.wantedInterest();
        if (wanted != connection.interest) {
            connection.interest = wanted;
            connection.key.interestOps(wanted);
        }
    }

    private static void closeQuietly(final SocketChannel channel) {
        try {
            channel.close();
        } catch (final IOException e) {
            // The descriptor is gone either way, and the peer's fate is not changed by an error here.
        }
    }
}
