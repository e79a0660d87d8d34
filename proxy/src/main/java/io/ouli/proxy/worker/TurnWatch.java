package io.ouli.proxy.worker;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.events.Events;
import io.ouli.engine.events.StallEvent;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Counters;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Measures the turns of one loop without their waits: counts those that took too long, and tells at most once in a
 * while which was the longest and what it did. A turn that is short costs one reading of the clock.
 */
final class TurnWatch {
    /** A worker that is away for longer than this is felt by every one of its clients. */
    static final long LIMIT_NANOS = 1_000_000;
    static final long REPORT_NANOS = 5_000_000_000L;
    /** Shorter ones are for those who look for them: a busy machine makes some all the time. */
    private static final long WORTH_A_LINE_NANOS = 10_000_000;

    private static final Logger LOGGER = new LazyLogger(TurnWatch.class);

    /** What is counted in a turn, to say what it did. */
    enum Event {
        ACCEPTED, CONNECTED, RECEIVED, SENT, CLOSED
    }

    /** The parts of a turn, in their order. */
    enum Phase {
        EVENTS, TIMERS, TASKS
    }

    private final String name;
    private final Counters counters;
    private final LongSupplier clock;
    private final int[] events = new int[Event.values().length];
    private final long[] phases = new long[Phase.values().length];
    private String note;
    private long markedNanos;
    private long beganNanos;
    private long reportedNanos;
    private int unreported;
    private long longestNanos;
    private String longest;

    /**
     * Creates a watch.
     *
     * @param name of the loop, for the log.
     */
    TurnWatch(final String name, final Counters counters, final LongSupplier clock) {
        this.name = name;
        this.counters = counters;
        this.clock = clock;
        reportedNanos = clock.getAsLong();
    }

    /** The wait is over, and the turn's work begins. */
    void begin(final long nowNanos) {
        beganNanos = nowNanos;
        markedNanos = nowNanos;
        note = null;
        Arrays.fill(events, 0);
        Arrays.fill(phases, 0);
    }

    /** Counts something that the turn does. */
    void count(final Event event) {
        events[event.ordinal()]++;
    }

    /** Names something that the turn does and that may be slow. */
    void note(final String what) {
        note = what;
    }

    /** A phase that did something has ended. */
    void ended(final Phase phase) {
        final long now = clock.getAsLong();
        phases[phase.ordinal()] = now - markedNanos;
        markedNanos = now;
    }

    /** The turn is over. */
    void end() {
        final long nanos = markedNanos - beganNanos;
        if (nanos > LIMIT_NANOS) {
            stalled(nanos);
        }
        if (unreported > 0 && markedNanos - reportedNanos >= REPORT_NANOS) {
            LOGGER.log(longestNanos >= WORTH_A_LINE_NANOS ? Level.INFO : Level.DEBUG, report());
            reportedNanos = markedNanos;
            unreported = 0;
            longestNanos = 0;
        }
    }

    private void stalled(final long nanos) {
        counters.increment(Counter.STALLS);
        counters.add(Counter.STALLED_NANOS, nanos);
        counters.raise(Counter.LONGEST_TURN_NANOS, nanos);
        if (Events.on()) {
            StallEvent.tell(name, nanos);
        }
        unreported++;
        if (nanos > longestNanos) {
            longestNanos = nanos;
            longest = describe(nanos);
        }
    }

    /** {@return the turns over the limit since the last report, in one line} */
    String report() {
        return name + ": " + unreported + (unreported == 1 ? " turn" : " turns") + " took over "
                + millis(LIMIT_NANOS) + "; the longest, " + longest;
    }

    private String describe(final long nanos) {
        final StringBuilder text = new StringBuilder(millis(nanos)).append(':');
        for (final Phase phase : Phase.values()) {
            if (phases[phase.ordinal()] > 0) {
                text.append(' ').append(millis(phases[phase.ordinal()])).append(" in ").append(lower(phase));
                if (phase == Phase.EVENTS) {
                    appendEvents(text);
                }
            }
        }
        return note == null ? text.toString() : text.append("; ").append(note).toString();
    }

    private void appendEvents(final StringBuilder text) {
        String separator = " (";
        for (final Event event : Event.values()) {
            if (events[event.ordinal()] > 0) {
                text.append(separator).append(events[event.ordinal()]).append(' ').append(lower(event));
                separator = ", ";
            }
        }
        text.append(separator.equals(" (") ? "" : ")");
    }

    private static String lower(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String millis(final long nanos) {
        // Not by a format: the first one loads the locale's symbols, which is many times the turn that it tells of.
        final long tenths = (nanos + 50_000) / 100_000;
        return tenths / 10 + "." + tenths % 10 + " ms";
    }
}
