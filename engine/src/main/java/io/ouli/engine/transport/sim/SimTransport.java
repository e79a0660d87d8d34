package io.ouli.engine.transport.sim;

import io.ouli.engine.transport.BlockingFileReads;
import io.ouli.engine.transport.ConnectionTransport;
import io.ouli.engine.transport.CounterBlock.Counter;
import io.ouli.engine.transport.CounterBlock;
import io.ouli.engine.transport.FileReads;
import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.SendParts;
import io.ouli.engine.transport.TransportCounters;
import io.ouli.engine.transport.TransportException;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportKind;
import io.ouli.engine.transport.TransportOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The transport on a {@link SimNetwork}: the contract, kept as loosely as the contract allows. */
final class SimTransport extends ConnectionTransport<SimConnection> {
    private static final byte POISON = (byte) 0xDB;

    private final SimNetwork network;
    private final TransportHandler handler;
    private final CounterBlock counters = new CounterBlock();
    private final SimAcceptor acceptor;
    private final List<SimConnection> ready = new ArrayList<>();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment receiveSegment;
    private final byte[] receiveBytes;
    private final int sendQuantum;
    private final AtomicBoolean wakeupRequested = new AtomicBoolean();
    private final BlockingFileReads fileReads = new BlockingFileReads(Runnable::run, this::wakeup);
    private boolean closed;

    SimTransport(final SimNetwork network, final TransportOptions options, final TransportHandler handler) {
        super(options);
        this.network = network;
        this.handler = handler;
        acceptor = new SimAcceptor(network, counters, this);
        receiveSegment = arena.allocate(options.receiveBufferBytes());
        receiveBytes = new byte[options.receiveBufferBytes()];
        sendQuantum = options.sendQuantumBytes();
    }

    @Override
    public TransportKind kind() {
        return TransportKind.SIMULATED;
    }

    @Override
    public String description() {
        return network.toString();
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
        final SimSocket socket = new SimSocket(network);
        final SimConnection connection = take(socket, SimConnection.CONNECTING);
        if (connection == null) {
            throw TransportException.tableFull(address, connections.capacity());
        }
        network.dial(socket, address);
        return connection.id;
    }

    @Override
    public void pauseReceive(final int connection) {
        final SimConnection target = connections.get(connection);
        target.paused = true;
        if (target.sendFault != 0) {
            fail(target, target.sendFault);
        }
    }

    @Override
    public void resumeReceive(final int connection) {
        final SimConnection target = connections.get(connection);
        target.paused = false;
        markReady(target);
    }

    @Override
    public int poll(final long timeoutNanos) {
        counters.increment(Counter.ENTER_CALLS);
        final long start = network.nanoTime();
        // Saturates: "for ever" must not overflow into the past.
        final long deadline = start + Math.clamp(timeoutNanos, SimNetwork.POLL_NANOS, Long.MAX_VALUE - start);
        final boolean spurious = network.happens(network.faults().spuriousReturns());
        int handled = 0;
        while (true) {
            while (network.runNext(network.nanoTime())) {
                // Everything that is due now comes before anything is delivered.
            }
            handled += acceptor.accept();
            handled += deliver() + fileReads.deliver();
            if (wakeupRequested.getAndSet(false)) {
                handler.onWakeup();
                handled++;
            }
            if (handled > 0 || spurious) {
                network.passUntil(start + SimNetwork.POLL_NANOS);
                return handled;
            }
            if (!network.runNext(deadline)) {
                network.passUntil(deadline);
                return 0;
            }
        }
    }

    @Override
    public void wakeup() {
        wakeupRequested.set(true);
    }

    @Override
    public FileReads fileReads() {
        return fileReads;
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
        acceptor.closeAll();
        for (int id = 0; id < connections.capacity(); id++) {
            final SimConnection connection = connections.slot(id);
            if (connection != null && connection.state != SimConnection.FREE) {
                connection.socket.owner(() -> { });
                connection.socket.close();
            }
        }
        arena.close();
    }

    /** Takes over a connection that was accepted; closes it if the table is full. */
    void accepted(final int listener, final SimSocket socket) {
        final SimConnection connection = take(socket, SimConnection.OPEN);
        if (connection == null) {
            counters.increment(Counter.REFUSED);
            socket.close();
            return;
        }
        counters.increment(Counter.ACCEPTED);
        markReady(connection);
        network.trace(SimEvent.ACCEPTED, connection.id, 0);
        handler.onAccepted(listener, connection.id);
    }

    /** Delivers to the connections that are ready, each once and in random order, as completions may come. */
    private int deliver() {
        final int count = ready.size();
        int handled = 0;
        for (int left = count; left > 0; left--) {
            final SimConnection connection = ready.remove(network.random(left));
            connection.ready = false;
            handled += deliver(connection);
        }
        return handled;
    }

    private int deliver(final SimConnection connection) {
        if (connection.state == SimConnection.FREE) {
            // Its socket may have become ready once more after the end was told.
            return 0;
        }
        if (connection.state == SimConnection.CLOSING) {
            return deliverClosed(connection);
        }
        if (connection.state == SimConnection.CONNECTING) {
            return deliverConnected(connection);
        }
        if (connection.sentPending) {
            connection.sentPending = false;
            markReady(connection);
            final SendWatch watch = connection.watch;
            connection.watch = null;
            watch.check(connection.id, network);
            network.trace(SimEvent.SENT, connection.id, 0);
            handler.onSent(connection.id);
            return 1;
        }
        if (connection.sending) {
            scheduleSend(connection);
        }
        return connection.paused || connection.receiveEnded ? 0 : receive(connection);
    }

