package io.ouli.engine.core;

import java.util.HashSet;
import java.util.Set;

/** Tells an error that was not seen before from one that was, so that a fault in a loop fills no log. */
final class DistinctErrors {
    /** Past this many, everything counts as seen. */
    private static final int MAX_DISTINCT = 256;

    private final Set<String> seen = new HashSet<>();
    private volatile long count;

    /**
     * Counts an error; the owner thread only.
     *
     * @return true for the first of its class and place.
     */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // single writer; other threads only read
    boolean isNew(final Throwable error) {
        count = count + 1;
        if (seen.size() >= MAX_DISTINCT) {
            return false;
        }
        final StackTraceElement[] trace = error.getStackTrace();
        return seen.add(error.getClass().getName() + (trace.length == 0 ? "" : trace[0].toString()));
    }

    long count() {
        return count;
    }
}
