package io.ouli.engine.recording;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does what takes long with large recordings, one after the other, for threads that must not wait for that. */
final class ScanThread implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final String name;

    /** Made when it is needed first, which is seldom. */
    private ThreadPoolExecutor thread;
    private boolean closed;

    ScanThread(final String name) {
        this.name = name;
    }

    /** Has an errand done that was begun; by the caller once this is closed, so that nobody waits for ever. */
    void run(final Errand errand, final Runnable work) {
        final Runnable whole = () -> {
            try {
                work.run();
            } finally {
                errand.end();
            }
        };
        final ThreadPoolExecutor by = thread();
        if (by == null) {
            whole.run();
        } else {
            by.execute(whole);
        }
    }

    private synchronized ThreadPoolExecutor thread() {
        if (closed) {
            return null;
        }
        if (thread == null) {
            thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().daemon().name(name).factory(),
                    (work, pool) -> work.run()); // Closed a moment ago.
            thread.allowCoreThreadTimeOut(true);
        }
        return thread;
    }

    /** Takes no more; what was taken is done. */
    @Override
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            thread.shutdown();
        }
    }
}
