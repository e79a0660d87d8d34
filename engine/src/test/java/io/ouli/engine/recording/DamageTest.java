package io.ouli.engine.recording;

import io.ouli.engine.recording.Interactions.Interaction;
import io.ouli.engine.recording.RecordingReport.Damage;
import io.ouli.engine.recording.RecordingReport.Verdict;
import io.ouli.engine.recording.storage.SimulatedStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Damages every byte of small recordings, and cuts them at every length: always noticed, never a wrong byte. */
class DamageTest {
    private static final Path FILE = Path.of("/disk/session.ouli");

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    private final List<Interaction> appended = new ArrayList<>();

    @BeforeAll
    static void logNothing() {
        Interactions.logNothing();
    }

    @AfterAll
    static void logAgain() {
        Interactions.logAgain();
    }

    private RecordingOptions options(final SimulatedStorage disk) {
        return RecordingOptions.of(pool).withStorage(disk).withExisting(ExistingPolicy.APPEND)
                .withClock(() -> 7_000_000_000L);
    }

    private void append(final RecordingWriter writer, final int count) {
        for (int i = 0; i < count; i++) {
            final int sequence = writer.nextSequence();
            final Interaction plain = Interactions.of(sequence, "key" + sequence % 3, "reply " + sequence);
            final Interaction next = sequence % 2 == 0 ? plain : new Interaction(
                    sequence, plain.key(), plain.request(), plain.response(), 404, FrameFlags.CHUNKED,
                    new long[] {0, 5, 100, 5, 7, 200});
            appended.add(next);
            Interactions.append(writer, builder, next);
        }
    }

    private byte[] sealed(final int... lives) {
        final SimulatedStorage disk = new SimulatedStorage();
        appended.clear();
        try (RecordingWriter writer = RecordingWriter.open(FILE, options(disk))) {
            for (final int count : lives) {
                append(writer, count);
                writer.seal();
            }
        }
        return disk.bytes(FILE);
    }

