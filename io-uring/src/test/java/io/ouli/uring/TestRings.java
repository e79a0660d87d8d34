package io.ouli.uring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Rings for tests, in every way in which they can be set up here. */
final class TestRings {
    /** Set where the absence of io_uring is a failure. */
    static final boolean REQUIRED = Boolean.getBoolean("ouli.requireIoUring");

    static final long SECONDS_60 = TimeUnit.SECONDS.toNanos(60);

    private TestRings() {
    }

    /** Skips the test on a machine without io_uring, unless it is required; then opening a ring will say why. */
    static void assumeIoUring() {
        Assumptions.assumeTrue(IoUring.isAvailable() || REQUIRED, IoUring::describe);
    }

    static Ring open(final RingOptions options) {
        assumeIoUring();
        return Ring.open(options).enable();
    }

    static Ring open() {
        return open(RingOptions.DEFAULT.withEntries(8, 64));
    }

    /** Returns options that make a difference to how a ring is set up. */
    static Stream<RingOptions> variants() {
        final RingOptions small = RingOptions.DEFAULT.withEntries(8, 64);
        final List<RingOptions> variants = new ArrayList<>();
        variants.add(small);
        variants.add(small.without(RingFeature.LIBURING));
        variants.add(small.without(RingFeature.LIBURING, RingFeature.NO_SQARRAY));
        variants.add(small.without(RingFeature.LIBURING, RingFeature.DEFER_TASKRUN));
        variants.add(small.without(RingFeature.SINGLE_ISSUER));
        variants.add(small.without(
                RingFeature.LIBURING,
                RingFeature.SINGLE_ISSUER,
                RingFeature.COOP_TASKRUN,
                RingFeature.SUBMIT_ALL,
                RingFeature.NO_SQARRAY));
        return variants.stream();
    }

    /** Waits for so many completions and returns them. */
    static List<Completion> await(final Ring ring, final int count) {
        final List<Completion> completions = new ArrayList<>();
        final long deadline = System.nanoTime() + SECONDS_60;
        while (completions.size() < count) {
            assertTrue(System.nanoTime() < deadline, () -> "only " + completions);
            ring.submitAndWait(1, TimeUnit.SECONDS.toNanos(1));
            ring.reap((userData, result, flags) -> completions.add(new Completion(userData, result, flags)), count);
        }
        return completions;
    }

    /** Waits for one completion and returns it. */
    static Completion awaitOne(final Ring ring) {
        return await(ring, 1).getFirst();
    }

    record Completion(long userData, int result, int flags) {
        boolean hasMore() {
            return Completions.hasMore(flags);
        }
    }
}
