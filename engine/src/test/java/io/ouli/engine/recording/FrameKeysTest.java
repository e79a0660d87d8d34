package io.ouli.engine.recording;

import io.ouli.engine.core.Sha256;
import io.ouli.engine.recording.storage.SimulatedStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Keys that are found when frames are appended: the file is as if each had been known before. */
class FrameKeysTest {
    private static final Path FILE = Path.of("/disk/session.ouli");

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    private final FrameBuilder waiting = new FrameBuilder(pool, RecordingLimits.DEFAULT, true);

    /** The message of which the key is the digest, and an interaction's two parts. */
    private record Sample(byte[] message, byte[] request, byte[] response) {
    }

    @AfterTry
    void shouldLeakNoFrame() {
        assertEquals(0, pool.lent());
    }

    private static byte[] bytes(final Random random, final int most) {
        final byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private Frame build(final FrameBuilder with, final int number, final Sample sample) {
        with.begin(number, 1_000L * number);
        with.status(200);
        if (with == waiting && sample.message == sample.request) {
            with.keyOfRequest();
        } else if (with == waiting) {
            final int half = sample.message.length / 2;
            with.keyOf(sample.message, 0, half, sample.message, half, sample.message.length - half);
        } else {
            with.key(Sha256.of(sample.message), 0);
        }
        with.request(sample.request, 0, sample.request.length);
        // In pieces, so that a buffer fills up and is exchanged for a larger one.
        for (int at = 0; at < sample.response.length; at += 700) {
            with.response(sample.response, at, Math.min(700, sample.response.length - at));
        }
        return with.finish();
    }

    private RecordingOptions options(final SimulatedStorage disk) {
        return RecordingOptions.of(pool).withStorage(disk).withExisting(ExistingPolicy.APPEND).withClock(() -> 42);
    }

    private byte[] oneByOne(final List<Sample> samples) {
        final SimulatedStorage disk = new SimulatedStorage();
        try (RecordingWriter writer = RecordingWriter.open(FILE, options(disk))) {
            for (final Sample sample : samples) {
                final Frame frame = build(builder, writer.count(), sample);
                writer.append(frame);
                frame.release();
            }
            writer.seal();
        }
        return disk.bytes(FILE);
    }

    private byte[] inGroups(final List<Sample> samples, final int group) {
        final SimulatedStorage disk = new SimulatedStorage();
        try (RecordingWriter writer = RecordingWriter.open(FILE, options(disk))) {
            for (int i = 0; i < samples.size(); i += group) {
                final List<Sample> next = samples.subList(i, Math.min(i + group, samples.size()));
                final Frame[] frames = new Frame[group + 1];
                for (int k = 0; k < next.size(); k++) {
                    frames[k] = build(waiting, i + k, next.get(k));
                }
                final long end = writer.append(frames, next.size());
                writer.commit();
                assertEquals(end, writer.committedBytes());
                Arrays.stream(frames, 0, next.size()).forEach(Frame::release);
            }
            writer.seal();
        }
        return disk.bytes(FILE);
    }

    @Property(tries = 60)
    void shouldWriteTheSameBytesAsWithKeysKnownBefore(
            @ForAll final long seed,
            @ForAll @IntRange(min = 1, max = 40) final int group,
            @ForAll @IntRange(min = 1, max = 6_000) final int mostBytes) {
        final Random random = new Random(seed);
        final List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            final byte[] message = bytes(random, 5_000);
            final byte[] request = random.nextBoolean() ? message : bytes(random, 400);
            samples.add(new Sample(message, request, bytes(random, mostBytes)));
        }
        assertArrayEquals(oneByOne(samples), inGroups(samples, group));
    }

    /** A frame is a multiple of 64 bytes: the last such that leaves a message of 7 bytes its place, and one more. */
    @Example
    void shouldWaitAsLongAsThereIsRoom() {
        final byte[] message = Interactions.bytes("message");
        final int most = FramePool.STEP_BYTES - FrameHeader.ALIGNMENT - FrameHeader.BYTES;
        for (int more = 0; more < 2; more++) {
            waiting.begin(0, 0);
            waiting.keyOf(message, 0, message.length);
            waiting.request(new byte[most + more], 0, most + more);
            final Frame frame = waiting.finish();
            assertEquals(FramePool.STEP_BYTES, frame.memory.byteSize(), "a message takes no memory of its own");
            assertEquals(more == 0, frame.lacksKey());
            new FrameKeys().find(new Frame[] {frame}, 1);
            assertFalse(frame.lacksKey());
            assertArrayEquals(Sha256.of(message), key(frame));
            frame.release();
        }
    }

