package io.ouli.proxy.worker;

/**
 * Time-outs of one worker, coarse and cheap: 100 ms ticks, 1,024 slots.
 *
 * <p>A connection's deadline moves with every request, almost always to later. So arming writes a field, and a node
 * stays linked in the slot of an earlier deadline; when that slot comes, the node moves on to its true one. A time-out
 * never comes early, and at most two ticks late.
 */
public final class TimerWheel {
    /** The length of a tick. */
    public static final long TICK_NANOS = 100_000_000;

    private static final int SLOTS = 1_024;

    /** Heads of circular lists. */
    private final Timed[] slots = new Timed[SLOTS];
    private final long originNanos;
    private long tick;
    private int linked;

    /** Creates a wheel that begins now. */
    public TimerWheel(final long nowNanos) {
        originNanos = nowNanos;
        for (int i = 0; i < SLOTS; i++) {
            final Timed head = new Head();
            head.previous = head;
            head.next = head;
            slots[i] = head;
        }
    }

    /** Arms a timer, or moves it, to expire once {@code deadlineNanos} has passed. */
    public void arm(final Timed timed, final long deadlineNanos) {
        final long due = Math.max(tick + 1, Math.ceilDiv(deadlineNanos - originNanos, TICK_NANOS));
        timed.dueTick = due;
        if (!timed.linked()) {
            link(timed);
        } else if (due < timed.linkedTick) {
            unlink(timed);
            link(timed);
        }
    }

    /** Disarms a timer; it may be armed again. */
    public void disarm(final Timed timed) {
        timed.dueTick = Timed.NEVER;
    }

    /** Disarms a timer and lets go of it. */
    public void remove(final Timed timed) {
        timed.dueTick = Timed.NEVER;
        if (timed.linked()) {
            unlink(timed);
        }
    }

    /** Returns whether a timer is armed. */
    public boolean armed(final Timed timed) {
        return timed.dueTick != Timed.NEVER;
    }

    /** Lets every timer expire whose time has come; returns how many did. */
    public int advance(final long nowNanos) {
        final long nowTick = (nowNanos - originNanos) / TICK_NANOS;
        if (nowTick - tick > SLOTS) {
            // After a long stop every slot is looked at once; nodes know when they are due.
            tick = nowTick - SLOTS;
        }
        int expired = 0;
        while (tick < nowTick) {
            tick++;
            expired += expire(slots[(int) tick & SLOTS - 1]);
        }
        return expired;
    }

    /** Returns how long to wait at most before the next {@link #advance}, in nanoseconds. */
    public long nanosToNextTick(final long nowNanos, final long whenEmptyNanos) {
        return linked == 0 ? whenEmptyNanos : Math.max(0, originNanos + (tick + 1) * TICK_NANOS - nowNanos);
    }

    private int expire(final Timed head) {
        int expired = 0;
        // What expires may arm, disarm and remove any timer: only the head's first node is ever held. Nodes that are
        // linked meanwhile come behind, with a later tick.
        while (head.next != head && head.next.linkedTick <= tick) {
            final Timed timed = head.next;
            unlink(timed);
            if (timed.dueTick <= tick) {
                timed.dueTick = Timed.NEVER;
                timed.onTimeout();
                expired++;
            } else if (timed.dueTick != Timed.NEVER) {
                link(timed);
            }
        }
        return expired;
    }

    private void link(final Timed timed) {
        final long at = Math.min(timed.dueTick, tick + SLOTS);
        final Timed head = slots[(int) at & SLOTS - 1];
        timed.linkedTick = at;
        timed.previous = head.previous;
        timed.next = head;
        head.previous.next = timed;
        head.previous = timed;
        linked++;
    }

    private void unlink(final Timed timed) {
        timed.previous.next = timed.next;
        timed.next.previous = timed.previous;
        timed.previous = null;
        timed.next = null;
        timed.linkedTick = Timed.NEVER;
        linked--;
    }

    private static final class Head extends Timed {
        @Override
        protected void onTimeout() {
            throw new AssertionError("a list's head is never due");
        }
    }
}
