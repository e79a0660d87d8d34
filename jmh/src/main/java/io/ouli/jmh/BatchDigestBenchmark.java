package io.ouli.jmh;

import io.ouli.redact.BatchDigest;
import io.ouli.redact.BatchDigests;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * SHA-256 of 16 messages that are there at the same time, one message: in lanes, where the machine has vectors of 512
 * bits ({@code --simd 256} keeps it from that), and one after the other by the JDK, which uses the processor's SHA
 * instructions. The messages stand padded, as frames have them.
 */
@Fork(value = OuliBenchmark.JVMS, jvmArgsAppend = {OuliBenchmark.GC, OuliBenchmark.HEAP, OuliBenchmark.HEADERS,
    OuliBenchmark.NATIVE, OuliBenchmark.UNSAFE, OuliBenchmark.VECTORS})
public class BatchDigestBenchmark extends OuliBenchmark {
    @Param({"64", "256", "1024", "4000"})
    private int bytes = 64;

    private final BatchDigest chosen = BatchDigests.create();
    private final byte[][] messages = new byte[BatchDigest.MAX_MESSAGES][];
    private final MemorySegment[] segments = new MemorySegment[BatchDigest.MAX_MESSAGES];
    private final byte[] digest = new byte[BatchDigest.BYTES];
    private final MemorySegment out = MemorySegment.ofArray(new byte[BatchDigest.BYTES]);
    private MessageDigest jdk;

    /** Makes the messages. */
    @Setup
    public void setup() throws NoSuchAlgorithmException {
        jdk = MessageDigest.getInstance("SHA-256");
        final Random random = new Random(1);
        for (int i = 0; i < messages.length; i++) {
            messages[i] = new byte[bytes];
            random.nextBytes(messages[i]);
            segments[i] = Arena.ofAuto().allocate(BatchDigest.paddedLength(bytes), BatchDigest.BLOCK);
            BatchDigest.pad(segments[i], 0, bytes);
            segments[i].copyFrom(MemorySegment.ofArray(messages[i]));
        }
    }

    /** Together, in the fastest way of this process. */
    @Benchmark
    @OperationsPerInvocation(BatchDigest.MAX_MESSAGES)
    public MemorySegment together() {
        for (final MemorySegment message : segments) {
            chosen.add(message, 0, bytes);
        }
        chosen.digest();
        for (int i = 0; i < segments.length; i++) {
            chosen.copyTo(i, out, 0);
        }
        return out;
    }

    /** One by one. */
    @Benchmark
    @OperationsPerInvocation(BatchDigest.MAX_MESSAGES)
    public byte[] oneByOne() throws DigestException {
        for (final byte[] message : messages) {
            jdk.update(message, 0, bytes);
            jdk.digest(digest, 0, digest.length);
        }
        return digest;
    }
}
