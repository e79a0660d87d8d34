package io.ouli.engine.recording;

import io.ouli.engine.recording.Interactions.Interaction;
import io.ouli.engine.recording.RecordingReport.Verdict;
import io.ouli.engine.recording.disk.DiskQueue;
import io.ouli.engine.recording.disk.ReorderingQueue;
import io.ouli.engine.recording.storage.SimulatedStorage;
import io.ouli.engine.recording.storage.SimulatedStorage.Fault;
import io.ouli.engine.recording.storage.SimulatedStorage.PowerLoss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

/**
 * Cuts the power, or fails the disk, at every single operation of a recording's life: between any two of them, and
 * after every 512 bytes of a write. What was not synced is then lost or not, each 512 bytes of it by chance.
 */
class PowerLossTest {
    private static final Path FILE = Path.of("/disk/session.ouli");
    private static final int SEEDS = 24;
    /** For each sector that a write is torn after; the first two lose all of what was not synced, and nothing. */
    private static final int SEEDS_A_TEAR = 6;

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    private final List<Interaction> appended = new ArrayList<>();
    /** How writes and syncs are carried out; null for on the spot. */
    private Supplier<DiskQueue> queue = () -> null;
    private int acknowledged;
    private boolean created;
    private boolean sealAcknowledged;

    @BeforeAll
    static void logNothing() {
        Interactions.logNothing();
    }

    @AfterAll
    static void logAgain() {
        Interactions.logAgain();
    }

    private RecordingOptions options(final SimulatedStorage disk) {
        return RecordingOptions.of(pool)
                .withStorage(disk)
                .withExisting(ExistingPolicy.APPEND)
                .withDurability(Durability.EACH, 0)
                .withQueue(queue)
                .withClock(() -> 1_700_000_000_000_000_000L);
    }

    /** Appends in groups of 1 to 4, of sizes around those of sectors; keys come again and again. */
    private void appendGroups(final RecordingWriter writer, final int groups) {
        for (int group = 0; group < groups; group++) {
            for (int i = 0; i <= group % 4; i++) {
                final int sequence = writer.nextSequence();
                final Interaction next = Interactions.of(
                        sequence, "key" + sequence % 3, "reply " + sequence + "x".repeat(sequence * 97 % 1_500));
                appended.add(next);
                sealAcknowledged = false;
                Interactions.append(writer, builder, next);
            }
            writer.commit();
            acknowledged = appended.size();
        }
    }

    /**
     * Create, append, seal, append after the seal in the same writer, seal, and all of it in another writer, which lets
     * go of its descriptors between any two of them.
     */
    private void live(final SimulatedStorage disk) {
        for (int life = 0; life < 2; life++) {
            try (RecordingWriter writer = RecordingWriter.open(FILE, options(disk))) {
                created = true;
                park(writer, life);
                appendGroups(writer, 4);
                park(writer, life);
                writer.seal();
                sealAcknowledged = true;
                park(writer, life);
                appendGroups(writer, 3);
                park(writer, life);
                writer.seal();
                sealAcknowledged = true;
                writer.seal();
            }
        }
    }

    private static void park(final RecordingWriter writer, final int life) {
        assertTrue(life == 0 || writer.park());
    }

    private int operationsOfALife() {
        forget();
        final SimulatedStorage disk = new SimulatedStorage();
        live(disk);
        check(disk);
        return disk.operations();
    }

    private void forget() {
        appended.clear();
        acknowledged = 0;
        created = false;
        sealAcknowledged = false;
    }

    @Test
    void shouldKeepWhatWasAcknowledgedWhenThePowerGoes() {
        final int operations = operationsOfALife();
        assertTrue(operations > 50);
        int tears = 0;
        for (int operation = 0; operation < operations; operation++) {
            int sectors = loseThePower(operation, 0, SEEDS);
            for (int torn = 1; torn <= sectors; torn++) {
                sectors = loseThePower(operation, torn, SEEDS_A_TEAR);
                tears++;
            }
        }
        assertTrue(tears > 100, tears + " tears");
        assertEquals(0, pool.lent());
    }

    /** The same where writes and syncs go on behind the writer's back, and end in another order than they began. */
    @Test
    void shouldKeepWhatWasAcknowledgedWhenThePowerGoesBehindItsBack() {
        for (int order = 0; order < 3; order++) {
            final int seed = order;
            queue = () -> new ReorderingQueue(seed);
            final int operations = operationsOfALife();
            for (int operation = 0; operation < operations; operation++) {
                loseThePower(operation, order, SEEDS / 2);
            }
        }
        assertEquals(0, pool.lent());
    }

