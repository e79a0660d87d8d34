package io.ouli.engine.recording;

import io.ouli.engine.recording.Interactions.Interaction;
import io.ouli.engine.recording.storage.SimulatedStorage.Fault;
import io.ouli.engine.recording.storage.SimulatedStorage.PowerLoss;
import io.ouli.engine.recording.storage.SimulatedStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Writing a recording anew: whatever happens, and whenever, its name means the old one or the whole new one. */
class RecordingReplacementTest {
    private static final Path FILE = Path.of("/recordings/a.ouli");
    private static final int COUNT = 5;

    private final FramePool pool = new FramePool(1 << 20);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);

    @BeforeAll
    static void logNothing() {
        Interactions.logNothing();
    }

    @AfterAll
    static void logAgain() {
        Interactions.logAgain();
    }

    private RecordingOptions options(final SimulatedStorage disk, final int policy) {
        final byte[] hash = new byte[32];
        hash[0] = (byte) policy;
        return RecordingOptions.of(pool).withStorage(disk).withDurability(Durability.EACH, 0).withPolicyHash(hash)
                .withClock(() -> 1_700_000_000_000_000_000L);
    }

    private SimulatedStorage recorded() {
        final SimulatedStorage disk = new SimulatedStorage();
        try (RecordingWriter writer = RecordingWriter.open(FILE, options(disk, 1))) {
            for (int i = 0; i < COUNT; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "key" + i, "old " + i + "x".repeat(i * 700)));
            }
            writer.seal();
        }
        return disk;
    }

    private void replace(final SimulatedStorage disk) {
        try (RecordingReplacement replacement = RecordingReplacement.begin(FILE, FILE, options(disk, 2))) {
            for (final RecordingReplacement.Place place
                    : RecordingReplacement.placesInFileOrder(replacement.source())) {
                final Interaction next = Interactions.of(place.rank(), "key" + place.rank(), "new " + place.rank());
                final Frame frame = Interactions.build(builder, next);
                replacement.append(frame);
                frame.release();
            }
            replacement.seal();
            replacement.commit();
        }
    }

    /** Returns whether the recording is the new one; it is whole in any case. */
    private static boolean isNew(final SimulatedStorage disk) {
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            assertEquals(Recording.State.SEALED, recording.state());
            assertEquals(COUNT, recording.count());
            final boolean fresh = recording.policyHash()[0] == 2;
            for (int rank = 0; rank < COUNT; rank++) {
                assertTrue(recording.verify(recording.slotAt(rank)));
                final String reply =
                        new String(Interactions.response(recording, recording.slotAt(rank)), StandardCharsets.US_ASCII);
                assertTrue(reply.contains((fresh ? "new " : "old ") + rank), reply);
            }
            return fresh;
        }
    }

    @Test
    void shouldBeTheOldOrTheNewOneWhenThePowerGoes() {
        final SimulatedStorage whole = recorded();
        final int before = whole.operations();
        replace(whole);
        assertTrue(isNew(whole));
        for (int operation = before; operation < whole.operations(); operation++) {
            final SimulatedStorage disk = recorded();
            disk.failAt(operation, Fault.POWER_LOSS);
            try {
                replace(disk);
            } catch (final PowerLoss e) {
                assertTrue(disk.operations() >= operation);
            }
            for (int seed = 0; seed < 8; seed++) {
                final SimulatedStorage after = disk.afterPowerLoss(seed);
                isNew(after);
                // What an interrupted run left behind is in nobody's way.
                replace(after);
                assertTrue(isNew(after));
            }
        }
    }

    @Test
    void shouldLeaveTheOldOneWithoutACommit() {
        final SimulatedStorage disk = recorded();
        RecordingReplacement.begin(FILE, FILE, options(disk, 2)).close();
        assertFalse(isNew(disk));
        assertFalse(disk.exists(FILE.resolveSibling("a.ouli~redacted")));
    }

    @Test
    void shouldRefuseWhatIsBeingWrittenAndWhatIsInTheWay() {
        final SimulatedStorage disk = recorded();
        try (RecordingWriter writer =
                RecordingWriter.open(FILE, options(disk, 1).withExisting(ExistingPolicy.APPEND))) {
            assertEquals(COUNT, writer.count());
            final var locked = assertThrows(RecordingException.class,
                    () -> RecordingReplacement.begin(FILE, FILE, options(disk, 2)));
            assertEquals(RecordingException.Reason.LOCKED, locked.reason());
        }
        final var exists = assertThrows(RecordingException.class,
                () -> RecordingReplacement.begin(FILE.resolveSibling("b.ouli"), FILE, options(disk, 2)));
        assertEquals(RecordingException.Reason.EXISTS, exists.reason());
        assertFalse(isNew(disk));
    }
}
