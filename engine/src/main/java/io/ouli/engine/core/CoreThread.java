package io.ouli.engine.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;

/**
 * Runs one {@link Agent} on a platform thread of its own, pinned to a core when asked, until it is closed.
 *
 * <p>The agent waits inside its own duty cycle (a transport's poll), so there is no idle strategy here, and closing
 * needs a way to end that wait: {@code Thread.interrupt} does not reach a thread inside {@code io_uring_enter}.
 *
 * <p>An exception out of a duty cycle is logged once for each distinct class and place, and the worker goes on: one
 * connection's fault never takes the others down.
 */
public final class CoreThread implements AutoCloseable {
    private static final Logger LOGGER = new LazyLogger(CoreThread.class);
    private static final long CLOSE_TIMEOUT_MILLIS = 10_000;
    private static final long FAILED_TURN_PAUSE_NANOS = 1_000_000;
    private static final int MAX_FAILED_TURN_PAUSES = 100;

    private final Agent agent;
    private final Runnable wakeup;
    private final int cpu;
    private final Thread thread;
    private final CountDownLatch started = new CountDownLatch(1);
    /** What the agent's start threw, or null; written before {@link #started}. */
    private Throwable failure;
    private final DistinctErrors errors = new DistinctErrors();
    private volatile boolean running = true;

    private CoreThread(final Agent agent, final Runnable wakeup, final int cpu) {
        this.agent = agent;
        this.wakeup = wakeup;
        this.cpu = cpu;
        this.thread = Thread.ofPlatform().name(agent.roleName()).unstarted(this::run);
    }

    /**
     * Starts the agent and waits until its {@link Agent#onStart} has ended.
     *
     * @param agent  to be run; its role name becomes the thread's.
     * @param wakeup ends the wait in its duty cycle; called from other threads.
     * @param cpu    to be pinned to, or {@link Cpus#ANY}.
     * @throws RuntimeException what onStart threw; the thread has ended then.
     */
    public static CoreThread start(final Agent agent, final Runnable wakeup, final int cpu) {
        final CoreThread core = new CoreThread(agent, wakeup, cpu);
        core.thread.start();
        try {
            core.started.await();
        } catch (final InterruptedException e) {
            core.running = false;
            wakeup.run();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + agent.roleName() + " started", e);
        }
        if (core.failure instanceof RuntimeException cause) {
            throw cause;
        }
        if (core.failure != null) {
            throw new IllegalStateException(agent.roleName() + " did not start", core.failure);
        }
        return core;
    }

    /** {@return the thread, for profilers and tests} */
    public Thread thread() {
        return thread;
    }

    /** {@return how many exceptions the agent has thrown} */
    public long errorCount() {
        return errors.count();
    }

    private void run() {
        try {
            if (cpu != Cpus.ANY) {
                Cpus.pinCurrentThread(cpu);
            }
            agent.onStart();
        } catch (final Throwable e) {
            closeAgent();
            failure = e;
            started.countDown();
            return;
        }
        started.countDown();
        int failedTurns = 0;
        while (running) {
            try {
                agent.doWork();
                failedTurns = 0;
            } catch (final Throwable e) {
                if (errors.isNew(e)) {
                    LOGGER.log(Level.ERROR, agent.roleName() + " goes on after an error", e);
                }
                // What fails turn after turn, such as a ring that broke, must not burn a core.
                failedTurns = Math.min(failedTurns + 1, MAX_FAILED_TURN_PAUSES);
                LockSupport.parkNanos((failedTurns - 1) * FAILED_TURN_PAUSE_NANOS);
            }
        }
        closeAgent();
    }

    private void closeAgent() {
        try {
            agent.onClose();
        } catch (final RuntimeException e) {
            LOGGER.log(Level.ERROR, agent.roleName() + " did not close cleanly", e);
        }
    }

    /** Ends the agent after its present duty cycle and waits for its thread; idempotent. */
    @Override
    public void close() {
        running = false;
        wakeup.run();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (!thread.join(Duration.ofMillis(CLOSE_TIMEOUT_MILLIS))) {
                LOGGER.log(Level.WARNING, agent.roleName() + " has not ended after " + CLOSE_TIMEOUT_MILLIS + " ms");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
