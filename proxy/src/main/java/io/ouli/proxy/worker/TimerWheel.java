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

    /** The last of each slot's circular list, null where it is empty: a start need not make a thousand heads. */
    private final Timed[] slots = new Timed[SLOTS];
    private final long originNanos;
    private long tick;
    private int linked;

    /** Creates a wheel that begins now. */
    public TimerWheel(final long nowNanos) {
        originNanos = nowNanos;
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

    /** {@return whether a timer is armed} */
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
            expired += expire(slot(tick));
        }
        return expired;
    }

    /** {@return how long to wait at most before the next {@link #advance}, in nanoseconds} */
    public long nanosToNextTick(final long nowNanos, final long whenEmptyNanos) {
        return linked == 0 ? whenEmptyNanos : Math.max(0, originNanos + (tick + 1) * TICK_NANOS - nowNanos);
    }

    private static int slot(final long tick) {
        return (int) tick & SLOTS - 1;
    }

    private int expire(final int slot) {
        int expired = 0;
        // What expires may arm, disarm and remove any timer: only the slot is ever held. Nodes that are linked
        // meanwhile come behind, with a later tick.
        while (slots[slot] != null && slots[slot].next.linkedTick <= tick) {
            final Timed timed = slots[slot].next;
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
        final int slot = slot(at);
        final Timed last = slots[slot];
        timed.linkedTick = at;
        if (last == null) {
            timed.previous = timed;
            timed.next = timed;
        } else {
            timed.previous = last;
            timed.next = last.next;
            last.next.previous = timed;
            last.next = timed;
        }
        slots[slot] = timed;
        linked++;
    }

    private void unlink(final Timed timed) {
        final int slot = slot(timed.linkedTick);
        timed.previous.next = timed.next;
        timed.next.previous = timed.previous;
        if (slots[slot] == timed) {
            slots[slot] = timed.previous == timed ? null : timed.previous;
        }
        timed.previous = null;
        timed.next = null;
        timed.linkedTick = Timed.NEVER;
        linked--;
    }
}
