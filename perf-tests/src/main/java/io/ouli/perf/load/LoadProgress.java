package io.ouli.perf.load;

import java.util.concurrent.atomic.AtomicLong;

/** How far one generator thread has come, for whoever watches; written by that thread, except for the stop sign. */
final class LoadProgress {
    private final AtomicLong replies = new AtomicLong();
    private volatile boolean stopping;

    /** Counts one reply; an ordered store, which costs the writer nothing. */
    void replied() {
        replies.lazySet(replies.getPlain() + 1);
    }

    long replies() {
        return replies.get();
    }

    /** Asks the generator to end the run early. */
    void stop() {
        stopping = true;
    }

    boolean stopping() {
        return stopping;
    }
}
