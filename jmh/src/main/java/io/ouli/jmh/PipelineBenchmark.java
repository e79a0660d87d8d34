package io.ouli.jmh;

import io.ouli.engine.Limits;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.recording.Recording;
import java.io.IOException;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Whether pipelined requests should be looked up together: 16 are parsed, fingerprinted and looked up one after the
 * other, or first all parsed and fingerprinted and then looked up at once, their entries fetched at the same time.
 *
 * <p>What it can gain at most, for the frames and replies behind the entries are fetched in either case.
 */
public class PipelineBenchmark extends OuliBenchmark {
    private static final int BATCH = 16;
    private static final int KEY_BYTES = Fingerprinter.KEY_BYTES;
    private static final int REQUEST_BYTES = Samples.ascii(request(0)).length;

    @Param({"1000", "1000000"})
    private int interactions;

    private final byte[] key = new byte[BATCH * KEY_BYTES];
    private final byte[] oneKey = new byte[KEY_BYTES];
    private final int[] occurrences = new int[BATCH];
    private final long[] slots = new long[BATCH];
    private final RequestParser parser = new RequestParser();
    private final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
    private final Fingerprinter fingerprinter = new Fingerprinter(FingerprintPolicy.DEFAULT);
    private SampleRecording sample;
    private Recording recording;
    private byte[] requests;
    private int next;

    private static String request(final int number) {
        return String.format("GET /items/%08d HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAccept: */*\r\n\r\n", number);
    }

    /** Records the requests under their own keys; they come in random order. */
    @Setup
    public void setup() throws IOException {
        requests = new byte[interactions * REQUEST_BYTES];
        final byte[] keys = new byte[interactions * KEY_BYTES];
        final int[] order = new int[interactions];
        final SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < interactions; i++) {
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        for (int i = 0; i < interactions; i++) {
            final byte[] request = Samples.ascii(request(i));
            parser.parse(request, 0, request.length, head);
            fingerprinter.fingerprint(head, request, 0, 0, oneKey);
            System.arraycopy(oneKey, 0, keys, i * KEY_BYTES, KEY_BYTES);
            System.arraycopy(request, 0, requests, order[i] * REQUEST_BYTES, REQUEST_BYTES);
        }
        sample = SampleRecording.of(keys);
        recording = sample.recording();
    }

    @TearDown
    public void tearDown() throws IOException {
        sample.close();
    }

    /** As the server does it. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long oneByOne() {
        final int first = advance();
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            fingerprint((first + i) * REQUEST_BYTES, oneKey, 0);
            sum += use(recording.find(oneKey, 0, 0));
        }
        return sum;
    }

    /** All keys first. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long together() {
        final int first = advance();
        for (int i = 0; i < BATCH; i++) {
            fingerprint((first + i) * REQUEST_BYTES, oneKey, 0);
            System.arraycopy(oneKey, 0, key, i * KEY_BYTES, KEY_BYTES);
        }
        recording.find(key, 0, occurrences, slots, BATCH);
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            sum += use(slots[i]);
        }
        return sum;
    }

    private void fingerprint(final int offset, final byte[] target, final int targetOffset) {
        parser.parse(requests, offset, offset + REQUEST_BYTES, head);
        fingerprinter.fingerprint(head, requests, 0, 0, target);
    }

    private long use(final long slot) {
        if (slot < 0 || !recording.verify(slot)) {
            throw new IllegalStateException("not there");
        }
        return recording.responseOffset(slot) + recording.responseLength(slot);
    }

    private int advance() {
        next = next + 2 * BATCH > interactions ? 0 : next + BATCH;
        return next;
    }
}
