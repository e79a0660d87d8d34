package io.ouli.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * In what steps memory for interactions on their way to the writer is best given out: each call builds a frame of 1 KB
 * request and 1 KB reply with its CRC32C in the next step, and copies the oldest one out, as the writer does.
 */
public class FrameBufferBenchmark extends OuliBenchmark {
    private static final int PART_BYTES = 1_024;
    private static final int HEADER_BYTES = 128;
    private static final int FRAME_BYTES = HEADER_BYTES + 2 * PART_BYTES;
    private static final int WRITE_BYTES = 1 << 20;

    /** What one interaction takes at least. */
    @Param({"4096", "65536"})
    private int stepBytes;

    /** Interactions between the worker that builds them and the writer. */
    @Param({"16", "256", "4096"})
    private int underWay;

    private final byte[] request = new byte[PART_BYTES];
    private final byte[] response = new byte[PART_BYTES];
    private final CRC32C crc = new CRC32C();
    private Arena arena;
    private MemorySegment[] steps;
    private ByteBuffer[] views;
    private MemorySegment target;
    private int next;
    private int targetOffset;

    /** Makes the memory, and touches all of it. */
    @Setup
    public void setup() {
        arena = Arena.ofConfined();
        steps = new MemorySegment[underWay];
        views = new ByteBuffer[underWay];
        final MemorySegment all = arena.allocate((long) underWay * stepBytes, 4_096);
        for (int i = 0; i < underWay; i++) {
            steps[i] = all.asSlice((long) i * stepBytes, stepBytes).fill((byte) 1);
            views[i] = steps[i].asByteBuffer();
        }
        target = arena.allocate(WRITE_BYTES, 4_096).fill((byte) 1);
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    /** Takes the oldest frame out and builds the next one in its place. */
    @Benchmark
    public int build() {
        final int step = next;
        next = step + 1 == underWay ? 0 : step + 1;
        final MemorySegment memory = steps[step];
        MemorySegment.copy(memory, 0, target, targetOffset, FRAME_BYTES);
        targetOffset = targetOffset + 2 * FRAME_BYTES > WRITE_BYTES ? 0 : targetOffset + FRAME_BYTES;
        MemorySegment.copy(request, 0, memory, ValueLayout.JAVA_BYTE, HEADER_BYTES, PART_BYTES);
        MemorySegment.copy(response, 0, memory, ValueLayout.JAVA_BYTE, HEADER_BYTES + PART_BYTES, PART_BYTES);
        crc.reset();
        crc.update(views[step].limit(FRAME_BYTES).position(HEADER_BYTES));
        memory.set(ValueLayout.JAVA_INT, 0, (int) crc.getValue());
        return step;
    }
}