    /** A recording that is mostly indexes of older seals is written anew before it is appended to. */
    @Test
    void shouldKeepWhatWasAcknowledgedWhileItIsWrittenAnew() {
        forget();
        final SimulatedStorage disk = new SimulatedStorage();
        while (!disk.exists(FILE) || disk.bytes(FILE).length < WriterOpener.MIN_COMPACTED_BYTES) {
            try (RecordingWriter writer = RecordingWriter.open(FILE, options(disk))) {
                do {
                    appendGroups(writer, 1);
                    writer.seal();
                } while (disk.bytes(FILE).length < WriterOpener.MIN_COMPACTED_BYTES);
            }
        }
        final byte[] bloated = disk.bytes(FILE);
        final List<Interaction> before = List.copyOf(appended);
        int operations = 1;
        for (int operation = 0; operation <= operations; operation++) {
            appended.clear();
            appended.addAll(before);
            acknowledged = before.size();
            sealAcknowledged = true;
            final SimulatedStorage rewritten = new SimulatedStorage();
            rewritten.put(FILE, bloated);
            rewritten.failAt(operation == 0 ? Integer.MAX_VALUE : operation - 1, Fault.POWER_LOSS);
            try (RecordingWriter writer = RecordingWriter.open(FILE, options(rewritten))) {
                appendGroups(writer, 2);
                writer.seal();
                sealAcknowledged = true;
                assertTrue(rewritten.bytes(FILE).length < bloated.length / 2);
                operations = rewritten.operations();
            } catch (final PowerLoss e) {
                assertTrue(operation > 0);
            }
            for (int seed = 0; seed < 3; seed++) {
                checkAndGoOn(rewritten.afterPowerLoss(seed));
            }
        }
        assertTrue(operations > 10);
        assertEquals(0, pool.lent());
    }

    /** Returns how many sectors the write had that was torn. */
    private int loseThePower(final int operation, final int tornAfter, final int seeds) {
        forget();
        final SimulatedStorage disk = new SimulatedStorage();
        disk.failAt(operation, Fault.POWER_LOSS);
        disk.tearAfter(tornAfter);
        try {
            live(disk);
            fail("the power did not go at operation " + operation);
        } catch (final PowerLoss e) {
            assertFalse(disk.operations() < operation);
        }
        for (int seed = 0; seed < seeds; seed++) {
            try {
                checkAndGoOn(disk.afterPowerLoss(seed));
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "operation " + operation + ", torn after " + tornAfter + " sectors, seed " + seed, e);
            }
        }
        return disk.sectorsOfTorn();
    }

    @Test
    void shouldKeepWhatWasAcknowledgedWhenTheDiskFails() {
        final int operations = operationsOfALife();
        for (final Fault fault : List.of(Fault.EIO, Fault.ENOSPC)) {
            for (int operation = 0; operation < operations; operation++) {
                forget();
                final SimulatedStorage disk = new SimulatedStorage();
                disk.failAt(operation, fault);
                try {
                    live(disk);
                } catch (final RecordingException e) {
                    assertTrue(e.reason() == RecordingException.Reason.IO
                            || e.reason() == RecordingException.Reason.DISK_FULL, e::toString);
                }
                try {
                    for (int seed = 0; seed < SEEDS / 4; seed++) {
                        checkAndGoOn(disk.afterPowerLoss(seed));
                    }
                } catch (final AssertionError | RuntimeException e) {
                    throw new AssertionError(fault + " at operation " + operation, e);
                }
            }
        }
        assertEquals(0, pool.lent());
    }

    private void checkAndGoOn(final SimulatedStorage disk) {
        if (!disk.exists(FILE)) {
            assertFalse(created, "a recording that was created is gone");
            return;
        }
        final Set<Integer> found = check(disk);
        final int before = appended.size();
        try (RecordingWriter writer = RecordingWriter.open(FILE, options(disk))) {
            assertEquals(found.size(), writer.count());
            assertTrue(writer.nextSequence() >= acknowledged);
            writer.seal();
        }
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            assertEquals(Recording.State.SEALED, recording.state());
        }
        assertEquals(found, check(disk));
        assertEquals(Verdict.SOUND, new RecordingVerifier(disk, RecordingLimits.DEFAULT)
                .verify(FILE, damage -> { }).verdict());
        assertEquals(before, appended.size());
    }

    /** Everything acknowledged is there; nothing is there that was not appended, or in another order. */
    private Set<Integer> check(final SimulatedStorage disk) {
        final Set<Integer> found = new HashSet<>();
        int damaged = 0;
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            if (sealAcknowledged) {
                assertEquals(Recording.State.SEALED, recording.state());
            }
            for (int key = 0; key < 3; key++) {
                int last = -1;
                int occurrence = 0;
                long slot = recording.find(Interactions.key("key" + key), 0, 0);
                while (slot >= 0) {
                    final int sequence = recording.sequence(slot);
                    assertTrue(sequence > last && sequence % 3 == key);
                    if (recording.verify(slot)) {
                        assertArrayEquals(appended.get(sequence).response(), Interactions.response(recording, slot));
                        assertArrayEquals(appended.get(sequence).request(), Interactions.request(recording, slot));
                        found.add(sequence);
                    } else {
                        assertTrue(sequence >= acknowledged, "interaction " + sequence + " is damaged");
                        damaged++;
                    }
                    last = sequence;
                    slot = recording.find(Interactions.key("key" + key), 0, ++occurrence);
                }
                assertEquals(Recording.NOT_FOUND, slot);
            }
            assertEquals(found.size() + damaged, recording.count());
        }
        for (int sequence = 0; sequence < acknowledged; sequence++) {
            assertTrue(found.contains(sequence), "interaction " + sequence + " of " + acknowledged + " is lost");
        }
        return found;
    }
}
