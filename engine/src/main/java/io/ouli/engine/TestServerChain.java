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
     * Takes the interaction that answers a request, and steps on.
     *
     * @return its slot in the recording, or why there is none, as the tracker says it.
     */
    synchronized long match(
            final Replay replay,
            final TestServerRules rules,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength) {
        final TestServerIndex index = replay.testServer;
        final TestServerTarget target = rules.target() != null ? rules.target() : index.target();
        final TestServerFingerprint fingerprint =
                new TestServerFingerprint(target == null ? NO_TARGET : target, rules);
        final byte[] hash = new byte[TestServerFingerprint.HASH_BYTES];
        if (!fingerprint.fingerprint(head, body, bodyOffset, bodyLength, before(head), hash)) {
            return SessionTracker.NO_KEY;
        }
        long place = replay.tracker.match(hash, 0);
        for (int i = 0; place == SessionTracker.NO_KEY && i < index.foreignPrevious().size(); i++) {
            fingerprint.fingerprint(head, body, bodyOffset, bodyLength, index.foreignPrevious().get(i), hash);
            place = replay.tracker.match(hash, 0);
        }
        if (place < 0) {
            return place;
        }
        final long slot = replay.recording.slotAt((int) place);
        if (slot < 0 || !replay.recording.verify(slot)) {
            return SessionTracker.DAMAGED;
        }
        advance(head, hash);
        return slot;
    }

    /** {@return the mark of a request that is to be recorded; null if test-server itself fails on it} */
    synchronized TestServerMark mark(
            final TestServerRules rules,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength) {
        final TestServerTarget target = rules.target() == null ? NO_TARGET : rules.target();
        final byte[] before = before(head);
        final byte[] hash = new byte[TestServerFingerprint.HASH_BYTES];
        return new TestServerFingerprint(target, rules)
                .fingerprint(head, body, bodyOffset, bodyLength, before, hash)
                ? new TestServerMark(hash, before, target) : null;
    }

    /** Steps on behind a request that was recorded. */
    synchronized void recorded(final TestServerMark mark) {
        previous = mark.hash();
    }

    private void advance(final RequestHead head, final byte[] hash) {
        if (isNamed(head)) {
            previous = hash;
        }
    }

    private byte[] before(final RequestHead head) {
        return isNamed(head) ? previous : TestServerFingerprint.head();
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
