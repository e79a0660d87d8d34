package io.ouli.jmh;

import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.match.SessionTracker;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * The worst that two cores can do to one session: both take the replies of one and the same key, so that every step of
 * one takes the counter's cache line from the other. The time is that of a thread's own step.
 */
@State(Scope.Benchmark)
@Threads(2)
public class ContendedTrackerBenchmark extends OuliBenchmark {
    /** Of 65,536 replies the index is in no cache that a core has for itself; of 4,096 it is. */
    @Param({"4096", "65536"})
    int replies;

    private SampleRecording sample;
    private byte[] key;
    private SessionTracker byKey;
    private SessionTracker strict;

    /** Records one key very often. */
    @Setup
    public void setup() throws IOException {
        sample = SampleRecording.create(1, replies);
        key = sample.keys();
        byKey = new SessionTracker(sample, MatchMode.KEY, Exhausted.MISS);
        strict = new SessionTracker(sample, MatchMode.STRICT, Exhausted.MISS);
    }

    @TearDown
    public void tearDown() throws IOException {
        sample.close();
    }

    /** The counter's step. */
    @Benchmark
    public long byKey() {
        return step(byKey);
    }

    /** The cursor's step, by compare and set. */
    @Benchmark
    public long strict() {
        return step(strict);
    }

    /** The same by one thread, for the difference. */
    @Benchmark
    @Threads(1)
    public long byKeyAlone() {
        return step(byKey);
    }

    /** The same by one thread, for the difference. */
    @Benchmark
    @Threads(1)
    public long strictAlone() {
        return step(strict);
    }

    private long step(final SessionTracker tracker) {
        final long slot = tracker.match(key, 0);
        if (slot == SessionTracker.EXHAUSTED) {
            tracker.reset();
        }
        return slot;
    }
}
