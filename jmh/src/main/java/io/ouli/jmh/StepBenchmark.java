package io.ouli.jmh;

import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.match.RecordingIndex;
import io.ouli.engine.match.SessionTracker;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * A tracker's own step, the one that a request makes, over an index whose look-ups take no time: the benchmarks of a
 * tracker over a recording have those in them. Alone, and by two cores that fight for one session and one key.
 */
@State(Scope.Benchmark)
public class StepBenchmark extends OuliBenchmark {
    private static final int REPLIES = 1 << 12;
    private static final byte[] KEY = new byte[32];

    private final RecordingIndex index = new AnsweringIndex(REPLIES);
    private final SessionTracker byKey = new SessionTracker(index, MatchMode.KEY, Exhausted.MISS);
    private final SessionTracker strict = new SessionTracker(index, MatchMode.STRICT, Exhausted.MISS);

    /** The counter's step. */
    @Benchmark
    @Threads(1)
    public long byKeyAlone() {
        return step(byKey);
    }

    /** The cursor's step. */
    @Benchmark
    @Threads(1)
    public long strictAlone() {
        return step(strict);
    }

    /** The counter's step beside another thread's. */
    @Benchmark
    @Threads(2)
    public long byKey() {
        return step(byKey);
    }

    /** The cursor's step beside another thread's. */
    @Benchmark
    @Threads(2)
    public long strict() {
        return step(strict);
    }

    private static long step(final SessionTracker tracker) {
        final long slot = tracker.match(KEY, 0);
        if (slot == SessionTracker.EXHAUSTED) {
            tracker.reset(); // Spread over all the replies.
        }
        return slot;
    }
}