    /** What is behind the request's last whole block takes 64 or 128 bytes behind the frame, or the key is found. */
    @Example
    void shouldTakeTheRequestAsItStands() {
        final Random random = new Random(5);
        final int[] lengths = {0, 1, 63, 64, 119, 120, 1_024, 3_711, 3_712, 3_839, 3_840, 4_087, 4_088, 50_000};
        for (final int length : lengths) {
            final byte[] request = new byte[length];
            random.nextBytes(request);
            waiting.begin(0, 0);
            waiting.keyOfRequest();
            waiting.request(request, 0, length / 2);
            waiting.request(request, length / 2, length - length / 2);
            final Frame frame = waiting.finish();
            final long behind = frame.memory.byteSize() - frame.length();
            assertEquals(
                    length > 0 && length <= FrameKeys.MAX_MESSAGE_BYTES && behind >= (length % 64 < 56 ? 64 : 128),
                    frame.lacksKey(), length + " bytes");
            new FrameKeys().find(new Frame[] {frame}, 1);
            assertFalse(frame.lacksKey());
            assertArrayEquals(Sha256.of(request), key(frame), length + " bytes");
            frame.release();
        }
    }

    @Example
    void shouldFindTheKeyOfARequestThatGoesOn() {
        final byte[] request = Interactions.bytes("GET / HTTP/1.1\r\n\r\n");
        final byte[] key = new byte[FrameHeader.KEY_BYTES];
        final FrameBuilder never = new FrameBuilder(pool, RecordingLimits.DEFAULT, false);
        for (final FrameBuilder each : new FrameBuilder[] {waiting, never}) {
            each.begin(0, 0);
            each.keyOf(key, 0, key.length);
            each.keyOfRequest();
            each.request(request, 0, 5);
            each.copyKey(key, 0);
            assertArrayEquals(Sha256.of(Arrays.copyOf(request, 5)), key, "what there is of it so far");
            each.request(request, 5, request.length - 5);
            final Frame frame = each.finish();
            new FrameKeys().find(new Frame[] {frame}, 1);
            assertArrayEquals(Sha256.of(request), key(frame));
            frame.release();
            each.begin(0, 0);
            each.keyOfRequest();
            each.keyOf(key, 0, key.length);
            each.request(request, 0, request.length);
            final Frame other = each.finish();
            new FrameKeys().find(new Frame[] {other}, 1);
            assertArrayEquals(Sha256.of(key), key(other), "who asks last is right");
            other.release();
        }
    }

    private static byte[] key(final Frame frame) {
        return frame.memory.asSlice(FrameHeader.KEY, FrameHeader.KEY_BYTES).toArray(Le.BYTE);
    }

    @Example
    void shouldCopyAKeyThatWasNotFoundYetAndForgetOneThatIsReplaced() {
        final byte[] message = new byte[100];
        final byte[] key = new byte[FrameHeader.KEY_BYTES + 1];
        waiting.begin(0, 0);
        waiting.keyOf(message, 0, message.length);
        waiting.copyKey(key, 1);
        assertArrayEquals(Sha256.of(message), Arrays.copyOfRange(key, 1, key.length));
        waiting.keyOf(message, 0, 50);
        waiting.key(key, 0);
        final Frame frame = waiting.finish();
        assertFalse(frame.lacksKey());
        assertArrayEquals(Arrays.copyOf(key, FrameHeader.KEY_BYTES), key(frame));
        frame.release();
    }

    @Example
    void shouldHaveAppendedWhatCameBeforeTheRefusedOne() {
        final Random random = new Random(3);
        final Frame[] frames = new Frame[8];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = build(waiting, i, new Sample(bytes(random, 200), bytes(random, 200), bytes(random, 200)));
        }
        final SimulatedStorage disk = new SimulatedStorage();
        final RecordingLimits limits = new RecordingLimits(1_000, 1_000, 5, 1 << 20);
        try (RecordingWriter writer = RecordingWriter.open(FILE, options(disk).withLimits(limits))) {
            assertThrows(RecordingException.class, () -> writer.append(frames, frames.length));
            assertEquals(5, writer.count());
            writer.seal();
        }
        Arrays.stream(frames).forEach(Frame::release);
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            assertEquals(5, recording.count());
        }
    }
}
