package io.ouli.engine;

import io.ouli.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;

/** Says in JSON why a request was not answered. */
final class MissExplanation {
    private MissExplanation() {
    }

    static byte[] of(
            final ReplayOutcome outcome,
            final Session session,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength) {
        final String reason = switch (outcome) {
            case NO_RECORDING -> "no-recording";
            case NO_KEY -> "no-key";
            case EXHAUSTED -> "exhausted";
            case OUT_OF_ORDER -> "out-of-order";
            case DAMAGED -> "damaged";
            case HIT -> throw new IllegalStateException("the request was answered");
        };
        return ("{\"result\":\"miss\",\"reason\":\"" + reason + "\",\"session\":\"" + session.name() + "\"}\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
