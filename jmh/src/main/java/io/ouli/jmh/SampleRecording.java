package io.ouli.jmh;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.match.RecordingIndex;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.recording.Frame;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.recording.FrameFlags;
import io.ouli.engine.recording.FramePool;
import io.ouli.engine.recording.ReadOptions;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingLimits;
import io.ouli.engine.recording.RecordingOptions;
import io.ouli.engine.recording.RecordingWriter;
import io.ouli.engine.recording.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A sealed recording of many interactions in a folder of its own, deleted with it; its index for the tracker.
 *
 * <p>Keys are random numbers, which is what SHA-256 makes of requests.
 */
final class SampleRecording implements RecordingIndex, AutoCloseable {
    private static final int KEY_BYTES = 32;
    /** As many interactions as the format's largest index may hold; Ouli's own limit is 1,048,576. */
    private static final RecordingLimits LIMITS = new RecordingLimits(
            RecordingLimits.DEFAULT.maxRequestBytes(), RecordingLimits.DEFAULT.maxResponseBytes(), 1 << 24,
            RecordingLimits.DEFAULT.maxFileBytes());

    private final Path folder;
    private final Recording recording;
    private final byte[] keys;
    private final int keyCount;

    private SampleRecording(final Path folder, final Recording recording, final byte[] keys, final int keyCount) {
        this.folder = folder;
        this.recording = recording;
        this.keys = keys;
        this.keyCount = keyCount;
    }

    /**
     * Records and opens.
     *
     * @param keyCount    distinct keys.
     * @param occurrences interactions of each.
     */
    static SampleRecording create(final int keyCount, final int occurrences) throws IOException {
        final Path folder = Files.createTempDirectory("ouli-jmh");
        final Path file = folder.resolve("sample.ouli");
        final byte[] keys = new byte[keyCount * KEY_BYTES];
        final SplittableRandom random = new SplittableRandom(42);
        random.nextBytes(keys);
        append(file, keys, keyCount * occurrences);
        shuffle(keys, keyCount, random);
        // Every block of the index is there: what is measured is the look-up, not its first time.
        final ReadOptions options = ReadOptions.DEFAULT.withStorage(Storage.files(), LIMITS).withWholeIndex(true);
        return new SampleRecording(folder, Recording.open(file, options), keys, keyCount);
    }

    /** Records one interaction under each of these keys, and opens; keys stay in their order. */
    static SampleRecording of(final byte[] keys) throws IOException {
        final Path folder = Files.createTempDirectory("ouli-jmh");
        final Path file = folder.resolve("sample.ouli");
        append(file, keys, keys.length / KEY_BYTES);
        final ReadOptions options = ReadOptions.DEFAULT.withStorage(Storage.files(), LIMITS).withWholeIndex(true);
        return new SampleRecording(folder, Recording.open(file, options), keys, keys.length / KEY_BYTES);
    }

    /** Appends interactions to a file that may be there, with these keys in turn, and seals it. */
    static void append(final Path file, final byte[] keys, final int count) {
        final byte[] request = Samples.ascii("GET / HTTP/1.1\r\n\r\n");
        final byte[] response = Samples.ascii("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        try (FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
                RecordingWriter writer = RecordingWriter.open(file, RecordingOptions.of(pool).withLimits(LIMITS)
                        .withExisting(ExistingPolicy.APPEND).withDurability(Durability.NONE, Long.MAX_VALUE / 2)
                        .withPolicyHash(EndpointPolicy.defaults().hash()))) { // Or replaying warns.
            final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
            final int first = writer.nextSequence();
            for (int i = 0; i < count; i++) {
                builder.begin(first + i, 1_000_000_000L + i);
                builder.key(keys, i % (keys.length / KEY_BYTES) * KEY_BYTES);
                builder.status(200);
                builder.request(request, 0, request.length);
                builder.response(response, 0, response.length);
                final Frame frame = builder.finish();
                writer.append(frame);
                frame.release();
            }
            writer.seal();
        }
    }

    /** Asks in another order than that of the recording: neighbours in time are none in memory. */
    private static void shuffle(final byte[] keys, final int count, final SplittableRandom random) {
        final byte[] spare = new byte[KEY_BYTES];
        for (int i = count - 1; i > 0; i--) {
            final int other = random.nextInt(i + 1);
            System.arraycopy(keys, i * KEY_BYTES, spare, 0, KEY_BYTES);
            System.arraycopy(keys, other * KEY_BYTES, keys, i * KEY_BYTES, KEY_BYTES);
            System.arraycopy(spare, 0, keys, other * KEY_BYTES, KEY_BYTES);
        }
    }

    Recording recording() {
        return recording;
    }

    /** {@return all keys, one after the other, shuffled} */
    byte[] keys() {
        return keys;
    }

    int keyCount() {
        return keyCount;
    }

    /** {@return a key as a map's key: the naive way} */
    ByteBuffer keyObject(final int index) {
        return ByteBuffer.wrap(keys, index * KEY_BYTES, KEY_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long slotCount() {
        return recording.capacity();
    }

    @Override
    public int interactionCount() {
        return recording.count();
    }

    @Override
    public long find(final byte[] key, final int keyOffset, final int occurrence) {
        return recording.find(key, keyOffset, occurrence);
    }

    @Override
    public boolean isLast(final long slot) {
        return (recording.flags(slot) & FrameFlags.LAST) != 0;
    }

    @Override
    public int occurrence(final long slot) {
        return recording.occurrence(slot);
    }

    @Override
    public long slotAt(final int position) {
        return position < recording.count() ? recording.slotAt(position) : NONE;
    }

    @Override
    public long firstAt(final int position) {
        return recording.firstAt(position);
    }

    @Override
    public boolean hasKey(final long slot, final byte[] key, final int keyOffset) {
        return recording.hasKey(slot, key, keyOffset);
    }

    @Override
    public void close() throws IOException {
        recording.close();
        final List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : all) {
            Files.delete(path);
        }
    }
}
