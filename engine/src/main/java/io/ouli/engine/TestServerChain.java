package io.ouli.engine;

import io.ouli.engine.http.RequestHead;
import io.ouli.engine.match.SessionTracker;
import io.ouli.engine.testserver.TestServerFingerprint;
import io.ouli.engine.testserver.TestServerMark;
import io.ouli.engine.testserver.TestServerRules;
import io.ouli.engine.testserver.TestServerTarget;
import java.nio.charset.StandardCharsets;

/**
 * A session's place in test-server's chain of hashes: each request's hash holds the one before. Safe for use by several
 * threads, by a lock: this mode is for compatibility, not for speed.
 *
 * <p>A request without {@code Test-Name} has a file of its own there, and so begins a chain of its own and ends it.
 */
final class TestServerChain {
    private static final byte[] TEST_NAME = "test-name".getBytes(StandardCharsets.US_ASCII);
    private static final TestServerTarget NO_TARGET = new TestServerTarget("", "", 0);

    private byte[] previous = TestServerFingerprint.head();

    /**
     * A request, hashed as far as it can be without knowing which one was before it.
     *
     * @param named whether it belongs to a chain.
     * @param begun null if test-server itself fails on it.
     */
    record Asked(boolean named, TestServerFingerprint.Begun begun) {
        /** Hashes a request that is as it was received; by any thread. */
        static Asked of(
                final TestServerRules rules,
                final RequestHead head,
                final byte[] body,
                final int bodyOffset,
                final int bodyLength) {
            return new Asked(
                    isNamed(head), TestServerFingerprint.begin(rules, head, body, bodyOffset, bodyLength));
        }
    }

    /**
     * Takes the interaction that answers a request, and steps on.
     *
     * @return its slot in the recording, or why there is none, as the tracker says it.
     */
    synchronized long match(final Replay replay, final TestServerRules rules, final Asked request) {
        final TestServerIndex index = replay.testServer;
        final TestServerTarget target = rules.target() != null ? rules.target() : index.target();
        if (request.begun() == null) {
            return SessionTracker.NO_KEY;
        }
        final TestServerFingerprint fingerprint =
                new TestServerFingerprint(target == null ? NO_TARGET : target, rules);
        final byte[] hash = new byte[TestServerFingerprint.HASH_BYTES];
        fingerprint.finish(request.begun(), before(request), hash);
        long place = replay.tracker.match(hash, 0);
        for (int i = 0; place == SessionTracker.NO_KEY && i < index.foreignPrevious().size(); i++) {
            fingerprint.finish(request.begun(), index.foreignPrevious().get(i), hash);
            place = replay.tracker.match(hash, 0);
        }
        if (place < 0) {
            return place;
        }
        final long slot = replay.recording.slotAt((int) place);
        if (slot < 0 || !replay.recording.verify(slot)) {
            return SessionTracker.DAMAGED;
        }
        if (request.named()) {
            previous = hash;
        }
        return slot;
    }

    /** {@return the mark of a request that is to be recorded; null if test-server itself fails on it} */
    synchronized TestServerMark mark(final TestServerRules rules, final Asked request) {
        if (request.begun() == null) {
            return null;
        }
        final TestServerTarget target = rules.target() == null ? NO_TARGET : rules.target();
        final byte[] before = before(request);
        final byte[] hash = new byte[TestServerFingerprint.HASH_BYTES];
        new TestServerFingerprint(target, rules).finish(request.begun(), before, hash);
        return new TestServerMark(hash, before, target);
    }

    /** Steps on behind a request that was recorded. */
    synchronized void recorded(final TestServerMark mark) {
        previous = mark.hash();
    }

    private byte[] before(final Asked request) {
        return request.named() ? previous : TestServerFingerprint.head();
    }

    /** {@return whether the request belongs to a chain} */
    static boolean isNamed(final RequestHead head) {
        return head.headers().find(TEST_NAME, 0) >= 0;
    }

    /** Begins again. */
    synchronized void reset() {
        previous = TestServerFingerprint.head();
    }
}
