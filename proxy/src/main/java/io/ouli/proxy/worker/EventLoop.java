package io.ouli.proxy.worker;

import io.ouli.engine.core.Cpus;
import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.events.Events;
import io.ouli.engine.events.RingEvent;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportCounters;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportKind;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.proxy.worker.TurnWatch.Event;
import io.ouli.proxy.worker.TurnWatch.Phase;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.agrona.concurrent.Agent;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/**
 * One worker: polls its transport, hands events to the {@link Peer} of each connection, runs time-outs and the tasks
 * that other threads hand over.
 *
 * <p>A fault of the program in one connection's code closes that connection and is logged once for each place; the
 * others go on.
 */
public final class EventLoop implements Agent, TransportHandler {
    /** Takes what a listener accepts. */
    public interface Acceptor {
        /** {@return this side of a new connection} */
        Peer accepted(int listener, int connection);
    }

    /** What is built on the loop's own thread, before it serves. */
    public interface Startup {
        /** Sets up; what it throws ends the loop and reaches whoever started it. */
        void onStart(EventLoop loop);
    }

    private static final Logger LOGGER = new LazyLogger(EventLoop.class);
    private static final long LONGEST_WAIT_NANOS = 1_000_000_000;
    private static final int FIRST_PEERS = 64;
    private static final int QUEUE_CHUNK = 256;
    private static final int MOST_LOGGED_FAULTS = 100;

    private final String name;
    private final TransportOptions options;
    private final LoopNetwork network;
    private final Startup startup;
    private final Counters counters = new Counters();
    private final TurnWatch watch;
    private final MpscUnboundedVarHandleArrayQueue<Runnable> tasks =
            new MpscUnboundedVarHandleArrayQueue<>(QUEUE_CHUNK);
    private final Set<String> loggedFaults = new HashSet<>();
    private final NativeBufferPool buffers = new NativeBufferPool();
    private Peer[] peers = new Peer[FIRST_PEERS];
    private Acceptor acceptor;
    private TimerWheel timers;
    private long nowNanos;
    /** Whether the transport may have waited since {@link #nowNanos} was read. */
    private boolean waited;
    /** Guards the transport against a wake-up after its end, when its descriptor may be somebody else's. */
    private final Object wakeupLock = new Object();
    private boolean awake;
    private Transport transport;

    /** Creates a loop; everything else happens on its own thread. */
    public EventLoop(
            final String name, final TransportOptions options, final LoopNetwork network, final Startup startup) {
        this.name = name;
        this.options = options;
        this.network = network;
        this.startup = startup;
        watch = new TurnWatch(name, counters, network::nanoTime);
    }

    @Override
    public String roleName() {
        return name;
    }

    @Override
    public void onStart() {
        nowNanos = network.nanoTime();
        timers = new TimerWheel(nowNanos);
        transport = network.open(options, this);
        if (transport.kind() == TransportKind.IO_URING) {
            // A start over NIO makes no native call, the first of which takes 60 ms.
            Cpus.shortenSlices();
        }
        synchronized (wakeupLock) {
            awake = true;
        }
        startup.onStart(this);
    }

    @Override
    public int doWork() {
        final long wait = tasks.isEmpty() ? timers.nanosToNextTick(nowNanos(), LONGEST_WAIT_NANOS) : 0;
        waited = true;
        final int handled = Events.on() ? pollAndTell(wait) : transport.poll(wait);
        final long now = nowNanos();
        if (handled > 0) {
            watch.ended(Phase.EVENTS);
        }
        final int expired = timers.advance(now);
        if (expired > 0) {
            watch.ended(Phase.TIMERS);
        }
        final int ran = runTasks();
        if (ran > 0) {
            watch.ended(Phase.TASKS);
        }
        watch.end();
        return handled + expired + ran;
    }

    private int pollAndTell(final long wait) {
        final RingEvent event = RingEvent.begun();
        final int handled = transport.poll(wait);
        final TransportCounters its = transport.counters();
        event.done(name, handled, its.enterCalls(), its.submissionQueueFull(), its.completionQueueOverflows());
        return handled;
    }

    @Override
    public void onClose() {
        synchronized (wakeupLock) {
            awake = false;
        }
        if (transport != null) {
            transport.close();
        }
        runTasks();
        buffers.close();
    }

    /** Ends the wait of the loop's thread; from any thread. */
    public void wakeup() {
        synchronized (wakeupLock) {
            if (awake) {
                transport.wakeup();
            }
        }
    }

