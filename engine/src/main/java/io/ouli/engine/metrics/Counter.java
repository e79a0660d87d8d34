package io.ouli.engine.metrics;

/** What a worker or the writer counts; each value only grows. */
public enum Counter {
    /** Requests that were read whole. */
    REQUESTS("requests_total", "Requests that were read whole."),
    /** Requests answered from a recording. */
    HITS("hits_total", "Requests answered from a recording."),
    /** Requests to sessions without a recording. */
    MISSES_NO_RECORDING("misses_total", "no-recording", "Requests that no recording answers, by reason."),
    /** Requests that their session's recording does not hold. */
    MISSES_NO_KEY("misses_total", "no-key", MISSES_NO_RECORDING.help),
    /** Requests whose recorded replies were all used. */
    MISSES_EXHAUSTED("misses_total", "exhausted", MISSES_NO_RECORDING.help),
    /** Requests that a strict session did not expect next. */
    MISSES_OUT_OF_ORDER("misses_total", "out-of-order", MISSES_NO_RECORDING.help),
    /** Requests whose recorded reply failed its checksum. */
    DAMAGED("damaged_replies_total", "Requests whose recorded reply failed its checksum."),
    /** Requests answered 500 because of an error that the log names. */
    FAILED("failed_requests_total", "Requests answered 500 because of an error that the log names."),
    /** Requests refused as malformed or too large. */
    BAD_REQUESTS("bad_requests_total", "Requests refused as malformed or too large."),
    /** Requests sent upstream. */
    FORWARDED("forwarded_requests_total", "Requests sent upstream."),
    /** Exchanges handed to the writer. */
    RECORDED("recorded_exchanges_total", "Exchanges handed to the writer."),
    /** Exchanges that failed upstream. */
    UPSTREAM_ERRORS("upstream_errors_total", "Exchanges that failed upstream."),
    /** Client connections accepted. */
    CONNECTIONS_ACCEPTED("connections_accepted_total", "Client connections accepted."),
    /** Client connections refused at the limit. */
    CONNECTIONS_REFUSED("connections_refused_total", "Client connections refused at the limit."),
    /** Client connections closed for being too slow or idle. */
    CONNECTIONS_TIMED_OUT("connections_timed_out_total", "Client connections closed for being too slow or idle."),
    /** Client connections that are gone, refused ones included. */
    CONNECTIONS_CLOSED("connections_closed_total", "Client connections that are gone, refused ones included."),
    /** Faults of the program, each of which closed a connection or ended a task. */
    FAULTS("faults_total", "Faults of the program, each of which closed a connection or ended a task."),
    /** Turns of a worker's loop that took over 1 ms without waiting. */
    STALLS("stalls_total", "Turns of a worker's loop that took over 1 ms without waiting."),
    /** Nanoseconds that such turns took together. */
    STALLED_NANOS("stalled_seconds_total", Kind.TIME, "Time that such turns took together."),
    /** Nanoseconds of the longest turn so far, without its wait. */
    LONGEST_TURN_NANOS("longest_turn_seconds", Kind.LONGEST_TIME, "The longest turn so far, without its wait."),
    /** Group commits of the writer. */
    COMMITS("commits_total", "Group commits of the writer."),
    /** Bytes of interactions written. */
    COMMITTED_BYTES("committed_bytes_total", "Bytes of interactions written."),
    /** Recordings that could not be written on. */
    WRITE_ERRORS("write_errors_total", "Recordings that could not be written on.");

    /** What a value is. */
    private enum Kind {
        COUNT, TIME, LONGEST_TIME
    }

    private final String metricName;
    private final String reason;
    private final Kind kind;
    private final String help;

    Counter(final String metricName, final String help) {
        this(metricName, "", Kind.COUNT, help);
    }

    Counter(final String metricName, final String reason, final String help) {
        this(metricName, reason, Kind.COUNT, help);
    }

    Counter(final String metricName, final Kind kind, final String help) {
        this(metricName, "", kind, help);
    }

    Counter(final String metricName, final String reason, final Kind kind, final String help) {
        this.metricName = metricName;
        this.reason = reason;
        this.kind = kind;
        this.help = help;
    }

    /** {@return the name after the prefix {@code ouli_}, as Prometheus names metrics; several may share one} */
    public String metricName() {
        return metricName;
    }

    /** {@return what tells it from others of its name, or an empty text} */
    public String reason() {
        return reason;
    }

    /** {@return one sentence for people} */
    public String help() {
        return help;
    }

    /** {@return whether it counts nanoseconds, which its name gives in seconds} */
    public boolean isTime() {
        return kind != Kind.COUNT;
    }

    /** {@return whether it keeps a maximum rather than a sum} */
    public boolean isMaximum() {
        return kind == Kind.LONGEST_TIME;
    }

    /** {@return whether the writer's thread counts it, not a worker} */
    public boolean isWriters() {
        return compareTo(COMMITS) >= 0;
    }
}
