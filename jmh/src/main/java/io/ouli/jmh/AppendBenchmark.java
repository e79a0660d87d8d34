package io.ouli.jmh;

import io.ouli.engine.recording.Frame;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.recording.FrameKeys;
import io.ouli.engine.recording.FramePool;
import io.ouli.engine.recording.RecordingLimits;
import io.ouli.engine.recording.RecordingOptions;
import io.ouli.engine.recording.RecordingWriter;
import io.ouli.engine.recording.disk.DiskQueue;
import io.ouli.engine.recording.disk.DiskQueues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Appending interactions of 1 KB request and 1 KB reply, each with the request's SHA-256 and a CRC32C over both, to a
 * new file that is synced every 50 ms. An invocation appends 400,000 of them, some 880 MB, and deletes the file.
 *
 * <p>Ours is appended as an embedder does who has many: {@link FrameKeys#MAX_FRAMES} at a time, the key of each being
 * the digest of its request, found by the writer. With {@code --simd scalar} that is the JDK's digest, one by one.
 *
 * <p>The time ends with the last append; what the disk still has to do then is in {@code …ToTheEnd}, which waits until
 * everything is on disk.
 *
 * <p>15 rounds, of which the median counts: a virtual machine may have to fetch memory again that it gave back to its
 * host while it was free, a page at a time, which makes of some rounds, anybody's, three times as long ones.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 15)
@Fork(value = OuliBenchmark.JVMS, jvmArgsAppend = {OuliBenchmark.GC, OuliBenchmark.HEAP, OuliBenchmark.HEADERS,
    OuliBenchmark.NATIVE, OuliBenchmark.UNSAFE, OuliBenchmark.VECTORS})
public class AppendBenchmark extends OuliBenchmark {
    private static final int RECORDS = 400_000;
    private static final int PART_BYTES = 1_024;
    private static final int HEADER_BYTES = 64;
    private static final int KEY_BYTES = 32;
    private static final long SYNC_NANOS = RecordingOptions.DEFAULT_COMMIT_INTERVAL_NANOS;
    /** How many appends there are between two looks at the clock and at what the disk has done. */
    private static final int BATCH = 256;

    private final byte[] request = new byte[PART_BYTES];
    private final byte[] response = new byte[PART_BYTES];
    private final byte[] key = new byte[KEY_BYTES];
    private final MessageDigest sha256 = sha256();
    private Path folder;
    private Path file;
    private FramePool pool;
    private DiskQueue queue;
    private RecordingWriter writer;
    private FrameBuilder builder;
    private final Frame[] frames = new Frame[FrameKeys.MAX_FRAMES];
    private FileChannel channel;

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a folder for the files. */
    @Setup
    public void setup() throws IOException {
        folder = Files.createTempDirectory("ouli-jmh");
        file = folder.resolve("append.ouli");
        pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
        queue = DiskQueues.open();
        builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    }

    /** Opens a new recording and a new file, outside of the time. */
    @Setup(Level.Invocation)
    public void open() throws IOException {
        writer = RecordingWriter.open(file, RecordingOptions.of(pool).withQueue(() -> queue));
        channel = FileChannel.open(folder.resolve("append.raw"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Waits until all is on disk, and removes it, so that no invocation pays for the one before. */
    @TearDown(Level.Invocation)
    public void delete() throws IOException {
        writer.close();
        channel.force(true);
        channel.close();
        try (var files = Files.list(folder)) {
            for (final Path path : files.toList()) {
                Files.delete(path);
            }
        }
    }

    @TearDown
    public void tearDown() throws IOException {
        queue.close();
        pool.close();
        Files.delete(folder);
    }

    /** Ours, as the writer's thread does it: frames, the chain's hash, the index's entries, commits behind its back. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int append() {
        appendAll();
        return writer.count();
    }

    /** Each appended alone, with a key that its owner found by the JDK's digest. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int appendOneByOne() throws DigestException {
        for (int i = 0; i < RECORDS; i++) {
            hashRequest(i);
            begin(i);
            builder.key(key, 0);
            final Frame frame = finish();
            writer.append(frame);
            frame.release();
            if (i % BATCH == 0) {
                commitWhenDue();
            }
        }
        return writer.count();
    }

    /** The same until everything is on disk. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int appendToTheEnd() {
        appendAll();
        writer.commit();
        return writer.committedCount();
    }

    private void appendAll() {
        for (int i = 0; i < RECORDS; i += frames.length) {
            for (int k = 0; k < frames.length; k++) {
                number(i + k);
                begin(i + k);
                builder.keyOfRequest();
                frames[k] = finish();
            }
            writer.append(frames, frames.length);
            for (final Frame frame : frames) {
                frame.release();
            }
            if (i % BATCH == 0) {
                commitWhenDue();
            }
        }
    }

    private void begin(final int number) {
        builder.begin(number, number);
        builder.status(200);
        builder.request(request, 0, PART_BYTES);
    }

    private Frame finish() {
        builder.response(response, 0, PART_BYTES);
        return builder.finish();
    }

    private void commitWhenDue() {
        queue.poll(0);
        if (!writer.isCommitting()) {
            writer.endCommit();
            if (writer.hasUncommitted() && writer.commitDueNanos() - System.nanoTime() <= 0) {
                writer.beginCommit();
            }
        }
    }

    private void number(final int number) {
        request[0] = (byte) number;
        request[1] = (byte) (number >> 8);
        request[2] = (byte) (number >> 16);
    }

    private void hashRequest(final int number) throws DigestException {
        number(number);
        sha256.update(request, 0, PART_BYTES);
        sha256.digest(key, 0, KEY_BYTES);
    }

    /** The same bytes and checksums through a buffer of 64 KiB of a FileChannel, synced as often; no index. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long fileChannel64KiB() throws IOException, DigestException {
        return throughChannel(64 << 10);
    }

    /** The same with a buffer of 1 MiB. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long fileChannel1MiB() throws IOException, DigestException {
        return throughChannel(1 << 20);
    }

    private long throughChannel(final int bufferBytes) throws IOException, DigestException {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(bufferBytes);
        final CRC32C crc = new CRC32C();
        long synced = System.nanoTime();
        for (int i = 0; i < RECORDS; i++) {
            if (buffer.remaining() < HEADER_BYTES + 2 * PART_BYTES) {
                flush(buffer);
                if (System.nanoTime() - synced >= SYNC_NANOS) {
                    channel.force(false);
                    synced = System.nanoTime();
                }
            }
            hashRequest(i);
            crc.reset();
            crc.update(request);
            crc.update(response);
            final int start = buffer.position();
            buffer.putLong(i).putInt((int) crc.getValue()).put(key).position(start + HEADER_BYTES);
            buffer.put(request).put(response);
        }
        flush(buffer);
        return channel.size();
    }

    private void flush(final ByteBuffer buffer) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
