package io.ouli.proxy.server;

import io.ouli.engine.MissExplanation;
import io.ouli.engine.core.LazyLogger;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Logs each distinct miss once, however often it is asked for again and by whichever worker: the same text that the
 * client gets. Safe for use by several threads; off the hot path.
 */
public final class MissLog {
    /** Distinct misses that are logged; then one line says that further ones are not. */
    public static final int MAX_DISTINCT = 1_000;
    private static final Logger LOGGER = new LazyLogger(MissLog.class);

    private final Consumer<String> lines;
    private final Set<String> logged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger places = new AtomicInteger();

    /** Creates one that writes warnings to the log. */
    public MissLog() {
        this(line -> LOGGER.log(Level.WARNING, line));
    }

    MissLog(final Consumer<String> lines) {
        this.lines = lines;
    }

    /** Logs a miss unless it was logged before. */
    void log(final MissExplanation miss) {
        if (places.get() > MAX_DISTINCT || !logged.add(miss.id())) {
            return;
        }
        final int place = places.incrementAndGet();
        if (place <= MAX_DISTINCT) {
            lines.accept(miss.text());
        } else if (place == MAX_DISTINCT + 1) {
            lines.accept(MAX_DISTINCT + " different misses were logged; further ones are not: each client"
                    + " is told all the same, and the admin port counts them");
        }
    }
}
