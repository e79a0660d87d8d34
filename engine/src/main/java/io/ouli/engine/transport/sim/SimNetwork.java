package io.ouli.engine.transport.sim;

import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportException;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A network in memory with a clock of its own, on which transports and plain peers talk, and on which everything that
 * can go wrong does so as its seed says.
 *
 * <p>Time passes only inside {@link Transport#poll} and {@link #advance}: a poll that finds nothing jumps to the next
 * event or to its time-out, so hours pass in milliseconds. All of one network belongs to one thread; only
 * {@link Transport#wakeup} may be called from others.
 *
 * <p>It also watches its users: bytes that were lent to {@link TransportHandler#onReceived} are overwritten afterwards,
 * and bytes that were given to {@link Transport#write} and changed before onSent make the poll throw.
 */
public final class SimNetwork {
    /** What a poll costs even if it finds nothing, so that a loop of them does not stand still. */
    static final long POLL_NANOS = 100;
    private static final long EPOCH_NANOS = 1_000_000_000L;
    private static final int FIRST_PORT = 32_768;
    private static final int MILLION = 1_000_000;
    private static final int THOUSAND = 1_000;
    /** Odd numbers with their bits well spread, so that each event changes all of the trace's hash. */
    private static final long TRACE_SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final long TRACE_MIX = 0xD6E8_FEB8_6659_FD93L;

    private final long seed;
    private final SimFaults faults;
    private final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Integer, List<SimListener>> listeners = new HashMap<>();
    private long nowNanos = EPOCH_NANOS;
    private long eventCount;
    private long operations;
    private long traceHash;
    private int nextPort = FIRST_PORT;

    /** Something that will happen; ties are broken by a random number, so that no order is relied upon. */
    private record Event(long timeNanos, int tie, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(final Event other) {
            final int byTime = Long.compare(timeNanos, other.timeNanos);
            final int byTie = byTime != 0 ? byTime : Integer.compare(tie, other.tie);
            return byTie != 0 ? byTie : Long.compare(number, other.number);
        }
    }

    /** Creates a network. The same seed, faults and calls give the same run. */
    public SimNetwork(final long seed, final SimFaults faults) {
        this.seed = seed;
        this.faults = faults;
        random = new SplittableRandom(seed);
    }

    /** Opens a transport on this network. */
    public Transport open(final TransportOptions options, final TransportHandler handler) {
        return new SimTransport(this, options, handler);
    }

    /** Connects a peer that the test drives itself; it stands once time has passed. */
    public SimPeer connect(final InetSocketAddress address) {
        final SimPeer peer = new SimPeer(this);
        dial(peer.socket(), address);
        return peer;
    }

    /** Listens with a listener that the test drives itself. */
    public SimPeerListener listen() {
        final SimPeerListener listener = new SimPeerListener(this);
        bind(listener.inner(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false);
        return listener;
    }

    /** {@return the seed} */
    public long seed() {
        return seed;
    }

    /** {@return the virtual time} */
    public long nanoTime() {
        return nowNanos;
    }

    /** Lets time pass; what happens is delivered by the next polls. */
    public void advance(final long nanos) {
        final long until = nowNanos + nanos;
        while (runNext(until)) {
            // Each event may schedule the next.
        }
        nowNanos = until;
    }

    /** {@return how many operations could have failed so far; see {@link SimFaults#failOperation()}} */
    public long operations() {
        return operations;
    }

    /** {@return a hash over everything that happened and when; equal for equal runs} */
    public long traceHash() {
        return traceHash;
    }

    /** {@return the seed and the time, for a failed test's message} */
    @Override
    public String toString() {
        return "simulated network, seed " + seed + ", at " + (nowNanos - EPOCH_NANOS) + " ns, "
                + operations + " operations; rerun with -D" + SimSeeds.SEED_PROPERTY + "=" + seed;
    }

    /** {@return what goes wrong} */
    public SimFaults faults() {
        return faults;
    }

    /** {@return a random number from 0 to {@code bound} - 1} */
    int random(final int bound) {
        return random.nextInt(bound);
    }

    /** {@return true so many times of a thousand} */
    boolean happens(final int perThousand) {
        return perThousand > 0 && random.nextInt(THOUSAND) < perThousand;
    }

    long latencyNanos() {
        final long spread = faults.maxLatencyNanos() - faults.minLatencyNanos();
        return faults.minLatencyNanos() + (spread == 0 ? 0 : random.nextLong(spread + 1));
    }

    /** Counts an operation; returns the errno that it fails with, or 0. */
    int fault(final SimOperation operation) {
        operations++;
        final boolean planned = operations == faults.failOperation();
        final boolean drawn = faults.errors() > 0 && random.nextInt(MILLION) < faults.errors();
        return planned || drawn ? operation.error(random.nextInt(THOUSAND)) : 0;
    }

    /** Mixes an event into the trace, with the errno or the bytes that it is about. */
    void trace(final SimEvent event, final int connection, final int detail) {
        final long what = (event.ordinal() + 1) * TRACE_SPREAD ^ ((long) connection << Integer.SIZE | detail);
        traceHash = (traceHash ^ what) * TRACE_MIX + nowNanos;
    }

    void schedule(final long timeNanos, final Runnable action) {
        events.add(new Event(Math.max(timeNanos, nowNanos), random.nextInt(), eventCount++, action));
    }

    /** Runs the next event if it comes no later than {@code untilNanos}, moving the clock to it. */
    boolean runNext(final long untilNanos) {
        final Event next = events.peek();
        if (next == null || next.timeNanos() > untilNanos) {
            return false;
        }
        events.poll();
        nowNanos = Math.max(nowNanos, next.timeNanos());
        next.action().run();
        return true;
    }

    /** Moves the clock forward, but never back. */
    void passUntil(final long timeNanos) {
        nowNanos = Math.max(nowNanos, timeNanos);
    }

    void bind(final SimListener listener, final InetSocketAddress address, final boolean reusePort) {
        if (address.isUnresolved()) {
            throw TransportException.unresolved(address);
        }
        final int port = address.getPort() == 0 ? nextPort++ : address.getPort();
        final List<SimListener> sharing = listeners.computeIfAbsent(port, key -> new ArrayList<>());
        if (!sharing.isEmpty() && !(reusePort && sharing.stream().allMatch(SimListener::reusePort))) {
            throw TransportException.listen(address, Errno.EADDRINUSE, null);
        }
        listener.bound(new InetSocketAddress(address.getAddress(), port), reusePort);
        sharing.add(listener);
    }

    void unbind(final SimListener listener) {
        listeners.get(listener.address().getPort()).remove(listener);
    }

    /** Starts a handshake; the socket's owner hears of its end. */
    void dial(final SimSocket socket, final InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw TransportException.unresolved(address);
        }
        final int errno = fault(SimOperation.CONNECT);
        schedule(nowNanos + latencyNanos(), () -> {
            if (socket.isClosed()) {
                return;
            }
            final List<SimListener> sharing = listeners.getOrDefault(address.getPort(), List.of());
            final SimListener listener = sharing.isEmpty() ? null : sharing.get(random(sharing.size()));
            if (errno != 0 || listener == null || listener.isFull()) {
                socket.arriveReset(errno == 0 ? Errno.ECONNREFUSED : errno);
                return;
            }
            final SimSocket accepted = new SimSocket(this);
            socket.pairWith(accepted);
            listener.offer(accepted);
            schedule(nowNanos + latencyNanos(), socket::arriveConnected);
        });
    }
}
