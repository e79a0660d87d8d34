package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingReport.Verdict;
import io.ouli.engine.recording.storage.SimulatedStorage;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Indexes that are too large to be checked when they are opened: block by block, on first use. */
class IndexTest {
    private static final Path FILE = Path.of("/disk/session.ouli");
    private static final int COUNT = 5_000;

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    private final SimulatedStorage disk = new SimulatedStorage();

    @BeforeAll
    static void logNothing() {
        Interactions.logNothing();
    }

    @AfterAll
    static void logAgain() {
        Interactions.logAgain();
    }

    private byte[] record() {
        try (RecordingWriter writer = RecordingWriter.open(FILE, RecordingOptions.of(pool).withStorage(disk))) {
            for (int i = 0; i < COUNT; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "key" + i, "reply " + i));
            }
            writer.seal();
        }
        return disk.bytes(FILE);
    }

    private static int entries(final byte[] bytes) {
        final FileHeader header = FileHeader.decode(MemorySegment.ofArray(bytes), FileHeader.BYTES, FILE);
        return Math.toIntExact(IndexLayout.entriesOffset(header.indexOffset, header.capacity));
    }

    /** Flips a bit of the first entry that is used in some block. @return where its frame begins. */
    private static int damageAnEntry(final byte[] bytes, final int block) {
        int used = entries(bytes) + block * IndexLayout.BLOCK_BYTES;
        while (MemorySegment.ofArray(bytes).get(Le.LONG, used + IndexLayout.OFFSET) == 0) {
            used += IndexLayout.ENTRY_BYTES;
        }
        bytes[used + IndexLayout.RESPONSE_LENGTH] ^= 4;
        return (int) MemorySegment.ofArray(bytes).get(Le.LONG, used + IndexLayout.OFFSET);
    }

    @Test
    void shouldMakeDamagedBlocksAnewFromTheInteractions() {
        final byte[] bytes = record();
        damageAnEntry(bytes, 10);
        final int zeroed = entries(bytes) + 20 * IndexLayout.BLOCK_BYTES;
        Arrays.fill(bytes, zeroed, zeroed + IndexLayout.BLOCK_BYTES, (byte) 0);
        disk.put(FILE, bytes);
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            assertEquals(Recording.State.SEALED, recording.state());
            for (int i = 0; i < COUNT; i++) {
                final long slot = recording.find(Interactions.key("key" + i), 0, 0);
                assertTrue(recording.verify(slot));
                assertEquals(i, recording.sequence(slot));
            }
            assertEquals(Recording.NOT_FOUND, recording.find(Interactions.key("none"), 0, 0));
            assertEquals(COUNT - 1, recording.sequence(recording.slotAt(COUNT - 1)));
        }
        assertEquals(Verdict.DAMAGED,
                new RecordingVerifier(disk, RecordingLimits.DEFAULT).verify(FILE, d -> { }).verdict());
    }

    @Test
    void shouldLoseNoMoreThanTheInteractionWhoseFrameIsDamagedToo() {
        final byte[] bytes = record();
        bytes[damageAnEntry(bytes, 10) + FrameHeader.SEQUENCE] ^= 1;
        disk.put(FILE, bytes);
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            assertEquals(Recording.State.SEALED, recording.state());
            int damaged = 0;
            for (int i = 0; i < COUNT; i++) {
                final long slot = recording.find(Interactions.key("key" + i), 0, 0);
                assertNotEquals(Recording.NOT_FOUND, slot);
                if (slot == Recording.DAMAGED) {
                    damaged++;
                } else {
                    assertTrue(recording.verify(slot));
                    assertEquals(i, recording.sequence(slot));
                }
            }
            // The damaged one, and those whose search passes it.
            assertTrue(damaged >= 1 && damaged < 30, "damaged: " + damaged);
            assertEquals(Recording.DAMAGED, recording.slotAt(COUNT - 1));
        }
        new RecordingRecovery(RecordingOptions.of(pool).withStorage(disk)).recover(FILE);
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            assertEquals(COUNT - 1, recording.count());
        }
    }

    @Test
    void shouldNotTakeALostBlockForAnEmptyOne() {
        final byte[] bytes = record();
        bytes[damageAnEntry(bytes, 10) + FrameHeader.SEQUENCE] ^= 1;
        final int block = entries(bytes) + 10 * IndexLayout.BLOCK_BYTES;
        Arrays.fill(bytes, block, block + IndexLayout.BLOCK_BYTES, (byte) 0);
        disk.put(FILE, bytes);
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            int damaged = 0;
            for (int i = 0; i < COUNT; i++) {
                final long slot = recording.find(Interactions.key("key" + i), 0, 0);
                assertNotEquals(Recording.NOT_FOUND, slot);
                damaged += slot == Recording.DAMAGED ? 1 : 0;
            }
            assertTrue(damaged >= 5 && damaged < 60, "damaged: " + damaged);
        }
    }

    @Test
    void shouldVerifyFromSeveralThreadsAtOnce() throws InterruptedException {
        record();
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            final CountDownLatch start = new CountDownLatch(1);
            final AtomicInteger sound = new AtomicInteger();
            final List<Thread> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        start.await();
                    } catch (final InterruptedException e) {
                        return;
                    }
                    for (int i = 0; i < COUNT; i++) {
                        final long slot = recording.find(Interactions.key("key" + i), 0, 0);
                        if (slot >= 0 && recording.verify(slot) && recording.sequence(slot) == i) {
                            sound.incrementAndGet();
                        }
                    }
                }));
            }
            start.countDown();
            for (final Thread thread : threads) {
                thread.join();
            }
            assertEquals(4 * COUNT, sound.get());
        }
    }

    /** All at once, from blocks of which none is there yet. */
    @Test
    void shouldFindAllAtOnce() {
        record();
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            final byte[] keys = new byte[COUNT * 32];
            for (int i = 0; i < COUNT; i++) {
                System.arraycopy(Interactions.key("key" + i), 0, keys, i * 32, 32);
            }
            final long[] slots = new long[COUNT];
            for (int round = 0; round < 2; round++) {
                Arrays.fill(slots, 0);
                recording.find(keys, 0, new int[COUNT], slots, COUNT);
                for (int i = 0; i < COUNT; i++) {
                    assertEquals(i, recording.sequence(slots[i]));
                }
            }
        }
    }

    @Test
    void shouldFindSeveralAtOnceWhatItFindsOneByOne() {
        record();
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            final byte[] keys = new byte[7 + 16 * 32];
            final int[] occurrences = new int[16];
            final long[] slots = new long[16];
            for (int i = 0; i < 16; i++) {
                final String name = i % 5 == 4 ? "none" + i : "key" + i * 300;
                System.arraycopy(Interactions.key(name), 0, keys, 7 + i * 32, 32);
                occurrences[i] = i % 7 == 6 ? 1 : 0;
            }
            slots[15] = 123;
            recording.find(keys, 7, occurrences, slots, 15);
            for (int i = 0; i < 15; i++) {
                assertEquals(recording.find(keys, 7 + i * 32, occurrences[i]), slots[i]);
                assertEquals(i % 5 == 4 || i % 7 == 6, slots[i] == Recording.NOT_FOUND);
            }
            assertEquals(123, slots[15]);
        }
    }

    /** Keys that begin at the last slots of the table go on at its first ones; some have the same tag. */
    @Test
    void shouldFindWhatBeginsAtTheEndOfTheTable() {
        final int count = 120;
        final byte[] keys = new byte[(count + 40) * 32];
        for (int i = 0; i < count + 40; i++) {
            final long start = -1L << 60 | (i % 3) | (long) i << 8;
            MemorySegment.ofArray(keys).set(Le.LONG, i * 32, i < 40 ? start : (long) i << 50 | i);
            keys[i * 32 + 31] = (byte) i;
        }
        try (RecordingWriter writer = RecordingWriter.open(FILE, RecordingOptions.of(pool).withStorage(disk))) {
            for (int i = 0; i < count; i++) {
                builder.begin(i, 0);
                builder.key(keys, i * 32);
                final Frame frame = builder.finish();
                writer.append(frame);
                frame.release();
            }
            writer.seal();
        }
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            final long[] slots = new long[count + 40];
            recording.find(keys, 0, new int[count + 40], slots, count + 40);
            for (int i = 0; i < count + 40; i++) {
                assertEquals(slots[i], recording.find(keys, i * 32, 0));
                assertEquals(Recording.NOT_FOUND, recording.find(keys, i * 32, 1));
                if (i < count) {
                    assertEquals(i, recording.sequence(slots[i]));
                } else {
                    assertEquals(Recording.NOT_FOUND, slots[i]);
                }
            }
        }
    }

    @Test
    void shouldRefuseKeysThatCollideOnPurpose() {
        final byte[] key = new byte[32];
        try (RecordingWriter writer = RecordingWriter.open(FILE, RecordingOptions.of(pool).withStorage(disk))) {
            for (int i = 0; i <= IndexLayout.MAX_PROBES; i++) {
                key[30] = (byte) i;
                key[31] = (byte) (i >>> 8);
                builder.begin(i, 0);
                builder.key(key, 0);
                final Frame frame = builder.finish();
                writer.append(frame);
                frame.release();
            }
            assertEquals(RecordingException.Reason.DAMAGED,
                    assertThrows(RecordingException.class, writer::seal).reason());
        }
        assertThrows(RecordingException.class, () -> Recording.open(FILE, disk, RecordingLimits.DEFAULT));
        assertEquals(0, pool.lent());
    }
}
