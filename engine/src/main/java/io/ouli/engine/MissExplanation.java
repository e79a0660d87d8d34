package io.ouli.engine;

import io.ouli.engine.match.MissReason;
import io.ouli.engine.match.MissReport;

/** Hands a miss and the session's recorded requests to who explains it. */
final class MissExplanation {
    private MissExplanation() {
    }

    static MissReport of(
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
            case HIT, COLD -> throw new IllegalStateException("the request was answered");
        };
        return MissReport.of(
                reason,
                session.name(),
                request,
                session.testServerChain() == null ? policy.fingerprint() : policy.testServer().form(),
                replay == null ? null : new StoredRequests(replay.recording),
                replay == null ? -1 : replay.tracker.position());
    }
}
