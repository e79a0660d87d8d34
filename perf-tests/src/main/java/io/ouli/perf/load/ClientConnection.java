package io.ouli.perf.load;

/** One connection of the generator: what is under way on it, oldest first. Used by its generator's thread only. */
final class ClientConnection {
    final ReplyReader reader = new ReplyReader();
    private final int depth;
    private final int[] requests;
    private final long[] planned;
    private final long[] sent;
    private int oldest;
    private int underWay;

    /** The transport's id, -1 while not connected. */
    int id = -1;
    boolean established;
    boolean sendInFlight;
    boolean closing;
    /** Whether it can take a request now. */
    boolean ready;
    /** Whether it stands in the queue of ready connections, where it may have become unready since. */
    boolean queued;
    /** Parts written but not flushed. */
    int parts;
    /** Since when {@link #ready} is what it is. */
    long readySinceNanos;
    /** When it may connect again after a failure. */
    long reconnectAtNanos;
    int failures;

    ClientConnection(final int depth) {
        this.depth = depth;
        requests = new int[depth];
        planned = new long[depth];
        sent = new long[depth];
    }

    void push(final int request, final long plannedNanos, final long sentNanos) {
        final int at = (oldest + underWay) % depth;
        requests[at] = request;
        planned[at] = plannedNanos;
        sent[at] = sentNanos;
        underWay++;
    }

    /** Forgets the oldest request. */
    void pop() {
        oldest = oldest + 1 == depth ? 0 : oldest + 1;
        underWay--;
    }

    int underWay() {
        return underWay;
    }

    boolean full() {
        return underWay == depth;
    }

    int oldestRequest() {
        return requests[oldest];
    }

    long oldestPlannedNanos() {
        return planned[oldest];
    }

    long oldestSentNanos() {
        return sent[oldest];
    }
}
