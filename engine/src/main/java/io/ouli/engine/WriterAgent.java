package io.ouli.engine;

import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.RecordingWriter;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;
import org.jctools.queues.varhandle.MpscBlockingConsumerVarHandleArrayQueue;

/**
 * Owns every recording that is being written: takes finished exchanges from the workers, appends them, commits in
 * groups, seals. Runs on one thread, {@code ouli-writer}, so that no worker ever waits for a disk.
 */
final class WriterAgent implements Agent {
    private static final Logger LOGGER = System.getLogger(WriterAgent.class.getName());
    /** Exchanges that may wait for the disk; a worker that finds it full waits, so that nothing is lost. */
    static final int QUEUE_CAPACITY = 16 << 10;
    /** Appended in one go before commits and replies get their turn. */
    private static final int BATCH = 256;
    private static final long FULL_QUEUE_WAIT_NANOS = 100_000;
    private static final long IDLE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What waits in the queue: an {@link Exchange} to be written or a {@link Command} to be run. */
    private final MpscBlockingConsumerVarHandleArrayQueue<Object> queue =
            new MpscBlockingConsumerVarHandleArrayQueue<>(QUEUE_CAPACITY);
    private final Durability durability;
    private final Counters counters = new Counters();
    private final List<Session> uncommitted = new ArrayList<>();
    private final List<Recorder> waiting = new ArrayList<>();

    WriterAgent(final Durability durability) {
        this.durability = durability;
    }

    /** One thing to be done between two exchanges. */
    private record Command(Runnable action, CompletableFuture<Void> done) {
    }

    Counters counters() {
        return counters;
    }

    /** Hands a finished exchange over; it is the writer's until its recorder gets it back. From any worker. */
    void submit(final Exchange exchange) {
        while (!queue.offer(exchange)) {
            LockSupport.parkNanos(FULL_QUEUE_WAIT_NANOS);
        }
    }

    /** Runs an action on the writer's thread after everything submitted before; throws what it throws. */
    void execute(final Runnable action) {
        final Command command = new Command(action, new CompletableFuture<>());
        while (!queue.offer(command)) {
            LockSupport.parkNanos(FULL_QUEUE_WAIT_NANOS);
        }
        try {
            command.done.join();
        } catch (final java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    void wakeup() {
        queue.offer(new Command(() -> { }, new CompletableFuture<>()));
    }

    @Override
    public int doWork() throws InterruptedException {
        Object next = queue.poll();
        if (next == null) {
            commitDue(System.nanoTime());
            next = queue.poll(waitNanos(), TimeUnit.NANOSECONDS);
        }
        int work = 0;
        while (next != null) {
            if (next instanceof Exchange exchange) {
                write(exchange);
            } else {
                run((Command) next);
            }
            next = ++work < BATCH ? queue.poll() : null;
        }
        commitDue(System.nanoTime());
        return work;
    }

    @Override
    public void onClose() {
        for (Object next = queue.poll(); next != null; next = queue.poll()) {
            if (next instanceof Exchange exchange) {
                write(exchange);
            } else {
                run((Command) next);
            }
        }
        commitAll();
    }

    @Override
    public String roleName() {
        return "ouli-writer";
    }

    private void run(final Command command) {
        try {
            command.action.run();
            command.done.complete(null);
        } catch (final RuntimeException e) {
            command.done.completeExceptionally(e);
        }
    }

    private void write(final Exchange exchange) {
        final Session session = exchange.session();
        final Recorder recorder = exchange.recorder();
        if (session.recordingFailure() == null) {
            try {
                final RecordingWriter writer = session.writer();
                writer.append(exchange.frame());
                counters.add(Counter.COMMITTED_BYTES, exchange.frame().length());
                if (!uncommitted.contains(session)) {
                    uncommitted.add(session);
                }
            } catch (final RuntimeException e) {
                stopRecording(session, e);
            }
        }
        recorder.onAppended(exchange.ticket());
        if (!waiting.contains(recorder)) {
            waiting.add(recorder);
        }
        recorder.giveBack(exchange);
    }

    private void commitDue(final long nowNanos) {
        boolean due = durability == Durability.EACH;
        for (int i = 0; i < uncommitted.size() && !due; i++) {
            final RecordingWriter writer = uncommitted.get(i).writer();
            due = writer.hasUncommitted() && writer.commitDueNanos() - nowNanos <= 0;
        }
        if (due) {
            commitAll();
        }
    }

    private void commitAll() {
        for (final Session session : uncommitted) {
            try {
                final RecordingWriter writer = session.writer();
                if (session.recordingFailure() == null && writer.hasUncommitted()) {
                    writer.commit();
                    counters.increment(Counter.COMMITS);
                }
            } catch (final RuntimeException e) {
                stopRecording(session, e);
            }
        }
        uncommitted.clear();
        for (final Recorder recorder : waiting) {
            recorder.onCommitted();
        }
        waiting.clear();
    }

    /** The client goes on being served; what was committed stays readable; the log says so once. */
    private void stopRecording(final Session session, final RuntimeException cause) {
        counters.increment(Counter.WRITE_ERRORS);
        session.recordingFailed(cause);
        LOGGER.log(Level.ERROR, "session " + session.name() + " is no longer recorded: " + cause.getMessage());
    }

    private long waitNanos() {
        long wait = IDLE_WAIT_NANOS;
        final long now = System.nanoTime();
        for (final Session session : uncommitted) {
            wait = Math.min(wait, Math.max(1, session.writer().commitDueNanos() - now));
        }
        return wait;
    }
}