    /** Runs a task on the loop's thread, soon; from any thread. After the loop's end it may not run. */
    public void execute(final Runnable task) {
        tasks.offer(task);
        wakeup();
    }

    /** {@return the transport; for the loop's thread} */
    public Transport transport() {
        return transport;
    }

    /** {@return the timers; for the loop's thread} */
    public TimerWheel timers() {
        return timers;
    }

    /** {@return the pool of send buffers; for the loop's thread} */
    public NativeBufferPool buffers() {
        return buffers;
    }

    /** {@return the time as {@link System#nanoTime} gives it, read once a turn} */
    public long nowNanos() {
        if (waited) {
            nowNanos = network.nanoTime();
            waited = false;
            watch.begin(nowNanos);
        }
        return nowNanos;
    }

    /** {@return what this loop counts; readable from any thread} */
    public Counters counters() {
        return counters;
    }

    /** Names something that may be slow and that the present turn does, for the report of a stall. */
    public void note(final String what) {
        watch.note(what);
    }

    /** The first event of a turn ends its wait. */
    private void count(final Event event) {
        nowNanos();
        watch.count(event);
    }

    /** Sets who takes accepted connections; before anything is listened on. */
    public void acceptor(final Acceptor value) {
        acceptor = value;
    }

    /** Makes a peer this side of a connection that was begun by {@link Transport#connect}. */
    public void register(final int connection, final Peer peer) {
        if (connection >= peers.length) {
            peers = Arrays.copyOf(peers, Math.max(connection + 1, peers.length * 2));
        }
        peers[connection] = peer;
    }

    private int runTasks() {
        int ran = 0;
        Runnable task = tasks.poll();
        while (task != null) {
            try {
                task.run();
            } catch (final Throwable e) {
                logOnce(e);
            }
            ran++;
            task = tasks.poll();
        }
        return ran;
    }

    @Override
    public void onAccepted(final int listener, final int connection) {
        count(Event.ACCEPTED);
        try {
            register(connection, acceptor.accepted(listener, connection));
        } catch (final Throwable e) {
            fault(connection, e);
        }
    }

    @Override
    public void onConnected(final int connection) {
        count(Event.CONNECTED);
        final Peer peer = peers[connection];
        if (peer == null) {
            return;
        }
        try {
            peer.onConnected();
        } catch (final Throwable e) {
            fault(connection, e);
        }
    }

    @Override
    public void onReceived(final int connection, final MemorySegment data, final long offset, final int length) {
        count(Event.RECEIVED);
        final Peer peer = peers[connection];
        if (peer == null) {
            return;
        }
        try {
            peer.onReceived(data, offset, length);
        } catch (final Throwable e) {
            fault(connection, e);
        }
    }

    @Override
    public void onReceiveEnd(final int connection) {
        count(Event.RECEIVED);
        final Peer peer = peers[connection];
        if (peer == null) {
            return;
        }
        try {
            peer.onReceiveEnd();
        } catch (final Throwable e) {
            fault(connection, e);
        }
    }

    @Override
    public void onSent(final int connection) {
        count(Event.SENT);
        final Peer peer = peers[connection];
        if (peer == null) {
            return;
        }
        try {
            peer.onSent();
        } catch (final Throwable e) {
            fault(connection, e);
        }
    }

    @Override
    public void onClosed(final int connection, final int cause) {
        count(Event.CLOSED);
        final Peer peer = peers[connection];
        peers[connection] = null;
        if (peer == null) {
            return;
        }
        timers.remove(peer);
        try {
            peer.onClosed(cause);
        } catch (final Throwable e) {
            logOnce(e);
        }
    }

    @Override
    public void onWakeup() {
        // The tasks are run in every turn, at its end.
    }

    /** Closes a connection whose code has failed; the others go on. */
    public void fault(final int connection, final Throwable e) {
        logOnce(e);
        transport.close(connection);
    }

    private void logOnce(final Throwable e) {
        counters.increment(Counter.FAULTS);
        final StackTraceElement[] trace = e.getStackTrace();
        final String place = e.getClass().getName() + (trace.length == 0 ? "" : trace[0]);
        if (loggedFaults.size() < MOST_LOGGED_FAULTS && loggedFaults.add(place)) {
            LOGGER.log(Level.ERROR, name + " closes a connection after a fault of the program, and goes on", e);
        }
    }
}
