package io.ouli.engine.metrics;

/** What a worker counts; each value only grows. */
public enum Counter {
    REQUESTS("requests_total", "Requests that were read whole."),
    HITS("hits_total", "Requests answered from a recording."),
    MISSES_NO_RECORDING("misses_no_recording_total", "Misses because the session has no recording."),
    MISSES_NO_KEY("misses_no_key_total", "Misses because the request was never recorded."),
    MISSES_EXHAUSTED("misses_exhausted_total", "Misses because every recorded reply was used."),
    MISSES_OUT_OF_ORDER("misses_out_of_order_total", "Misses because a strict session expected another request."),
    DAMAGED("damaged_total", "Requests whose recorded reply failed its checksum."),
    BAD_REQUESTS("bad_requests_total", "Requests refused as malformed or too large."),
    FORWARDED("forwarded_total", "Requests sent upstream."),
    RECORDED("recorded_total", "Exchanges handed to the writer."),
    UPSTREAM_ERRORS("upstream_errors_total", "Exchanges that failed upstream."),
    CONNECTIONS_ACCEPTED("connections_accepted_total", "Client connections accepted."),
    CONNECTIONS_REFUSED("connections_refused_total", "Client connections refused at the limit."),
    CONNECTIONS_TIMED_OUT("connections_timed_out_total", "Client connections closed for being too slow or idle."),
    COMMITS("commits_total", "Group commits of the writer."),
    COMMITTED_BYTES("committed_bytes_total", "Bytes of interactions written."),
    WRITE_ERRORS("write_errors_total", "Recordings that could not be written on.");

    private final String metricName;
    private final String help;

    Counter(final String metricName, final String help) {
        this.metricName = metricName;
        this.help = help;
    }

    /** Returns the name after the prefix {@code ouli_}, as Prometheus names counters. */
    public String metricName() {
        return metricName;
    }

    /** Returns one sentence for people. */
    public String help() {
        return help;
    }
}
