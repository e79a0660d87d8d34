package io.ouli.engine.transport.nio;

import io.ouli.engine.transport.CounterBlock.Counter;
import io.ouli.engine.transport.CounterBlock;
import io.ouli.engine.transport.TransportException;
import io.ouli.engine.transport.TransportOptions;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** Waits on the selector: first spinning, then asleep, until something is ready, the time is over or it is woken. */
final class NioPoller {
    static final int READ = SelectionKey.OP_READ;
    static final int WRITE = SelectionKey.OP_WRITE;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Selector selector;
    private final CounterBlock counters;
    private final long spinNanos;
    private final Consumer<SelectionKey> action;
    private final AtomicBoolean wakeupRequested = new AtomicBoolean();
    private int handled;

    /**
     * Opens the selector.
     *
     * @param onReady gets the attachment of a ready key, returns how many events that made.
     */
    NioPoller(final long spinNanos, final CounterBlock counters, final ToIntFunction<Object> onReady) {
        try {
            selector = Selector.open();
        } catch (final IOException e) {
            throw new TransportException("cannot open a selector: " + e.getMessage()
                    + "; check the limit of open files (ulimit -n)", e);
        }
        this.spinNanos = spinNanos;
        this.counters = counters;
        // Made once: a consumer made for each call would be garbage, and so is the iterator of selectedKeys().
        action = key -> handled += onReady.applyAsInt(key.attachment());
    }

    Selector selector() {
        return selector;
    }

    /** Handles what is ready, waiting up to {@code timeoutNanos} for it, rounded up to a millisecond. */
    int select(final long timeoutNanos) {
        handled = 0;
        try {
            if (timeoutNanos <= 0) {
                look();
            } else if (spinNanos == 0) {
                sleep(timeoutNanos);
            } else {
                spinThenSleep(timeoutNanos);
            }
        } catch (final IOException e) {
            throw new TransportException("the selector failed: " + e.getMessage(), e);
        }
        return handled;
    }

    private void spinThenSleep(final long timeoutNanos) throws IOException {
        final long start = System.nanoTime();
        final long spin = Math.min(timeoutNanos, spinNanos);
        while (true) {
            look();
            if (handled > 0 || wakeupRequested.get()) {
                return;
            }
            final long elapsed = System.nanoTime() - start;
            if (elapsed >= spin) {
                if (spinNanos != TransportOptions.BUSY_POLL && elapsed < timeoutNanos) {
                    sleep(timeoutNanos - elapsed);
                }
                return;
            }
            Thread.onSpinWait();
        }
    }

    private void look() throws IOException {
        counters.increment(Counter.ENTER_CALLS);
        selector.selectNow(action);
    }

    private void sleep(final long nanos) throws IOException {
        counters.increment(Counter.ENTER_CALLS);
        // Saturates instead of overflowing for "for ever", and never rounds down to 0, which would mean for ever.
        selector.select(action, Math.max(1, nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1)));
    }

    void wakeup() {
        if (wakeupRequested.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /** {@return true once for one or several wake-ups} */
    boolean takeWakeup() {
        return wakeupRequested.get() && wakeupRequested.getAndSet(false);
    }

    void close() {
        try {
            selector.close();
        } catch (final IOException e) {
            throw new TransportException("the selector could not be closed: " + e.getMessage(), e);
        }
    }
}
