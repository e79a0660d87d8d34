package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.ConnectionTransport;
import io.ouli.engine.transport.CounterBlock.Counter;
import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.FileReads;
import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.TransportCounters;
import io.ouli.engine.transport.TransportException;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportKind;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.CompletionHandler;
import io.ouli.uring.Completions;
import io.ouli.uring.Operations;
import io.ouli.uring.Ring;
import io.ouli.uring.RingException;
import io.ouli.uring.RingFeature;
import io.ouli.uring.RingOptions;
import io.ouli.uring.UserData;
import io.ouli.uring.Wakeup;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The transport on one ring, opened and driven by one thread. Each turn enters the kernel once: what callbacks have
 * prepared goes in, what has completed comes out. Opened by {@link io.ouli.engine.transport.Transports} alone.
 */
public final class UringTransport extends ConnectionTransport<UringConnection> {
    private static final int SUBMISSION_ENTRIES = 256;
    private static final int LEAST_COMPLETION_ENTRIES = 4_096;
    private static final int MOST_COMPLETION_ENTRIES = 65_536;
    /** Completions handled before the kernel is entered again, so that the first answers leave early. */
    private static final int REAP_LIMIT = 256;
    /**
     * Bytes of sends that are handed to the kernel in the middle of a turn: a client on another core reads the first
     * replies of a large batch while this one still works on the last.
     */
    private static final long EARLY_SUBMIT_BYTES = 32 << 10;
    /** Memory that a kernel which did not let go may still write to; kept for ever rather than freed. */
    private static final List<Object> LEAKED = new ArrayList<>();

    private final TransportHandler handler;
    private final long spinNanos;
    private final Ring ring;
    private final Operations operations;
    private final UringCounters counters;
    private final Sockets sockets = new Sockets();
    private final UringAcceptor acceptor;
    private final Receiver receiver;
    private final Sender sender;
    private final Wakeup wakeup;
    private final UringFileReads fileReads;
    private final boolean cancelsByFd;
    /** As many addresses as the submission queue can hold connects. */
    private final MemorySegment addresses = NativeLedger.note(
            Owner.COUNTERS, Arena.ofAuto().allocate(SUBMISSION_ENTRIES * Sockets.ADDRESS_BYTES, 8));
    private final CompletionHandler onCompletion = this::onCompletion;
    private int nextAddress;
    private long preparedBytes;
    private int handled;
    private boolean closed;

    /** Opens a ring with every feature that the machine offers. */
    public UringTransport(final TransportOptions options, final TransportHandler handler) {
        this(options, handler, Set.of());
    }

    /**
     * Opens a ring, owned by the calling thread.
     *
     * @param disabled kernel features to do without.
     * @throws UnsupportedOperationException if there is no io_uring here; the message gives the reason.
     * @throws RingException                 if the kernel refuses; the message gives the remedy.
     */
    public UringTransport(
            final TransportOptions options, final TransportHandler handler, final Set<RingFeature> disabled) {
        super(options);
        this.handler = handler;
        spinNanos = options.spinNanos();
        final int completionEntries =
                Math.clamp(2L * options.maxConnections(), LEAST_COMPLETION_ENTRIES, MOST_COMPLETION_ENTRIES);
        ring = Ring.open(new RingOptions(SUBMISSION_ENTRIES, completionEntries, disabled));
        try {
            ring.enable();
            operations = ring.operations();
            cancelsByFd = ring.features().isEnabled(RingFeature.CANCEL_BY_FD);
            counters = new UringCounters(ring.counters());
            acceptor = new UringAcceptor(ring, sockets, counters);
            receiver = new Receiver(ring, options);
            sender = new Sender(operations, options.sendQuantumBytes());
            fileReads = new UringFileReads(ring);
            wakeup = new Wakeup(ring, UserData.pack(0, UringOp.WAKEUP, 0));
            wakeup.arm();
        } catch (final RuntimeException e) {
            ring.close();
            throw e;
        }
    }

    @Override
    public TransportKind kind() {
        return TransportKind.IO_URING;
    }

