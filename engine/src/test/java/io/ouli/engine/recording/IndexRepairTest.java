package io.ouli.engine.recording;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Indexes that another thread repairs, and entries that have changed places, which no checksum tells. */
@Timeout(120)
class IndexRepairTest {
    private static final int COUNT = 5_000;
    /** So many of all interactions have a key that occurs twice. */
    private static final int REPEATED = 100;

    @TempDir
    private static Path folder;
    private static byte[] sound;
    private static int entries;
    private static int capacity;

    private final Path file = folder.resolve("session.ouli");

    @BeforeAll
    static void record() throws IOException {
        Interactions.logNothing();
        final Path recorded = folder.resolve("recorded.ouli");
        final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
        final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
        try (RecordingWriter writer = RecordingWriter.open(recorded, RecordingOptions.of(pool))) {
            for (int i = 0; i < COUNT; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "key" + key(i), "reply " + i));
            }
            writer.seal();
        }
        sound = Files.readAllBytes(recorded);
        final FileHeader header = FileHeader.decode(MemorySegment.ofArray(sound), FileHeader.BYTES, recorded);
        capacity = header.capacity;
        entries = Math.toIntExact(IndexLayout.entriesOffset(header.indexOffset, capacity));
    }

    @AfterAll
    static void logAgain() {
        Interactions.logAgain();
    }

    /** The last ones have the keys of the first ones. */
    private static int key(final int number) {
        return number < COUNT - REPEATED ? number : number - (COUNT - REPEATED);
    }

    private static int occurrence(final int number) {
        return number < COUNT - REPEATED ? 0 : 1;
    }

    private static int at(final int slot) {
        return entries + slot * IndexLayout.ENTRY_BYTES;
    }

    private static boolean isUsed(final byte[] bytes, final int slot) {
        return MemorySegment.ofArray(bytes).get(Le.LONG, at(slot) + IndexLayout.OFFSET) != 0;
    }

    /** Returns the first used slot from this one on. */
    private static int used(final byte[] bytes, final int from) {
        int slot = from;
        while (!isUsed(bytes, slot)) {
            slot++;
        }
        return slot;
    }

    private static void swap(final byte[] bytes, final int one, final int other, final int length) {
        final byte[] kept = java.util.Arrays.copyOfRange(bytes, one, one + length);
        System.arraycopy(bytes, other, bytes, one, length);
        System.arraycopy(kept, 0, bytes, other, length);
    }

    private static long find(final Recording recording, final int number) {
        return recording.find(Interactions.key("key" + key(number)), 0, occurrence(number));
    }

    /** Returns the slots of all interactions, each of which must be the right one. */
    private static void findAll(final Recording recording, final String what) {
        for (int i = 0; i < COUNT; i++) {
            final long slot = find(recording, i);
            assertTrue(slot >= 0 && recording.verify(slot), what + ": " + i + " is " + slot);
            assertEquals(i, recording.sequence(slot), what);
        }
        assertEquals(Recording.NOT_FOUND, recording.find(Interactions.key("none"), 0, 0), what);
    }

    /** Whatever is looked up first, it finds its own; the others are looked up afterwards. */
    private void checkSwapped(final byte[] bytes, final String what) throws IOException {
        Files.write(file, bytes);
        try (Recording recording = Recording.open(file)) {
            findAll(recording, what);
        }
        try (Recording recording = Recording.open(file)) {
            for (int i = COUNT - 1; i >= 0; i--) {
                assertEquals(i, recording.sequence(find(recording, i)), what);
            }
        }
        assertEquals(RecordingReport.Verdict.DAMAGED, new RecordingVerifier(
                io.ouli.engine.recording.storage.Storage.files(), RecordingLimits.DEFAULT)
                .verify(file, damage -> { }).verdict(), what);
    }

    @Test
    void shouldFindWhatIsAskedForThoughEntriesHaveChangedPlaces() throws IOException {
        for (int block = 0; block < capacity / IndexLayout.ENTRIES_PER_BLOCK; block += 37) {
            final int first = used(sound, block * IndexLayout.ENTRIES_PER_BLOCK);
            final int[] others = {
                    used(sound, first + 1), used(sound, first + 9), used(sound, (first + 70) % (capacity - 200)),
                    used(sound, (first + 5_000) % (capacity - 200))};
            for (final int other : others) {
                final byte[] bytes = sound.clone();
                swap(bytes, at(first), at(other), IndexLayout.ENTRY_BYTES);
                checkSwapped(bytes, first + " and " + other);
            }
        }
    }

    /** Also where a block begins with entries of a search that began in the block before. */
    @Test
    void shouldFindWhatIsAskedForThoughTheFirstEntriesOfBlocksHaveChangedPlaces() throws IOException {
        int tried = 0;
        for (int slot = IndexLayout.ENTRIES_PER_BLOCK; slot < capacity && tried < 12;
                slot += IndexLayout.ENTRIES_PER_BLOCK) {
            // One from a little before, so that its search might come so far.
            final int other = used(sound, slot - 150 & capacity - 1);
            if (isUsed(sound, slot) && other < slot) {
                final byte[] bytes = sound.clone();
                swap(bytes, at(slot), at(other), IndexLayout.ENTRY_BYTES);
                checkSwapped(bytes, slot + " and " + other);
                tried++;
            }
        }
        assertEquals(12, tried);
    }

    @Test
    void shouldFindWhatIsAskedForThoughBlocksHaveChangedPlaces() throws IOException {
        final byte[] bytes = sound.clone();
        swap(bytes, at(64), at(128), IndexLayout.BLOCK_BYTES);
        swap(bytes, at(640), at(6_400), IndexLayout.BLOCK_BYTES);
        checkSwapped(bytes, "blocks");
    }

    @Test
    void shouldGoOnWithWhatIsSoundWhileAnotherThreadRepairs() throws Exception {
        final byte[] bytes = sound.clone();
        bytes[at(used(bytes, 640)) + 5] ^= 1;
        Files.write(file, bytes);
        final CountDownLatch mayRepair = new CountDownLatch(1);
        final CountDownLatch ready = new CountDownLatch(1);
        try (Residency residency = new Residency(0)) {
            residency.repair(new Errand(), () -> awaitOpen(mayRepair));
            try (Recording recording = Recording.open(file, ReadOptions.DEFAULT.withResidency(residency))) {
                final Set<Integer> later = new HashSet<>();
                for (int i = 0; i < COUNT; i++) {
                    final long slot = find(recording, i);
                    if (slot == Recording.LATER) {
                        later.add(i);
                    } else {
                        assertTrue(recording.verify(slot));
                        assertEquals(i, recording.sequence(slot));
                    }
                }
                assertTrue(!later.isEmpty() && later.size() < 64, "later: " + later.size());
                assertTrue(recording.isSettling());
                recording.whenReady(ready::countDown);
                assertEquals(1, ready.getCount());
                mayRepair.countDown();
                assertTrue(ready.await(60, TimeUnit.SECONDS));
                assertFalse(recording.isSettling());
                findAll(recording, "repaired");
            }
        } finally {
            mayRepair.countDown();
        }
    }

    private static void awaitOpen(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** To put all in order comes upon the damage, and waits for the repair, on a thread of its own. */
    @Test
    void shouldOrderADamagedRecordingBesideOtherWork() throws Exception {
        final byte[] bytes = sound.clone();
        bytes[at(used(bytes, 640)) + 5] ^= 1;
        Files.write(file, bytes);
        final CountDownLatch ready = new CountDownLatch(1);
        try (Residency residency = new Residency(0);
                Recording recording = Recording.open(file, ReadOptions.DEFAULT.withResidency(residency))) {
            while (!recording.prepareOrder()) {
                final CountDownLatch ordered = new CountDownLatch(1);
                recording.whenReady(ordered::countDown);
                assertTrue(ordered.await(60, TimeUnit.SECONDS));
            }
            for (int i = 0; i < COUNT; i += 100) {
                assertEquals(i, recording.sequence(recording.slotAt(i)));
            }
            recording.whenReady(ready::countDown);
            assertEquals(0, ready.getCount());
        }
    }

    @Test
    void shouldNotOpenAtOnceWhatHasToBeReadWhole() throws IOException {
        final byte[] bytes = sound.clone();
        bytes[40] ^= 1; // The header.
        Files.write(file, bytes);
        try (Catalogue catalogue = new Catalogue(folder)) {
            boolean slow = false;
            try {
                catalogue.acquireQuickly("session").close();
            } catch (final SlowRecordingException e) {
                slow = true;
            }
            assertTrue(slow);
            try (Recording recording = catalogue.acquire("session")) {
                assertEquals(COUNT, recording.count());
                assertEquals(recording, catalogue.acquireQuickly("session"));
                recording.release();
            }
            assertNotEquals(null, catalogue.acquireQuickly("recorded"));
        }
    }
}
