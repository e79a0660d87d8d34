package io.ouli.jmh;

import io.ouli.engine.recording.Recording;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a look-up costs as recordings grow, out of the caches on both sides: of 1,000 interactions there are as many
 * recordings as make their indexes larger than any cache, each asked in turn; of more there is one.
 *
 * <p>Each call asks for another key, in random order.
 */
public class LookupScaleBenchmark extends OuliBenchmark {
    private static final int BATCH = 16;
    private static final int KEY_BYTES = 32;
    private static final int SMALL_INTERACTIONS = 1_000;
    private static final int SMALL_RECORDINGS = 2_000;

    @Param({"1000", "1000000", "10000000"})
    private int interactions;

    private SampleRecording[] samples;
    private Recording[] recordings;
    private byte[][] keys;
    private final int[] occurrences = new int[BATCH];
    private final long[] slots = new long[BATCH];
    private int which;
    private int next;

    /** Records. */
    @Setup
    public void setup() throws IOException {
        samples = new SampleRecording[interactions == SMALL_INTERACTIONS ? SMALL_RECORDINGS : 1];
        recordings = new Recording[samples.length];
        keys = new byte[samples.length][];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = SampleRecording.create(interactions, 1);
            recordings[i] = samples[i].recording();
            keys[i] = samples[i].keys();
        }
    }

    @TearDown
    public void tearDown() throws IOException {
        for (final SampleRecording sample : samples) {
            sample.close();
        }
    }

    /** Each begins when the one before has ended: the entry says, by a status that is always 200, which is next. */
    @Benchmark
    public long dependent() {
        final Recording recording = recordings[which];
        final long slot = recording.find(keys[which], next, 0);
        advance(1 + recording.status(slot) - 200);
        return slot;
    }

    /** 16 at once, as pipelined requests would be. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long batch() {
        if (next + BATCH * KEY_BYTES > keys[which].length) {
            next = 0;
        }
        recordings[which].find(keys[which], next, occurrences, slots, BATCH);
        advance(BATCH);
        return slots[0] + slots[BATCH - 1];
    }

    private void advance(final int count) {
        if (recordings.length > 1) {
            which = (which + count) % recordings.length;
        }
        if (which < count) {
            next += count * KEY_BYTES;
            if (next >= keys[0].length) {
                next = 0;
            }
        }
    }
}