    @Override
    public String description() {
        return "io_uring (" + ring.describe() + ")";
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
        if (connections.taken() == connections.capacity()) {
            throw TransportException.tableFull(address, connections.capacity());
        }
        final int fd = sockets.forConnecting(address);
        if (fd < 0) {
            throw TransportException.connect(address, -fd, null);
        }
        final UringConnection connection = take(fd, UringConnection.CONNECTING);
        final MemorySegment slot = addresses.asSlice((long) nextAddress * Sockets.ADDRESS_BYTES, Sockets.ADDRESS_BYTES);
        nextAddress = (nextAddress + 1) % SUBMISSION_ENTRIES;
        connection.inFlight++;
        operations.connect(fd, slot, Sockets.write(address, slot), connection.userData(UringOp.CONNECT));
        return connection.id;
    }

    @Override
    public void pauseReceive(final int connection) {
        final UringConnection target = connections.get(connection);
        target.paused = true;
        if (target.state == UringConnection.OPEN && target.receive == UringConnection.ARMED) {
            target.receive = UringConnection.CANCELLING;
            cancel(target, UringOp.RECEIVE);
        }
    }

    @Override
    public void resumeReceive(final int connection) {
        final UringConnection target = connections.get(connection);
        target.paused = false;
        armReceive(target);
    }

    @Override
    public int poll(final long timeoutNanos) {
        handled = 0;
        final long wait = fileReads.hasFailed() ? 0 : Math.min(timeoutNanos, acceptor.nanosToRetry());
        if (wait <= 0) {
            turn(0, 0);
        } else if (spinNanos == 0) {
            turn(1, wait);
        } else {
            spinThenSleep(wait);
        }
        acceptor.retryIfDue();
        handled += fileReads.deliverFailed();
        return handled;
    }

    private void spinThenSleep(final long timeoutNanos) {
        final long start = System.nanoTime();
        final long spin = Math.min(timeoutNanos, spinNanos);
        while (true) {
            turn(0, 0);
            final long elapsed = System.nanoTime() - start;
            if (handled > 0 || elapsed >= timeoutNanos) {
                return;
            }
            if (elapsed >= spin) {
                turn(1, timeoutNanos - elapsed);
                return;
            }
            Thread.onSpinWait();
        }
    }

    private void turn(final int minComplete, final long timeoutNanos) {
        receiver.publish();
        ring.submitAndWait(minComplete, timeoutNanos);
        submitted();
        ring.reap(onCompletion, REAP_LIMIT);
    }

    private void submitted() {
        sender.submitted();
        preparedBytes = 0;
    }

    @Override
    public void wakeup() {
        wakeup.signal();
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
        if (!cancelsByFd) {
            endPendingOperations();
        }
        final boolean quiescent = ring.close(this::onLastCompletion, Ring.CLOSE_TIMEOUT_NANOS);
        acceptor.closeAll();
        for (int id = 0; id < connections.capacity(); id++) {
            final UringConnection connection = connections.slot(id);
            if (connection != null && connection.state != UringConnection.FREE && !connection.closeSubmitted) {
                sockets.close(connection.fd);
            }
        }
        wakeup.close();
        if (quiescent) {
            fileReads.close();
        } else {
            synchronized (LEAKED) {
                LEAKED.add(connections);
                LEAKED.add(fileReads);
            }
        }
    }

    /** Makes every pending operation complete by itself: sockets are shut down, the wake-up is signalled. */
    private void endPendingOperations() {
        acceptor.shutdownAll();
        for (int id = 0; id < connections.capacity(); id++) {
            final UringConnection connection = connections.slot(id);
            if (connection != null && connection.state != UringConnection.FREE && !connection.closeSubmitted) {
                sockets.shutdown(connection.fd, LibcHeader.SHUT_RDWR());
            }
        }
        wakeup.signal();
    }

    private void onLastCompletion(final long userData, final int result, final int flags) {
        if (UserData.op(userData) == UringOp.ACCEPT && result >= 0) {
            sockets.close(result);
        }
    }

