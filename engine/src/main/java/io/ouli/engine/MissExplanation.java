package io.ouli.engine;

import io.ouli.engine.match.MissReason;
import io.ouli.engine.match.MissReport;
import io.ouli.engine.match.RecordedRequests;
import io.ouli.engine.recording.Recording;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Hands a miss and the session's recorded requests to who explains it. */
final class MissExplanation {
    private MissExplanation() {
    }

    static MissReport of(
            final ReplayOutcome outcome,
            final Session session,
            final MissReport.Request request,
            final EndpointPolicy policy) {
        final MissReason reason = switch (outcome) {
            case NO_RECORDING -> MissReason.NO_RECORDING;
            case NO_KEY -> MissReason.NO_KEY;
            case EXHAUSTED -> MissReason.EXHAUSTED;
            case OUT_OF_ORDER -> MissReason.OUT_OF_ORDER;
            case DAMAGED -> MissReason.DAMAGED;
            case HIT -> throw new IllegalStateException("the request was answered");
        };
        final Replay replay = reason == MissReason.NO_RECORDING ? null : session.replay(policy);
        return MissReport.of(
                reason,
                session.name(),
                request,
                policy.fingerprint(),
                replay == null ? null : new Requests(replay.recording),
                replay == null ? -1 : replay.tracker.position());
    }

    /** A recording's requests, each checked before it is read. */
    private record Requests(Recording recording) implements RecordedRequests {
        @Override
        public int count() {
            return recording.count();
        }

        @Override
        public int copy(final int position, final byte[] target) {
            final long slot = position < recording.count() ? recording.slotAt(position) : Recording.NOT_FOUND;
            if (slot < 0 || !recording.verify(slot)) {
                return -1;
            }
            final int length = recording.requestLength(slot);
            MemorySegment.copy(
                    recording.segment(),
                    ValueLayout.JAVA_BYTE,
                    recording.requestOffset(slot),
                    target,
                    0,
                    Math.min(length, target.length));
            return length;
        }
    }
}
