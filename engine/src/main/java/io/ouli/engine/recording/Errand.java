package io.ouli.engine.recording;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that one thread does once, and what others want to do when it is over. Safe for use by several threads; to
 * ask whether it runs takes no lock.
 */
public final class Errand {
    private final List<Runnable> waiting = new ArrayList<>();
    private volatile boolean running;

    /** Makes one that does not run. */
    public Errand() {
    }

    /**
     * Begins it, unless it runs.
     *
     * @return whether it does now, and did not before.
     */
    synchronized boolean begin() {
        if (running) {
            return false;
        }
        running = true;
        return true;
    }

    /** Ends it, and lets those go on who wait. */
    void end() {
        final List<Runnable> ready;
        synchronized (this) {
            running = false;
            ready = List.copyOf(waiting);
            waiting.clear();
            notifyAll();
        }
        ready.forEach(Runnable::run);
    }

    /** {@return whether it was begun and is not over} */
    public boolean isRunning() {
        return running;
    }

    /**
     * Runs something when it is over: at once if it does not run.
     *
     * @param task called once, by any thread; must not block.
     */
    public void whenOver(final Runnable task) {
        synchronized (this) {
            if (running) {
                waiting.add(task);
                return;
            }
        }
        task.run();
    }

    /** Waits until it is over; an interrupt is kept for later. */
    void await() {
        boolean interrupted = false;
        synchronized (this) {
            while (running) {
                try {
                    wait();
                } catch (final InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
