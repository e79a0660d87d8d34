package io.ouli.jmh;

import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.Frame;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.recording.FramePool;
import io.ouli.engine.recording.RecordingLimits;
import io.ouli.engine.recording.RecordingOptions;
import io.ouli.engine.recording.RecordingWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Appending interactions of 1 KB request and 1 KB reply to a new file, without waiting for the disk. Each invocation
 * writes 100,000 of them, some 220 MB, and deletes the file.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
public class AppendBenchmark extends OuliBenchmark {
    private static final int RECORDS = 100_000;
    private static final int PART_BYTES = 1_024;
    private static final int HEADER_BYTES = 128;

    private final byte[] request = new byte[PART_BYTES];
    private final byte[] response = new byte[PART_BYTES];
    private final byte[] key = new byte[32];
    private Path folder;
    private Path file;
    private FramePool pool;

    /** Makes a folder for the files. */
    @Setup
    public void setup() throws IOException {
        folder = Files.createTempDirectory("ouli-jmh");
        file = folder.resolve("append.ouli");
        pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    }

    /** Removes what an invocation wrote, outside of its time. */
    @TearDown(Level.Invocation)
    public void delete() throws IOException {
        try (var files = Files.list(folder)) {
            for (final Path path : files.toList()) {
                Files.delete(path);
            }
        }
    }

    @TearDown
    public void tearDown() throws IOException {
        pool.close();
        Files.delete(folder);
    }

    /** Ours: frames with checksums, in order, the index's entries gathered on the way. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int append() {
        try (RecordingWriter writer = RecordingWriter.open(file,
                RecordingOptions.of(pool).with(Durability.NONE, Long.MAX_VALUE / 2))) {
            final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
            for (int i = 0; i < RECORDS; i++) {
                key[0] = (byte) i;
                key[1] = (byte) (i >> 8);
                key[2] = (byte) (i >> 16);
                builder.begin(i, i);
                builder.key(key, 0);
                builder.status(200);
                builder.request(request, 0, PART_BYTES);
                builder.response(response, 0, PART_BYTES);
                final Frame frame = builder.finish();
                writer.append(frame);
                frame.release();
            }
            return writer.count();
        }
    }

    /** The floor: the same bytes and checksums through one 1 MiB buffer of a FileChannel, no index. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long fileChannel1MiB() throws IOException {
        return throughChannel(1 << 20);
    }

    /** The same with a buffer of 64 KiB. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long fileChannel64KiB() throws IOException {
        return throughChannel(64 << 10);
    }

    private long throughChannel(final int bufferBytes) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(bufferBytes);
        final CRC32C crc = new CRC32C();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < RECORDS; i++) {
                if (buffer.remaining() < HEADER_BYTES + 2 * PART_BYTES) {
                    flush(buffer, channel);
                }
                crc.reset();
                crc.update(request);
                crc.update(response);
                final int start = buffer.position();
                buffer.putLong(i).putInt((int) crc.getValue()).put(key).position(start + HEADER_BYTES);
                buffer.put(request).put(response);
            }
            flush(buffer, channel);
            return channel.size();
        }
    }

    private static void flush(final ByteBuffer buffer, final FileChannel channel) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
