package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.ConnectionTransport;
import io.ouli.engine.transport.CounterBlock.Counter;
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
 * The transport on one ring, opened and driven by one thread. Each turn takes what has completed and, as its last step,
 * enters the kernel with what callbacks have prepared: replies leave before the caller looks at its timers and tasks,
 * and what has completed meanwhile is the next turn's, which enters at its beginning only to wait. Opened by
 * {@link io.ouli.engine.transport.Transports} alone.
 */
public final class UringTransport extends ConnectionTransport<UringConnection> {
    private static final int SUBMISSION_ENTRIES = 256;
    private static final int LEAST_COMPLETION_ENTRIES = 4_096;
    private static final int MOST_COMPLETION_ENTRIES = 65_536;
    /** Completions handled before the kernel is entered again, so that the first answers leave early. */
    private static final int REAP_LIMIT = 256;
    /** The ring is entered in every so many-th turn that finds nothing, where the only connection is looked at. */
    private static final int LOOKS = 16;
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
    private final TickGuard tickGuard;
    private final UringFileReads fileReads;
    private final Closer closer;
    /** As many addresses as the submission queue can hold connects. */
    private final MemorySegment addresses = NativeLedger.note(
            Owner.COUNTERS, Arena.ofAuto().allocate(SUBMISSION_ENTRIES * Sockets.ADDRESS_BYTES, 8));
    private final CompletionHandler onCompletion = this::onCompletion;
    private int nextAddress;
    private int handled;
    private int looks;
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
            counters = new UringCounters(ring.counters());
            acceptor = new UringAcceptor(ring, sockets, counters);
            closer = new Closer(ring, sockets);
            receiver = new Receiver(ring, options, connections, handler, counters, closer);
            sender = new Sender(ring, options, connections, sockets, counters, closer);
            fileReads = new UringFileReads(ring);
            wakeup = new Wakeup(ring, UserData.pack(0, UringOp.WAKEUP, 0));
            wakeup.arm();
            tickGuard = new TickGuard(operations, UserData.pack(0, UringOp.TICK, 0));
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
        receiver.pause(connections.get(connection));
    }

    @Override
    public void resumeReceive(final int connection) {
        receiver.resume(connections.get(connection));
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
        if (sender.hasLone()) {
            sentAlone();
        }
        final boolean mustWait = ring.ready() == 0;
        final boolean prepared = ring.hasPrepared();
        if (mustWait && !prepared && receiver.hasLone() && ++looks % LOOKS != 0) {
            handled += receiver.look() ? 1 : 0;
        } else {
            if (mustWait || prepared) {
                enter(mustWait ? minComplete : 0, timeoutNanos);
            }
            ring.reap(onCompletion, REAP_LIMIT);
        }
        if (ring.hasPrepared()) {
            enter(0, 0);
        }
    }

    private void sentAlone() {
        final UringConnection connection = sender.takeLone();
        if (connection != null) {
            handled++;
            handler.onSent(connection.id);
        }
    }

    private void enter(final int minComplete, final long timeoutNanos) {
        receiver.publish();
        if (minComplete > 0) {
            tickGuard.beforeWait();
        }
        ring.submitAndWait(minComplete, timeoutNanos);
        sender.submitted();
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
        if (!closer.cancelsByFd()) {
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
            case UringOp.TICK -> tickGuard.onCompletion();
            default -> onConnectionCompletion(userData, result, flags);
        }
    }

    private void onConnectionCompletion(final long userData, final int result, final int flags) {
        final UringConnection connection = connections.slot(UserData.id(userData));
        if (connection.state == UringConnection.FREE || connection.generation != UserData.generation(userData)) {
            assert false : "a completion came after its connection was gone";
            receiver.drop(flags);
            return;
        }
        if (!Completions.hasMore(flags)) {
            connection.inFlight--;
        }
        switch (UserData.op(userData)) {
            case UringOp.RECEIVE -> handled += receiver.received(connection, result, flags) ? 1 : 0;
            case UringOp.SEND -> {
                if (sender.sent(connection, result)) {
                    handled++;
                    handler.onSent(connection.id);
                }
            }
            case UringOp.CONNECT -> connected(connection, result);
            case UringOp.CANCEL -> {
                if (connection.state == UringConnection.CLOSING) {
                    closer.cancelled(connection, result);
                } else {
                    receiver.cancelled(connection, result);
                }
            }
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
        receiver.arm(connection);
        handler.onAccepted(listener, connection.id);
    }

    private void connected(final UringConnection connection, final int result) {
        if (connection.state == UringConnection.CLOSING) {
            closer.progress(connection);
        } else if (result < 0) {
            fail(connection, -result);
        } else {
            connection.state = UringConnection.OPEN;
            receiver.arm(connection);
            handled++;
            handler.onConnected(connection.id);
        }
    }

    @Override
    protected void beginSend(final UringConnection connection) {
        sender.send(connection);
    }

    @Override
    protected void sendFin(final UringConnection connection) {
        sender.sendFin(connection);
    }

    @Override
    protected void fail(final UringConnection connection, final int errno) {
        closer.fail(connection, errno);
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
        receiver.share();
        connection.open(fd, state);
        return connection;
    }
}
