package io.ouli.engine;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.Frame;
import io.ouli.engine.recording.FrameKeys;
import io.ouli.engine.recording.FramePool;
import io.ouli.engine.recording.disk.DiskQueue;
import io.ouli.engine.recording.disk.DiskQueues;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.agrona.concurrent.Agent;

/**
 * Owns every recording that is being written: takes finished exchanges from the workers, appends them, commits in
 * groups, seals. Runs on one thread, {@code ouli-writer}, so that no worker ever waits for a disk.
 *
 * <p>A group's commit goes on while the next group gathers; there is one group at a time, so one sync a file.
 */
final class WriterAgent implements Agent {
    private static final Logger LOGGER = new LazyLogger(WriterAgent.class);
    private static final AtomicBoolean SAID = new AtomicBoolean();
    /** Appended in one go before commits and replies get their turn. */
    private static final int BATCH = 256;
    private static final long IDLE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How long new exchanges may wait for a look while the thread waits for the disk; they could not be synced yet. */
    private static final long DISK_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What waits in the queue: an {@link Exchange} to be written or a {@link Command} to be run. */
    private final WriterQueue queue;
    private final Durability durability;
    private final Counters counters;
    /** Taken from the queue and not yet appended, so that their keys are found together; empty between two turns. */
    private final Exchange[] taken = new Exchange[FrameKeys.MAX_FRAMES];
    private final Frame[] frames = new Frame[FrameKeys.MAX_FRAMES];
    private final FrameKeys keys = new FrameKeys();
    private int takenCount;
    private final OpenWriters open;
    private final BiConsumer<Session, RuntimeException> parkingFailed;
    private CommitGroup gathering;
    private CommitGroup underWay;
    private DiskQueue disk;

    WriterAgent(
            final Durability durability, final FramePool pool, final OpenWriters open, final Counters counters) {
        this.durability = durability;
        this.open = open;
        this.counters = counters;
        gathering = new CommitGroup(counters);
        underWay = new CommitGroup(counters);
        parkingFailed = (session, failure) -> gathering.stop(session, failure);
        queue = new WriterQueue(durability == Durability.EACH, pool);
    }

    /** One thing to be done between two exchanges. */
    private record Command(Runnable action, CompletableFuture<Void> done) {
    }

    /** {@return what carries out writes; opened by the first interaction, on the writer's thread} */
    DiskQueue disk() {
        if (disk == null) {
            disk = DiskQueues.open();
            // An import opens an engine for each session: what holds for the process is said once.
            LOGGER.log(SAID.getAndSet(true) ? Level.DEBUG : Level.INFO, "recordings are written " + disk.describe());
        }
        return disk;
    }

    /** Hands a finished exchange over; it is the writer's until its recorder gets it back. From any worker. */
    void submit(final Exchange exchange) {
        queue.put(exchange, exchange.ticket());
    }

    /** Runs an action on the writer's thread after everything submitted before; throws what it throws. */
    void execute(final Runnable action) {
        final Command command = new Command(action, new CompletableFuture<>());
        queue.putUrgently(command);
        try {
            command.done.join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    void wakeup() {
        queue.putUrgently(new Command(() -> { }, new CompletableFuture<>()));
    }

    @Override
    public int doWork() {
        Object next = queue.poll();
        if (next == null) {
            commitDue(System.nanoTime());
            next = await();
        }
        int work = 0;
        while (next != null) {
            take(next);
            next = ++work < BATCH ? queue.poll() : null;
        }
        writeTaken();
        final long now = System.nanoTime();
        commitDue(now);
        open.parkIdle(now, parkingFailed);
        return work;
    }

    private Object await() {
        if (!underWay.isEmpty()) {
            disk.poll(DISK_WAIT_NANOS);
            return queue.poll();
        }
        final long now = System.nanoTime();
        queue.await(Math.max(1, gathering.dueNanos(now, IDLE_WAIT_NANOS) - now));
        return queue.poll();
    }

    @Override
    public void onClose() {
        for (Object next = queue.poll(); next != null; next = queue.poll()) {
            take(next);
        }
        writeTaken();
        underWay.end();
        beginCommit();
        underWay.end();
        if (disk != null) {
            disk.close();
        }
    }

    @Override
    public String roleName() {
        return "ouli-writer";
    }

    private void run(final Command command) {
        try {
            command.action.run();
            command.done.complete(null);
        } catch (final RuntimeException | Error e) {
            command.done.completeExceptionally(e);
        }
    }

    private void take(final Object next) {
        if (next instanceof Exchange exchange && exchange.frame() == null) {
            writeTaken(); // Whose response could not be recorded, as was found late: somebody may wait for it.
            done(exchange);
        } else if (next instanceof Exchange exchange) {
            taken[takenCount++] = exchange;
            if (takenCount == taken.length) {
                writeTaken();
            }
        } else {
            writeTaken(); // A command sees everything that was handed over before it.
            run((Command) next);
        }
    }

    private void writeTaken() {
        final int count = takenCount;
        takenCount = 0;
        for (int i = 0; i < count; i++) {
            frames[i] = taken[i].frame();
        }
        keys.find(frames, count);
        for (int i = 0; i < count; i++) {
            final Exchange exchange = taken[i];
            taken[i] = null;
            frames[i] = null;
            write(exchange);
        }
        if (open.isFull()) {
            makeRoom();
        }
    }

    /** Closes some recordings for a while, so that others can be opened. */
    private void makeRoom() {
        open.parkOldest(System.nanoTime(), parkingFailed);
        if (open.isFull()) {
            underWay.end();
            beginCommit();
            underWay.end();
            open.parkOldest(System.nanoTime(), parkingFailed);
        }
    }

    private void write(final Exchange exchange) {
        final Session session = exchange.session();
        if (session.recordingFailure() == null) {
            try {
                final boolean wasParked = session.writer().isParked();
                session.writer().append(exchange.frame());
                if (wasParked) {
                    open.use(session, System.nanoTime());
                }
                counters.add(Counter.COMMITTED_BYTES, exchange.frame().length());
                gathering.add(session);
            } catch (final RuntimeException e) {
                gathering.stop(session, e);
            }
        }
        done(exchange);
    }

    private void done(final Exchange exchange) {
        final Recorder recorder = exchange.recorder();
        recorder.onAppended(exchange.ticket());
        gathering.add(recorder);
        recorder.giveBack(exchange);
    }

    /** Ends the commit under way once it is done, and begins the next when it is due. */
    private void commitDue(final long nowNanos) {
        if (!underWay.isEmpty()) {
            disk.poll(0);
            if (!underWay.isDone()) {
                return;
            }
            underWay.end();
        }
        final boolean due = durability == Durability.EACH || gathering.dueNanos(nowNanos, 1) <= nowNanos;
        if (due && !gathering.isEmpty()) {
            beginCommit();
            if (underWay.isDone()) {
                underWay.end();
            }
        }
    }

    private void beginCommit() {
        final CommitGroup next = gathering;
        gathering = underWay;
        underWay = next;
        next.begin(open);
    }
}