    private void onCompletion(final long userData, final int result, final int flags) {
        final int id = UserData.id(userData);
        switch (UserData.op(userData)) {
            case UringOp.WAKEUP -> {
                wakeup.onCompletion(result);
                handled++;
                handler.onWakeup();
            }
            case UringOp.ACCEPT -> {
                final int fd = acceptor.accepted(id, result, flags);
                if (fd >= 0) {
                    accepted(id, fd);
                }
            }
            case UringOp.FILE_READ -> {
                handled++;
                fileReads.onCompletion(userData, result);
            }
            case UringOp.CLOSE_LISTENER -> acceptor.closed(id);
            case UringOp.CLOSE_REFUSED -> { }
            default -> onConnectionCompletion(userData, result, flags);
        }
    }

    private void onConnectionCompletion(final long userData, final int result, final int flags) {
        final UringConnection connection = connections.slot(UserData.id(userData));
        if (connection.state == UringConnection.FREE || connection.generation != UserData.generation(userData)) {
            assert false : "a completion came after its connection was gone";
            receiver.recycle(receiver.take(flags));
            return;
        }
        if (!Completions.hasMore(flags)) {
            connection.inFlight--;
        }
        switch (UserData.op(userData)) {
            case UringOp.RECEIVE -> received(connection, result, flags);
            case UringOp.SEND -> sent(connection, result);
            case UringOp.CONNECT -> connected(connection, result);
            case UringOp.CANCEL -> cancelled(connection, result);
            case UringOp.CLOSE -> closed(connection);
            default -> throw new AssertionError("unknown op in user data " + userData);
        }
    }

    private void accepted(final int listener, final int fd) {
        handled++;
        final UringConnection connection = take(fd, UringConnection.OPEN);
        if (connection == null) {
            counters.increment(Counter.REFUSED);
            operations.close(fd, UserData.pack(0, UringOp.CLOSE_REFUSED, 0));
            return;
        }
        counters.increment(Counter.ACCEPTED);
        armReceive(connection);
        handler.onAccepted(listener, connection.id);
    }

    private void connected(final UringConnection connection, final int result) {
        if (connection.state == UringConnection.CLOSING) {
            progressClose(connection);
        } else if (result < 0) {
            fail(connection, -result);
        } else {
            connection.state = UringConnection.OPEN;
            armReceive(connection);
            handled++;
            handler.onConnected(connection.id);
        }
    }

    private void received(final UringConnection connection, final int result, final int flags) {
        final int buffer = receiver.take(flags);
        final boolean stopped = !Completions.hasMore(flags);
        if (stopped) {
            connection.receive = UringConnection.IDLE;
            connection.receiveEnded |= result == 0;
        }
        connection.delivering = true;
        try {
            if (connection.state == UringConnection.OPEN && result >= 0) {
                deliver(connection, buffer, result);
            }
        } finally {
            connection.delivering = false;
            receiver.recycle(buffer);
            if (stopped) {
                receiveStopped(connection, result);
            }
        }
    }

    private void deliver(final UringConnection connection, final int buffer, final int length) {
        handled++;
        if (length == 0) {
            handler.onReceiveEnd(connection.id);
            return;
        }
        counters.add(Counter.RECEIVED_BYTES, length);
        handler.onReceived(connection.id, receiver.segment(connection, buffer), receiver.offset(buffer), length);
    }

    /** Arms a receive that has ended again, or takes its end for the connection's. */
    private void receiveStopped(final UringConnection connection, final int result) {
        if (connection.state == UringConnection.CLOSING) {
            progressClose(connection);
            return;
        }
        switch (-result) {
            case Errno.ECANCELED, Errno.EINTR, Errno.EAGAIN -> armReceive(connection);
            case Errno.ENOBUFS -> {
                counters.increment(Counter.BUFFER_EXHAUSTIONS);
                rearm(connection);
            }
            default -> {
                if (result < 0) {
                    fail(connection, -result);
                } else {
                    rearm(connection);
                }
            }
        }
    }

    private void rearm(final UringConnection connection) {
        if (receiver.isMultishot() && !connection.receiveEnded) {
            counters.increment(Counter.REARMED);
        }
        armReceive(connection);
    }

    private void armReceive(final UringConnection connection) {
        if (connection.state == UringConnection.OPEN && connection.receive == UringConnection.IDLE
                && !connection.paused && !connection.receiveEnded && !connection.delivering) {
            connection.receive = UringConnection.ARMED;
            connection.inFlight++;
            receiver.arm(connection);
        }
    }

