package io.ouli.jmh;

import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.match.SessionTracker;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** The step of a session's tracker: which of a key's replies is next. The look-ups that it makes are part of it. */
public class TrackerBenchmark extends OuliBenchmark {
    private static final int KEYS = 1_000;
    private static final int OCCURRENCES = 4;

    private SampleRecording single;
    private SampleRecording several;
    private SessionTracker singleTracker;
    private SessionTracker usedUpTracker;
    private SessionTracker freshTracker;
    private SessionTracker strictTracker;
    private byte[] recordedOrder;
    private int next;
    private int round;

    /** Records each key once, and each key several times. */
    @Setup
    public void setup() throws IOException {
        single = SampleRecording.create(KEYS, 1);
        several = SampleRecording.create(KEYS, OCCURRENCES);
        singleTracker = new SessionTracker(single, MatchMode.KEY, Exhausted.REPEAT);
        usedUpTracker = new SessionTracker(several, MatchMode.KEY, Exhausted.REPEAT);
        freshTracker = new SessionTracker(several, MatchMode.KEY, Exhausted.REPEAT);
        for (int i = 0; i < KEYS * OCCURRENCES; i++) {
            usedUpTracker.match(several.keys(), i % KEYS * 32);
        }
        next = KEYS - 1;
        strictTracker = new SessionTracker(single, MatchMode.STRICT, Exhausted.MISS);
        recordedOrder = new byte[KEYS * 32];
        for (int i = 0; i < KEYS; i++) {
            single.recording().copyKey(single.slotAt(i), recordedOrder, i * 32);
        }
    }

    @TearDown
    public void tearDown() throws IOException {
        single.close();
        several.close();
    }

    /** The most frequent case: a key that was recorded once. */
    @Benchmark
    public long recordedOnce() {
        return singleTracker.match(single.keys(), advance() * 32);
    }

    /** A poll that has reached its last reply, which is repeated. */
    @Benchmark
    public long repeatingTheLast() {
        return usedUpTracker.match(several.keys(), advance() * 32);
    }

    /** Four replies one after the other for each key; the reset that follows is spread over all of them. */
    @Benchmark
    public long oneAfterTheOther() {
        final int key = advance();
        if (key == 0 && ++round == OCCURRENCES) {
            round = 0;
            freshTracker.reset();
        }
        return freshTracker.match(several.keys(), key * 32);
    }

    /** A strict session, in the recorded order; the reset after 1,000 is spread over all. */
    @Benchmark
    public long strict() {
        final int key = advance();
        if (key == 0) {
            strictTracker.reset();
        }
        final long slot = strictTracker.match(recordedOrder, key * 32);
        if (slot < 0) {
            throw new IllegalStateException("not the recorded order");
        }
        return slot;
    }

    private int advance() {
        next = next + 1 == KEYS ? 0 : next + 1;
        return next;
    }
}
