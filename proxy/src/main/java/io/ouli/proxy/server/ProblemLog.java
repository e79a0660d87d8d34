package io.ouli.proxy.server;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Logs what requests run into: each problem once a minute, and in one minute a few. Many are one problem, told of
 * another session each, and each client is told of its own.
 */
final class ProblemLog {
    /** Different problems of one minute that are logged. */
    static final int MAX_PROBLEMS = 20;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final Consumer<String> lines;
    private final Set<String> logged = new HashSet<>();
    private long sinceNanos;
    private boolean full;

    ProblemLog(final Consumer<String> lines) {
        this.lines = lines;
    }

    void log(final String problem, final long nowNanos) {
        if (logged.isEmpty() || nowNanos - sinceNanos >= MINUTE_NANOS) {
            logged.clear();
            full = false;
            sinceNanos = nowNanos;
        }
        if (full || logged.contains(problem)) {
            return;
        }
        if (logged.size() == MAX_PROBLEMS) {
            full = true;
            lines.accept("more problems like these are not logged for up to a minute; each client is told of its own");
            return;
        }
        logged.add(problem);
        lines.accept(problem);
    }
}