    @Override
    protected void beginSend(final UringConnection connection) {
        submitSend(connection);
    }

    private void submitSend(final UringConnection connection) {
        connection.sendInFlight = true;
        connection.inFlight++;
        connection.attempted = sender.submit(connection);
        preparedBytes += connection.attempted;
        if (preparedBytes >= EARLY_SUBMIT_BYTES) {
            ring.submit();
            submitted();
        }
    }

    private void sent(final UringConnection connection, final int result) {
        connection.sendInFlight = false;
        if (result > 0) {
            counters.add(Counter.SENT_BYTES, result);
        }
        if (connection.state == UringConnection.CLOSING) {
            progressClose(connection);
            return;
        }
        if (result < 0 && result != -Errno.EINTR && result != -Errno.EAGAIN) {
            fail(connection, -result);
            return;
        }
        if (result > 0) {
            connection.parts.advance(result);
        }
        if (connection.parts.remaining() > 0) {
            if (result < connection.attempted) {
                counters.increment(Counter.SHORT_SENDS);
            }
            submitSend(connection);
            return;
        }
        connection.sending = false;
        if (connection.outputShutdown) {
            sendFin(connection);
        }
        if (connection.state == UringConnection.OPEN) {
            handled++;
            handler.onSent(connection.id);
        }
    }

    /** A plain call: it does not block, and as a ring's operation it would go to a kernel thread. */
    @Override
    protected void sendFin(final UringConnection connection) {
        final int result = sockets.shutdown(connection.fd, LibcHeader.SHUT_WR());
        if (result < 0) {
            fail(connection, -result);
        }
    }

    @Override
    protected void fail(final UringConnection connection, final int errno) {
        if (connection.state == UringConnection.CLOSING) {
            return;
        }
        final boolean connecting = connection.state == UringConnection.CONNECTING;
        connection.state = UringConnection.CLOSING;
        connection.cause = errno;
        connection.sending = false;
        if (connection.inFlight == 0) {
            progressClose(connection);
        } else if (cancelsByFd) {
            connection.inFlight++;
            operations.cancelAll(connection.fd, connection.userData(UringOp.CANCEL));
        } else {
            if (connecting) {
                cancel(connection, UringOp.CONNECT);
            }
            if (connection.receive == UringConnection.ARMED) {
                cancel(connection, UringOp.RECEIVE);
            }
            if (connection.sendInFlight) {
                cancel(connection, UringOp.SEND);
            }
        }
    }

    private void cancel(final UringConnection connection, final int op) {
        connection.inFlight++;
        operations.cancel(connection.userData(op), connection.userData(UringOp.CANCEL));
    }

    private void cancelled(final UringConnection connection, final int result) {
        if (connection.state != UringConnection.CLOSING) {
            if (result == -LibcHeader.EALREADY() && connection.receive == UringConnection.CANCELLING) {
                // The receive was at work just then and goes on.
                connection.receive = UringConnection.ARMED;
                if (connection.paused) {
                    pauseReceive(connection.id);
                }
            }
            return;
        }
        if (connection.inFlight > 0 && result < connection.inFlight) {
            // Something is being worked on and cannot be cancelled, or has just completed; this ends it either way.
            sockets.shutdown(connection.fd, LibcHeader.SHUT_RDWR());
        }
        progressClose(connection);
    }

    /** Closes the descriptor once the kernel holds no operation of the connection any more. */
    private void progressClose(final UringConnection connection) {
        if (connection.inFlight == 0) {
            assert !connection.closeSubmitted;
            connection.closeSubmitted = true;
            connection.inFlight++;
            operations.close(connection.fd, connection.userData(UringOp.CLOSE));
        }
    }

    private void closed(final UringConnection connection) {
        connection.parts.clear();
        handled++;
        try {
            handler.onClosed(connection.id, connection.cause);
        } finally {
            connections.release(connection);
        }
    }

    private UringConnection take(final int fd, final int state) {
        final int id = connections.take();
        if (id < 0) {
            return null;
        }
        UringConnection connection = connections.slot(id);
        if (connection == null) {
            connection = new UringConnection(id);
            connections.put(connection);
        }
        connection.open(fd, state);
        return connection;
    }
}
