package io.ouli.engine;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.match.MissReason;
import io.ouli.engine.match.MissReport;
import java.util.Arrays;

/**
 * Why a request has no reply: the reason, the closest recorded request, and what differs.
 *
 * @param id   equal for misses that say the same.
 * @param text for a log, on one line.
 * @param json for a program, in UTF-8.
 */
public record MissExplanation(String id, String text, byte[] json) {
    /** What is explained: a miss, and where its session was at that moment. */
    record Miss(
            ReplayOutcome outcome, Session session, Replay replay, MissReport.Request request, EndpointPolicy policy,
            int position) {
        /**
         * Takes one.
         *
         * @param replay what was replayed, or null.
         */
        static Miss of(
                final ReplayOutcome outcome,
                final Session session,
                final Replay replay,
                final MissReport.Request request,
                final EndpointPolicy policy) {
            return new Miss(
                    outcome, session, replay, request, policy, replay == null ? -1 : replay.tracker.position());
        }

        /** Copies it, so that the request may go. */
        Miss withOwnRequest() {
            final RequestHead head = request.head();
            final int headLength = head.end() - head.methodStart();
            final byte[] bytes = Arrays.copyOfRange(
                    head.bytes(), head.methodStart(), head.methodStart() + headLength + request.bodyLength());
            System.arraycopy(request.body(), request.bodyOffset(), bytes, headLength, request.bodyLength());
            final RequestHead own = new RequestHead(Limits.MAX_HEADERS);
            new RequestParser().parse(bytes, 0, headLength, own);
            return new Miss(outcome, session, replay,
                    new MissReport.Request(own, bytes, headLength, request.bodyLength()), policy, position);
        }
    }

    static MissExplanation of(final Miss miss) {
        return of(MissReport.of(subject(miss)));
    }

    /**
     * Explains a miss by a thread that others wait for.
     *
     * @return null if it would take long.
     */
    static MissExplanation quick(final Miss miss) {
        final MissReport report = MissReport.quick(subject(miss));
        return report == null ? null : of(report);
    }

    private static MissExplanation of(final MissReport report) {
        return new MissExplanation(report.id(), report.text(), report.json());
    }

    private static MissReport.Miss subject(final Miss miss) {
        return new MissReport.Miss(
                reason(miss), miss.session.name(), miss.request, form(miss), recorded(miss), miss.position);
    }

    private static FingerprintPolicy form(final Miss miss) {
        return miss.session.testServerChain() == null ? miss.policy.fingerprint() : miss.policy.testServer().form();
    }

    private static StoredRequests recorded(final Miss miss) {
        return miss.replay == null ? null : new StoredRequests(miss.replay.recording);
    }

    private static MissReason reason(final Miss miss) {
        return switch (miss.outcome) {
            case NO_RECORDING -> MissReason.NO_RECORDING;
            case NO_KEY -> MissReason.NO_KEY;
            case EXHAUSTED -> MissReason.EXHAUSTED;
            case OUT_OF_ORDER -> MissReason.OUT_OF_ORDER;
            case DAMAGED -> MissReason.DAMAGED;
            case HIT, COLD, LATER -> throw new IllegalStateException("the request is no miss: " + miss.outcome);
        };
    }
}