    /** Checks a damaged file. @return how many of its interactions can still be replayed. */
    private int check(final byte[] bytes, final String what) {
        final SimulatedStorage disk = new SimulatedStorage();
        disk.put(FILE, bytes);
        final RecordingReport report = new RecordingVerifier(disk, RecordingLimits.DEFAULT).verify(FILE, d -> { });
        assertNotEquals(Verdict.SOUND, report.verdict(), what);
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            assertNotEquals(Verdict.UNREADABLE, report.verdict(), what);
            final int replayed = replayAll(recording, what);
            assertEquals(report.interactions(), replayed, what);
            return replayed;
        } catch (final RecordingException e) {
            assertEquals(Verdict.UNREADABLE, report.verdict(), what);
            assertEquals(FILE, e.file());
            return 0;
        }
    }

    private int replayAll(final Recording recording, final String what) {
        final Map<String, Integer> occurrences = new HashMap<>();
        int replayed = 0;
        for (final Interaction interaction : appended) {
            final String key = Arrays.toString(interaction.key());
            final long slot = recording.find(interaction.key(), 0, occurrences.getOrDefault(key, 0));
            if (slot == Recording.NOT_FOUND) {
                // A seal that cannot be trusted is no longer a seal: who asks can know that something may be lost.
                assertNotEquals(Recording.State.SEALED, recording.state(), what);
                continue;
            }
            occurrences.merge(key, 1, Integer::sum);
            if (slot >= 0 && recording.verify(slot)) {
                final Interaction recorded = appended.get(recording.sequence(slot));
                assertArrayEquals(interaction.key(), recorded.key(), what);
                assertArrayEquals(recorded.response(), Interactions.response(recording, slot), what);
                assertArrayEquals(recorded.request(), Interactions.request(recording, slot), what);
                assertEquals(recorded.status(), recording.status(slot), what);
                assertEquals(recorded.flags(), recording.flags(slot) & FrameFlags.FRAME_MASK, what);
                assertEquals(recorded.chunks().length / 3, recording.chunkCount(slot), what);
                replayed++;
            }
        }
        assertTrue(recording.find(Interactions.key("none"), 0, 0) < 0, what);
        return replayed;
    }

    @Test
    void shouldNoticeEveryByteThatFlips() {
        for (final int[] lives : new int[][] {{7}, {4, 3}}) {
            final byte[] sound = sealed(lives);
            for (int at = 0; at < sound.length; at++) {
                final byte[] bytes = sound.clone();
                bytes[at] ^= (byte) (lives.length == 1 ? 1 << at % 8 : 0xFF);
                final String what = "byte " + at + " of " + sound.length;
                // The magic makes it something else; any other byte costs one interaction at most.
                final int least = at < 8 ? 0 : appended.size() - 1;
                assertTrue(check(bytes, what) >= least, what);
            }
        }
    }

    @Test
    void shouldNoticeEveryTruncation() {
        for (final int[] lives : new int[][] {{7}, {4, 3}}) {
            final byte[] sound = sealed(lives);
            int most = 0;
            for (int length = 0; length < sound.length; length++) {
                final int replayed = check(Arrays.copyOf(sound, length), "cut to " + length);
                assertTrue(replayed >= most, "a longer file has fewer interactions: " + length);
                most = replayed;
            }
            assertEquals(appended.size(), most);
        }
    }

    @Test
    void shouldNeverReplayWrongBytesOfAnUnsealedFile() {
        final SimulatedStorage disk = new SimulatedStorage();
        appended.clear();
        try (RecordingWriter writer = RecordingWriter.open(FILE, options(disk))) {
            append(writer, 7);
        }
        final byte[] sound = disk.bytes(FILE);
        for (int at = 10; at < sound.length; at++) {
            final byte[] bytes = sound.clone();
            bytes[at] ^= 0x55;
            final SimulatedStorage damaged = new SimulatedStorage();
            damaged.put(FILE, bytes);
            try (Recording recording = Recording.open(FILE, damaged, RecordingLimits.DEFAULT)) {
                assertTrue(replayAll(recording, "byte " + at) >= appended.size() - 1);
            }
        }
    }

    @Test
    void shouldRecoverWhatIsSoundAndKeepTheRestAside() {
        final byte[] bytes = sealed(4, 3);
        final SimulatedStorage disk = new SimulatedStorage();
        final List<Damage> damages = new ArrayList<>();
        final long offset;
        disk.put(FILE, bytes);
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            offset = recording.frameOffset(recording.slotAt(2));
        }
        bytes[(int) offset + FrameHeader.BYTES + 3] ^= 1;
        disk.put(FILE, bytes);
        final RecordingVerifier verifier = new RecordingVerifier(disk, RecordingLimits.DEFAULT);
        assertEquals(Verdict.DAMAGED, verifier.verify(FILE, damages::add).verdict());
        assertEquals(1, damages.size());
        assertEquals(offset, damages.getFirst().offset());
        assertEquals(2, damages.getFirst().sequence());

        final RecordingRecovery.Result result = new RecordingRecovery(options(disk)).recover(FILE);
        assertEquals(6, result.kept());
        assertEquals(1, result.dropped());
        assertArrayEquals(bytes, disk.bytes(result.backup()));
        final RecordingReport report = verifier.verify(FILE, damages::add);
        assertEquals(Verdict.SOUND, report.verdict());
        assertEquals(6, report.interactions());
        assertTrue(report.sealed());
        assertTrue(disk.bytes(FILE).length < bytes.length, "the older index should be gone");
    }

    @Test
    void shouldRecoverWithoutAHeader() {
        final byte[] bytes = sealed(5);
        Arrays.fill(bytes, 0, FileHeader.BYTES, (byte) 0);
        final SimulatedStorage disk = new SimulatedStorage();
        disk.put(FILE, bytes);
        assertEquals(5, new RecordingRecovery(options(disk)).recover(FILE).kept());
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            assertEquals(5, replayAll(recording, "recovered"));
        }
    }

    @Test
    void shouldRecoverASoundFileToItselfWithoutABackup() {
        final byte[] bytes = sealed(5);
        final SimulatedStorage disk = new SimulatedStorage();
        disk.put(FILE, bytes);
        final RecordingRecovery.Result result = new RecordingRecovery(options(disk)).recover(FILE);
        assertEquals(null, result.backup());
        assertArrayEquals(bytes, disk.bytes(FILE));
    }
}
