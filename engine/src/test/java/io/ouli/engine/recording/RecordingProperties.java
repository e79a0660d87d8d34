package io.ouli.engine.recording;

import io.ouli.engine.recording.FormatReader.Found;
import io.ouli.engine.recording.Interactions.Interaction;
import io.ouli.engine.recording.RecordingReport.Verdict;
import io.ouli.engine.recording.storage.SimulatedStorage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RecordingProperties {
    private static final Path FILE = Path.of("/disk/session.ouli");

    /** What an interaction is made of; its sequence comes later. */
    record Parts(String key, byte[] request, byte[] response, int status, int flags, List<Integer> chunks) {
    }

    @BeforeProperty
    void logNothing() {
        Interactions.logNothing();
    }

    @AfterProperty
    void logAgain() {
        Interactions.logAgain();
    }

    @Provide
    Arbitrary<Parts> parts() {
        return Combinators.combine(
                Arbitraries.of("a", "b", "c", "d", "e", "f", "g", "h"),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300),
                Arbitraries.frequencyOf(
                        Tuple.of(9, Arbitraries.bytes().array(byte[].class).ofMaxSize(500)),
                        Tuple.of(1, Arbitraries.integers().between(60_000, 300_000)
                                .map(length -> random(length)))),
                Arbitraries.integers().between(100, 999),
                Arbitraries.integers().between(0, 15),
                Arbitraries.integers().between(0, 50).list().ofMaxSize(5)).as(Parts::new);
    }

    private static byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Interaction interaction(final int sequence, final Parts parts) {
        final long[] chunks = parts.chunks().stream()
                .flatMap(length -> List.of(0L, Math.min(length, (long) parts.response().length), 17L * length).stream())
                .mapToLong(Long::longValue).toArray();
        return new Interaction(sequence, Interactions.key(parts.key()), parts.request(), parts.response(),
                parts.status(), parts.flags(), chunks);
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void shouldGiveBackWhatWasRecorded(
            @ForAll @Size(max = 80) final List<@From("parts") Parts> all,
            @ForAll final long seed) {
        final Random random = new Random(seed);
        final List<Interaction> interactions = new ArrayList<>();
        int sequence = 0;
        for (final Parts parts : all) {
            interactions.add(interaction(sequence, parts));
            sequence += 1 + random.nextInt(3); // Exchanges that are aborted leave gaps.
        }
        final List<Interaction> completed = new ArrayList<>(interactions);
        Collections.shuffle(completed, random);
        final SimulatedStorage disk = new SimulatedStorage();
        try (FramePool pool = new FramePool(1 << 20)) {
            final RecordingOptions options =
                    RecordingOptions.of(pool).withStorage(disk).withExisting(ExistingPolicy.APPEND);
            final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
            int next = 0;
            while (next < completed.size()) {
                try (RecordingWriter writer = RecordingWriter.open(FILE, options)) {
                    final int group = Math.min(completed.size(), next + 1 + random.nextInt(40));
                    while (next < group) {
                        Interactions.append(writer, builder, completed.get(next++));
                    }
                    if (random.nextBoolean() || next == completed.size()) {
                        writer.seal();
                    }
                }
                check(disk, completed.subList(0, next));
            }
            assertEquals(0, pool.lent());
            if (!completed.isEmpty()) {
                new FormatReader(disk.bytes(FILE)).readIndex().forEach(found -> compare(found, interactions));
                final byte[] before = disk.bytes(FILE);
                new RecordingRecovery(options).recover(FILE);
                check(disk, completed);
                assertTrue(disk.bytes(FILE).length <= before.length);
            }
        }
    }

    private static void compare(final Found found, final List<Interaction> interactions) {
        final Interaction expected = interactions.stream()
                .filter(each -> each.sequence() == found.sequence()).findAny().orElseThrow();
        assertArrayEquals(expected.key(), found.key());
        assertArrayEquals(expected.request(), found.request());
        assertArrayEquals(expected.response(), found.response());
        assertEquals(expected.status(), found.status());
        assertEquals(expected.chunks().length / 3, found.chunks().size());
        for (int i = 0; i < found.chunks().size(); i++) {
            assertEquals(expected.chunks()[3 * i + 2], found.chunks().get(i)[2]);
        }
    }

    private static void check(final SimulatedStorage disk, final List<Interaction> interactions) {
        assertEquals(Verdict.SOUND,
                new RecordingVerifier(disk, RecordingLimits.DEFAULT).verify(FILE, d -> { }).verdict());
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            assertEquals(interactions.size(), recording.count());
            final List<Interaction> bySequence = interactions.stream()
                    .sorted(Comparator.comparingInt(Interaction::sequence)).toList();
            final Map<String, Integer> occurrences = new HashMap<>();
            int rank = 0;
            for (final Interaction expected : bySequence) {
                final String key = Arrays.toString(expected.key());
                final int occurrence = occurrences.merge(key, 1, Integer::sum) - 1;
                final long slot = recording.find(expected.key(), 0, occurrence);
                assertEquals(recording.find(expected.key(), 0, 0), recording.firstAt(rank));
                assertEquals(slot, recording.slotAt(rank++));
                assertTrue(recording.verify(slot));
                assertEquals(expected.sequence(), recording.sequence(slot));
                assertEquals(occurrence, recording.occurrence(slot));
                assertEquals(expected.status(), recording.status(slot));
                assertEquals(expected.flags(), recording.flags(slot) & FrameFlags.FRAME_MASK);
                assertArrayEquals(expected.request(), Interactions.request(recording, slot));
                assertArrayEquals(expected.response(), Interactions.response(recording, slot));
                final boolean last = bySequence.stream()
                        .filter(other -> Arrays.equals(other.key(), expected.key()))
                        .allMatch(other -> other.sequence() <= expected.sequence());
                assertEquals(last, (recording.flags(slot) & FrameFlags.LAST) != 0);
            }
        }
    }

    @Property(tries = 300)
    void shouldSortAsTheLibraryDoes(@ForAll @Size(max = 200) final List<Long> values) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment longs = arena.allocate(8L * Math.max(1, values.size()), 8);
            for (int i = 0; i < values.size(); i++) {
                longs.setAtIndex(ValueLayout.JAVA_LONG, i, values.get(i));
            }
            OffHeapSort.sort(longs, values.size());
            final List<Long> sorted = values.stream().sorted().toList();
            for (int i = 0; i < values.size(); i++) {
                assertEquals(sorted.get(i), longs.getAtIndex(ValueLayout.JAVA_LONG, i));
            }
        }
    }
}
