package io.ouli.proxy.worker;

/** Something that may run out of time; a node of a {@link TimerWheel}'s lists, so that arming it allocates nothing. */
public abstract class Timed {
    static final long NEVER = Long.MAX_VALUE;

    /** When to expire, in ticks; {@link #NEVER} while disarmed. */
    long dueTick = NEVER;
    /** The tick of the slot that this is linked in, never later than {@link #dueTick}. */
    long linkedTick = NEVER;
    Timed previous;
    Timed next;

    /** The time that was armed has passed; the timer is disarmed. */
    protected abstract void onTimeout();

    final boolean linked() {
        return linkedTick != NEVER;
    }
}
