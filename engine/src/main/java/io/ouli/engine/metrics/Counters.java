package io.ouli.engine.metrics;

/** The {@link Counter}s of one thread; that thread alone adds, any thread reads. */
public final class Counters {
    private final CounterCells cells = new CounterCells(Counter.values().length);

    /** Makes a set in which every counter is 0. */
    public Counters() {
    }

    /** Adds one; the owner thread only. */
    public void increment(final Counter counter) {
        cells.add(counter.ordinal(), 1);
    }

    /** Adds; the owner thread only. */
    public void add(final Counter counter, final long delta) {
        cells.add(counter.ordinal(), delta);
    }

    /** Raises a counter that keeps a maximum; the owner thread only. */
    public void raise(final Counter counter, final long value) {
        cells.raise(counter.ordinal(), value);
    }

    /** {@return the value; from any thread} */
    public long get(final Counter counter) {
        return cells.get(counter.ordinal());
    }
}
