package io.ouli.perf.load;

import io.ouli.perf.corpus.RenderedRequests;

/**
 * Counts what became of each request in the {@link LoadStats} of one thread: whether it belongs to the measured part,
 * how long it took, and whether its reply is the one that was to be expected.
 */
final class ReplyJudge {
    private final RenderedRequests requests;
    private final LoadStats stats;
    private long measureStartNanos = Long.MAX_VALUE;
    private long measureEndNanos = Long.MAX_VALUE;

    ReplyJudge(final RenderedRequests requests, final LoadStats stats) {
        this.requests = requests;
        this.stats = stats;
    }

    /** Sets the measured part, on the clock of {@link System#nanoTime}: from the start to just before the end. */
    void measure(final long startNanos, final long endNanos) {
        measureStartNanos = startNanos;
        measureEndNanos = endNanos;
    }

    long measureStartNanos() {
        return measureStartNanos;
    }

    long measureEndNanos() {
        return measureEndNanos;
    }

    private boolean measured(final long nanos) {
        return nanos >= measureStartNanos && nanos < measureEndNanos;
    }

    /** A request leaves later than planned, although a connection has been ready since. */
    void late(final ClientConnection connection, final long planned, final long now) {
        if (planned >= measureStartNanos) {
            LoadStats.record(stats.lag, now - Math.max(planned, connection.readySinceNanos));
        }
    }

    void received(final int length, final long now) {
        if (measured(now)) {
            stats.receivedBytes += length;
        }
    }

    /** The reply to a connection's oldest request is whole. */
    void completed(final ClientConnection connection, final long now) {
        final long planned = connection.oldestPlannedNanos();
        final boolean measured = measured(planned);
        final boolean inTime = measured(now);
        if (measured) {
            LoadStats.record(stats.latency, now - planned);
            LoadStats.record(stats.service, now - connection.oldestSentNanos());
        } else if (inTime) {
            LoadStats.record(stats.carriedService, now - connection.oldestSentNanos());
        }
        if (measured || inTime) {
            judge(connection, measured);
        }
        if (inTime) {
            stats.repliesInTime++;
        }
    }

    private void judge(final ClientConnection connection, final boolean measured) {
        final ReplyReader reader = connection.reader;
        final int request = connection.oldestRequest();
        if (reader.fault() == ReplyFault.NONE) {
            final boolean verified = requests.expected(request) != null;
            if (measured) {
                stats.verified += verified ? 1 : 0;
                stats.unverified += verified ? 0 : 1;
            } else {
                stats.carriedVerified += verified ? 1 : 0;
                stats.carriedUnverified += verified ? 0 : 1;
            }
            return;
        }
        if (reader.fault() == ReplyFault.STATUS) {
            stats.wrongStatus++;
        } else {
            stats.wrongBody++;
        }
        if (!stats.firstProblem.isEmpty()) {
            return;
        }
        final byte[] body = requests.expected(request).body();
        stats.problem("wrong reply to " + requests.requestLine(request) + ": status " + reader.status() + ", "
                + reader.bodyLength() + " bytes; expected status " + requests.expected(request).status()
                + (body == null ? "" : ", " + body.length + (reader.fault() == ReplyFault.BYTES ? " other" : "")
                + " bytes"));
    }

    /** A connection's oldest request was given up, after its time or with its connection. */
    void failed(final ClientConnection connection, final long now, final boolean timedOut) {
        final long planned = connection.oldestPlannedNanos();
        // Where the rate is not held, what is lost now was planned long ago, and is lost all the same.
        if (!measured(planned) && !measured(now)) {
            return;
        }
        if (timedOut) {
            stats.timeouts++;
            if (measured(planned)) {
                LoadStats.record(stats.latency, now - planned);
            }
        } else {
            stats.connectionErrors++;
        }
    }

    /** A connection's oldest request has no reply at the end of the run. */
    void unanswered(final ClientConnection connection, final long now) {
        final long planned = connection.oldestPlannedNanos();
        if (measured(planned)) {
            stats.unanswered++;
            LoadStats.record(stats.latency, now - planned);
        }
    }

    /** A planned request found no connection; the time that it has waited so far is the least that can be said. */
    void neverSent(final long planned, final long now) {
        if (measured(planned)) {
            stats.neverSent++;
            LoadStats.record(stats.latency, now - planned);
        }
    }
}
