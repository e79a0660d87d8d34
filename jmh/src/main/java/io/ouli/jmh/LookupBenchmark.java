package io.ouli.jmh;

import io.ouli.engine.recording.Recording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The look-up of one key among many, each call another key: with a million, every look-up misses the caches, as in
 * life; with one hot key it would measure the caches alone.
 */
public class LookupBenchmark extends OuliBenchmark {
    @Param({"1000", "1000000"})
    private int keys;

    private SampleRecording sample;
    private Recording recording;
    private byte[] keyBytes;
    private Map<ByteBuffer, Long> map;
    private ByteBuffer[] keyObjects;
    private int next;

    /** Records as many interactions as there are keys. */
    @Setup
    public void setup() throws IOException {
        sample = SampleRecording.create(keys, 1);
        recording = sample.recording();
        keyBytes = sample.keys();
        map = HashMap.newHashMap(keys);
        keyObjects = new ByteBuffer[keys];
        for (int i = 0; i < keys; i++) {
            keyObjects[i] = sample.keyObject(i);
            map.put(sample.keyObject(i), (long) i);
        }
    }

    @TearDown
    public void tearDown() throws IOException {
        sample.close();
    }

    /** Ours: the index in the mapped file. */
    @Benchmark
    public long find() {
        return recording.find(keyBytes, advance() * 32, 0);
    }

    /** What replay does: look up, make sure that the bytes are sound, take place and length of the reply. */
    @Benchmark
    public long findVerified() {
        final long slot = recording.find(keyBytes, advance() * 32, 0);
        if (!recording.verify(slot)) {
            throw new IllegalStateException("damaged");
        }
        return recording.responseOffset(slot) + recording.responseLength(slot);
    }

    /** Most misses end at the first entry. */
    @Benchmark
    public long findNothing() {
        return recording.find(keyBytes, advance() * 32, 7);
    }

    /** The JDK's way: a hash map, its entries on the heap. */
    @Benchmark
    public Long hashMap() {
        return map.get(keyObjects[advance()]);
    }

    private int advance() {
        next = next + 1 == keys ? 0 : next + 1;
        return next;
    }
}
