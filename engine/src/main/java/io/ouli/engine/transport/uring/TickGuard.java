package io.ouli.engine.transport.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcClock;
import io.ouli.uring.Operations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Makes it cheap to sleep and to wake up while a worker does so often, by a timer that comes just before the tick.
 *
 * <p>A processor that has nothing to do stops the kernel's tick, and starts it again before it runs who was woken. Each
 * of the two sets the processor's timer anew where the tick is what comes next, and in a virtual machine that is the
 * host's work: it takes 8 µs and stands before every reply. Where another timer comes first, nothing has to be set.
 * docs/adr/024
 */
final class TickGuard {
    /** What {@code -Douli.uring.tickGuard=false} turns off. */
    private static final boolean ON = Boolean.parseBoolean(System.getProperty("ouli.uring.tickGuard", "true"));
    /** So many waits within two ticks are worth a timer, which costs what two or three of them save. */
    private static final int WORTHWHILE_WAITS = 8;
    /** Ticks are planned for the multiples of their length. */
    private static final long LEAD_NANOS = 10_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Operations operations;
    private final long userData;
    private final long tickNanos;
    /** The kernel reads it when it takes the operation. */
    private final MemorySegment due = Arena.ofAuto().allocate(2 * Long.BYTES, Long.BYTES);
    private boolean armed;
    private int waits;
    private long sinceNanos = System.nanoTime();

    /**
     * Makes one that has no timer yet; where a tick's length is not known it never has.
     *
     * @param userData what the timer's completion carries.
     */
    TickGuard(final Operations operations, final long userData) {
        this(operations, userData, ON ? LibcClock.tickNanos(new ErrnoCapture()) : 0);
    }

    /** Makes one for ticks of another length; 0 and less stand for none. */
    TickGuard(final Operations operations, final long userData, final long tickNanos) {
        this.operations = operations;
        this.userData = userData;
        this.tickNanos = tickNanos;
    }

    /** The ring is about to be entered for a wait; if there is to be a timer, it goes in with it. */
    void beforeWait() {
        if (++waits < WORTHWHILE_WAITS || armed || tickNanos <= 0) {
            return;
        }
        final long now = System.nanoTime();
        if (now - sinceNanos <= 2 * tickNanos) {
            arm(now);
        }
        sinceNanos = now;
        waits = 0;
    }

    /** The timer has come, or was cancelled. */
    void onCompletion() {
        armed = false;
    }

    private void arm(final long nowNanos) {
        // nanoTime, the timer and the tick go by the same clock, CLOCK_MONOTONIC.
        final long at = ((nowNanos + LEAD_NANOS) / tickNanos + 1) * tickNanos - LEAD_NANOS;
        due.set(ValueLayout.JAVA_LONG, 0, at / NANOS_PER_SECOND);
        due.set(ValueLayout.JAVA_LONG, Long.BYTES, at % NANOS_PER_SECOND);
        operations.timeoutAt(due, userData);
        armed = true;
    }
}
