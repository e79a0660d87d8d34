package io.ouli.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Redacts large messages, and explains what takes long to explain, one after the other on a thread of its own, so that
 * no client waits for another's. At most one a client waits here, since none has its reply's end, and so can ask for
 * more, before that was done.
 */
final class Redactions implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private volatile boolean used;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("ouli-redactor").factory());

    Redactions() {
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Has something done.
     *
     * @return false if this is closed.
     */
    boolean run(final Runnable redaction) {
        used = true;
        try {
            thread.execute(redaction);
            return true;
        } catch (final RejectedExecutionException closed) {
            return false;
        }
    }

    /** Waits until all is done that was given before. */
    void await() {
        if (used) {
            final CompletableFuture<Void> done = new CompletableFuture<>();
            if (run(() -> done.complete(null))) {
                done.join();
            }
        }
    }

    /** Takes no more, and waits until what was given is done; an interrupt is kept for later. */
    @Override
    public void close() {
        thread.close();
    }
}
