package io.ouli.engine.match;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two threads that share one session, in every interleaving that jcstress finds; each state is new, so the race to make
 * the counters is in all of them. Run by {@code ConcurrencyTest}.
 */
final class SessionTrackerStress {
    private static final byte[] A = ListIndex.key(1);
    private static final byte[] B = ListIndex.key(2);

    private SessionTrackerStress() {
    }

    /** A tracker of three replies, and what two threads got that asked twice each. */
    abstract static class TwiceEach {
        private final SessionTracker tracker;
        private int first;
        private int second;
        private int third;
        private int fourth;

        TwiceEach(final MatchMode mode, final Exhausted exhausted) {
            tracker = new SessionTracker(new ListIndex(List.of(1, 1, 1)), mode, exhausted);
        }

        final void one() {
            first = ListIndex.place(tracker.match(A, 0));
            second = ListIndex.place(tracker.match(A, 0));
        }

        final void other() {
            third = ListIndex.place(tracker.match(A, 0));
            fourth = ListIndex.place(tracker.match(A, 0));
        }

        private int given(final int place) {
            return (first == place ? 1 : 0) + (second == place ? 1 : 0) + (third == place ? 1 : 0)
                    + (fourth == place ? 1 : 0);
        }

        final void count(final III_Result result) {
            result.r1 = given(0);
            result.r2 = given(1);
            result.r3 = given(2);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "each reply once, the fourth request misses")
    @State
    public static class EachReplyOnce extends TwiceEach {
        public EachReplyOnce() {
            super(MatchMode.KEY, Exhausted.MISS);
        }

        @Actor
        public void actor1() {
            one();
        }

        @Actor
        public void actor2() {
            other();
        }

        @Arbiter
        public void arbiter(final III_Result result) {
            count(result);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "each reply once, then the last again")
    @State
    public static class TheLastRepeats extends TwiceEach {
        public TheLastRepeats() {
            super(MatchMode.KEY, Exhausted.REPEAT);
        }

        @Actor
        public void actor1() {
            one();
        }

        @Actor
        public void actor2() {
            other();
        }

        @Arbiter
        public void arbiter(final III_Result result) {
            count(result);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "each place of the chain once")
    @State
    public static class EachPlaceOnce extends TwiceEach {
        public EachPlaceOnce() {
            super(MatchMode.STRICT, Exhausted.MISS);
        }

        @Actor
        public void actor1() {
            one();
        }

        @Actor
        public void actor2() {
            other();
        }

        @Arbiter
        public void arbiter(final III_Result result) {
            count(result);
        }
    }

    @JCStressTest
    @Outcome(id = "0, 1, 2", expect = Expect.ACCEPTABLE, desc = "in the recorded order")
    @Outcome(id = "0, -3, 1", expect = Expect.ACCEPTABLE, desc = "out of order, and the miss advanced nothing")
    @State
    public static class ChainOfTwo {
        private final SessionTracker tracker =
                new SessionTracker(new ListIndex(List.of(1, 2)), MatchMode.STRICT, Exhausted.MISS);

        @Actor
        public void actor1(final III_Result result) {
            result.r1 = ListIndex.place(tracker.match(A, 0));
        }

        @Actor
        public void actor2(final III_Result result) {
            result.r2 = ListIndex.place(tracker.match(B, 0));
        }

        @Arbiter
        public void arbiter(final III_Result result) {
            result.r3 = tracker.position();
        }
    }

    @JCStressTest
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the reset came first")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the reset came last")
    @State
    public static class Reset {
        private final SessionTracker tracker =
                new SessionTracker(new ListIndex(List.of(1, 1, 1)), MatchMode.KEY, Exhausted.REPEAT);

        @Actor
        public void actor1(final II_Result result) {
            result.r1 = ListIndex.place(tracker.match(A, 0));
        }

        @Actor
        public void actor2() {
            tracker.reset();
        }

        @Arbiter
        public void arbiter(final II_Result result) {
            result.r2 = ListIndex.place(tracker.match(A, 0));
        }
    }
}