    private int deliverClosed(final SimConnection connection) {
        if (!connection.closedPending) {
            return 0;
        }
        connection.closedPending = false;
        network.trace(SimEvent.CLOSED, connection.id, connection.cause);
        try {
            if (connection.watch != null) {
                connection.watch.check(connection.id, network);
            }
            handler.onClosed(connection.id, connection.cause);
        } finally {
            connections.release(connection);
        }
        return 1;
    }

    private int deliverConnected(final SimConnection connection) {
        if (connection.socket.resetErrno() != 0) {
            fail(connection, connection.socket.resetErrno());
            return 0;
        }
        if (!connection.socket.isConnected()) {
            return 0;
        }
        connection.state = SimConnection.OPEN;
        markReady(connection);
        network.trace(SimEvent.CONNECTED, connection.id, 0);
        handler.onConnected(connection.id);
        return 1;
    }

    private int receive(final SimConnection connection) {
        final SimSocket socket = connection.socket;
        if (socket.resetErrno() != 0) {
            fail(connection, socket.resetErrno());
            return 0;
        }
        if (socket.isAtEnd() && connection.sendFault != 0) {
            fail(connection, connection.sendFault);
            return 0;
        }
        if (socket.isAtEnd()) {
            connection.receiveEnded = true;
            network.trace(SimEvent.RECEIVE_ENDED, connection.id, 0);
            handler.onReceiveEnd(connection.id);
            return 1;
        }
        if (socket.unread() == 0) {
            return 0;
        }
        final int errno = network.fault(SimOperation.RECEIVE);
        if (errno != 0) {
            fail(connection, errno);
            return 0;
        }
        int length = Math.min(socket.unread(), receiveBytes.length);
        if (length > 1 && network.happens(network.faults().shortReceives())) {
            length = 1 + network.random(length);
        }
        socket.read(receiveBytes, 0, length);
        MemorySegment.copy(receiveBytes, 0, receiveSegment, ValueLayout.JAVA_BYTE, 0, length);
        counters.add(Counter.RECEIVED_BYTES, length);
        markReady(connection);
        network.trace(SimEvent.RECEIVED, connection.id, length);
        handler.onReceived(connection.id, receiveSegment, 0, length);
        receiveSegment.asSlice(0, length).fill(POISON);
        return 1;
    }

    @Override
    protected void beginSend(final SimConnection connection) {
        connection.watch = new SendWatch(connection.parts);
        scheduleSend(connection);
    }

    @Override
    protected void sendFin(final SimConnection connection) {
        connection.socket.sendFin();
    }

    private void scheduleSend(final SimConnection connection) {
        if (!connection.sendScheduled) {
            connection.sendScheduled = true;
            network.schedule(network.nanoTime() + 1, () -> {
                connection.sendScheduled = false;
                send(connection);
            });
        }
    }

    private void send(final SimConnection connection) {
        if (!connection.sending || connection.sendFault != 0 || connection.state != SimConnection.OPEN || closed) {
            return;
        }
        if (connection.socket.errnoForSend() != 0) {
            if (connection.receivesAfterFailedSend(connection.socket.errnoForSend())) {
                markReady(connection);
            } else {
                fail(connection, connection.socket.errnoForSend());
            }
            return;
        }
        final int space = connection.socket.space();
        if (space == 0) {
            return;
        }
        final int errno = network.fault(SimOperation.SEND);
        if (errno != 0) {
            fail(connection, errno);
            return;
        }
        int length = (int) Math.min(connection.parts.remaining(), Math.min(space, sendQuantum));
        if (length > 1 && network.happens(network.faults().shortSends())) {
            length = 1 + network.random(length);
        }
        connection.socket.send(copyOut(connection.parts, length));
        connection.parts.advance(length);
        counters.add(Counter.SENT_BYTES, length);
        network.trace(SimEvent.SEND, connection.id, length);
        if (connection.parts.remaining() > 0) {
            counters.increment(Counter.SHORT_SENDS);
            scheduleSend(connection);
            return;
        }
        connection.sending = false;
        connection.sentPending = true;
        markReady(connection);
        if (connection.outputShutdown) {
            sendFin(connection);
        }
    }

    private static byte[] copyOut(final SendParts parts, final int length) {
        final byte[] bytes = new byte[length];
        int count = 0;
        for (int part = parts.first(); count < length; part++) {
            final int piece = (int) Math.min(parts.length(part), length - count);
            MemorySegment.copy(parts.base(part), ValueLayout.JAVA_BYTE, parts.offset(part), bytes, count, piece);
            count += piece;
        }
        return bytes;
    }

    private SimConnection take(final SimSocket socket, final int state) {
        final int id = connections.take();
        if (id < 0) {
            return null;
        }
        final SimConnection connection = new SimConnection(id, socket, state);
        connections.put(connection);
        socket.owner(() -> markReady(connection));
        return connection;
    }

    @Override
    protected void fail(final SimConnection connection, final int errno) {
        if (connection.state == SimConnection.CLOSING) {
            return;
        }
        connection.state = SimConnection.CLOSING;
        connection.cause = errno;
        connection.sending = false;
        connection.parts.clear();
        if (errno == 0) {
            connection.socket.close();
        } else {
            connection.socket.reset();
        }
        // A cancellation takes its time; until then the caller must leave the memory of a send alone.
        network.schedule(network.nanoTime() + network.latencyNanos(), () -> {
            connection.closedPending = true;
            markReady(connection);
        });
    }

    private void markReady(final SimConnection connection) {
        if (!connection.ready) {
            connection.ready = true;
            ready.add(connection);
        }
    }
}
