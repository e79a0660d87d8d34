package io.ouli.engine;

import io.ouli.engine.match.MissReason;
import io.ouli.engine.match.MissReport;

/**
 * Why a request has no reply: the reason, the closest recorded request, and what differs.
 *
 * @param id   equal for misses that say the same.
 * @param text for a log, on one line.
 * @param json for a program, in UTF-8.
 */
public record MissExplanation(String id, String text, byte[] json) {
    static MissExplanation of(
            final ReplayOutcome outcome,
            final Session session,
            final Replay replay,
            final MissReport.Request request,
            final EndpointPolicy policy) {
        final MissReason reason = switch (outcome) {
            case NO_RECORDING -> MissReason.NO_RECORDING;
            case NO_KEY -> MissReason.NO_KEY;
            case EXHAUSTED -> MissReason.EXHAUSTED;
            case OUT_OF_ORDER -> MissReason.OUT_OF_ORDER;
            case DAMAGED -> MissReason.DAMAGED;
            case HIT, COLD, LATER -> throw new IllegalStateException("the request is no miss: " + outcome);
        };
        final MissReport report = MissReport.of(
                reason,
                session.name(),
                request,
                session.testServerChain() == null ? policy.fingerprint() : policy.testServer().form(),
                replay == null ? null : new StoredRequests(replay.recording),
                replay == null ? -1 : replay.tracker.position());
        return new MissExplanation(report.id(), report.text(), report.json());
    }
}
