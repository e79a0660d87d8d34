package io.ouli.engine.match;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SessionTrackerTest {
    private static final int NO_KEY = (int) SessionTracker.NO_KEY;
    private static final int EXHAUSTED = (int) SessionTracker.EXHAUSTED;
    private static final int OUT_OF_ORDER = (int) SessionTracker.OUT_OF_ORDER;
    private static final int DAMAGED = (int) SessionTracker.DAMAGED;

    private static SessionTracker tracker(final MatchMode mode, final Exhausted exhausted, final Integer... keys) {
        return new SessionTracker(new ListIndex(List.of(keys)), mode, exhausted);
    }

    private static int match(final SessionTracker tracker, final int key) {
        return ListIndex.place(tracker.match(ListIndex.key(key), 0));
    }

    @Test
    void shouldGiveEqualKeysInRecordedOrderWhateverComesBetween() {
        final SessionTracker tracker = tracker(MatchMode.KEY, Exhausted.REPEAT, 1, 2, 1, 3, 1);
        assertEquals(3, match(tracker, 3));
        assertEquals(0, match(tracker, 1));
        assertEquals(2, match(tracker, 1));
        assertEquals(1, match(tracker, 2));
        assertEquals(4, match(tracker, 1));
    }

    @Test
    void shouldRepeatTheLastReply() {
        final SessionTracker tracker = tracker(MatchMode.KEY, Exhausted.REPEAT, 1, 2, 1);
        match(tracker, 1);
        for (int i = 0; i < 5; i++) {
            assertEquals(2, match(tracker, 1));
            assertEquals(1, match(tracker, 2));
        }
    }

    @Test
    void shouldMissWhatIsUsedUp() {
        final SessionTracker tracker = tracker(MatchMode.KEY, Exhausted.MISS, 1, 2, 1);
        assertEquals(0, match(tracker, 1));
        assertEquals(2, match(tracker, 1));
        assertEquals(EXHAUSTED, match(tracker, 1));
        assertEquals(1, match(tracker, 2));
        assertEquals(EXHAUSTED, match(tracker, 2));
        assertEquals(EXHAUSTED, match(tracker, 1));
    }

    @Test
    void shouldTakeNoMemoryForKeysThatOccurOnce() {
        final SessionTracker tracker = tracker(MatchMode.KEY, Exhausted.REPEAT, 1, 2, 3, 3);
        match(tracker, 1);
        match(tracker, 2);
        match(tracker, 9);
        assertEquals(0, tracker.counterBytes());
        match(tracker, 3);
        assertEquals(4 * 3 * 8 + 64, tracker.counterBytes());
    }

    @Test
    void shouldCountInATableOfManyPagesAndBeginAgain() {
        final Integer[] keys = IntStream.range(0, 9_000).mapToObj(i -> i % 8_998).toArray(Integer[]::new);
        final SessionTracker tracker = tracker(MatchMode.KEY, Exhausted.MISS, keys);
        for (int round = 0; round < 2; round++) {
            assertEquals(0, match(tracker, 0));
            assertEquals(8_997, match(tracker, 8_997));
            assertEquals(8_998, match(tracker, 0));
            assertEquals(EXHAUSTED, match(tracker, 0));
            assertEquals(1, match(tracker, 1));
            assertEquals(8_999, match(tracker, 1));
            tracker.reset();
        }
        assertEquals(9_000 * 3 * 8 + 64, tracker.counterBytes());
    }

    @Test
    void shouldReadTheKeyAtItsOffset() {
        final SessionTracker tracker = tracker(MatchMode.KEY, Exhausted.REPEAT, 1, 2);
        final byte[] shifted = new byte[40];
        System.arraycopy(ListIndex.key(2), 0, shifted, 8, 32);
        assertEquals(1, ListIndex.place(tracker.match(shifted, 8)));
    }

    @Test
    void shouldKeepTheRecordedOrderWhenStrict() {
        final SessionTracker tracker = tracker(MatchMode.STRICT, Exhausted.REPEAT, 1, 2, 1);
        assertEquals(OUT_OF_ORDER, match(tracker, 2));
        assertEquals(0, tracker.position());
        assertEquals(0, match(tracker, 1));
        assertEquals(NO_KEY, match(tracker, 9));
        assertEquals(OUT_OF_ORDER, match(tracker, 1));
        assertEquals(1, tracker.position());
        assertEquals(1, ListIndex.place(tracker.expectedSlot()));
        assertEquals(1, match(tracker, 2));
        assertEquals(2, match(tracker, 1));
        assertEquals(2, match(tracker, 1));
        assertEquals(EXHAUSTED, match(tracker, 2));
        assertEquals(3, tracker.position());
    }

    @Test
    void shouldMissBehindTheEndOfAStrictChain() {
        final SessionTracker tracker = tracker(MatchMode.STRICT, Exhausted.MISS, 1);
        assertEquals(0, match(tracker, 1));
        assertEquals(EXHAUSTED, match(tracker, 1));
        assertEquals(NO_KEY, match(tracker, 2));
    }

    @Test
    void shouldBeginAgainAfterReset() {
        for (final MatchMode mode : MatchMode.values()) {
            final SessionTracker tracker = tracker(mode, Exhausted.MISS, 1, 1, 2);
            for (int round = 0; round < 3; round++) {
                assertEquals(0, match(tracker, 1));
                assertEquals(1, match(tracker, 1));
                assertEquals(2, match(tracker, 2));
                assertEquals(EXHAUSTED, match(tracker, 1));
                tracker.reset();
            }
        }
    }

    @Test
    void shouldNotTakeADamagedOccurrenceForTheEnd() {
        for (final Exhausted exhausted : Exhausted.values()) {
            final SessionTracker tracker = new SessionTracker(
                    new ListIndex(List.of(1, 1, 1)).damage(1), MatchMode.KEY, exhausted);
            assertEquals(0, match(tracker, 1));
            assertEquals(DAMAGED, match(tracker, 1));
            assertEquals(2, match(tracker, 1));
            assertEquals(exhausted == Exhausted.REPEAT ? 2 : EXHAUSTED, match(tracker, 1));
        }
    }

    @Test
    void shouldGoOnSayingSoWhenTheLastOccurrenceIsDamaged() {
        final SessionTracker tracker = new SessionTracker(
                new ListIndex(List.of(1, 1)).damage(1), MatchMode.KEY, Exhausted.REPEAT);
        assertEquals(0, match(tracker, 1));
        for (int i = 0; i < 5; i++) {
            assertEquals(DAMAGED, match(tracker, 1));
        }
        assertEquals(DAMAGED, match(new SessionTracker(
                new ListIndex(List.of(1, 1)).damage(0), MatchMode.KEY, Exhausted.REPEAT), 1));
    }

    @Test
    void shouldNotTakeDamageBehindTheLastOccurrenceForOneMore() {
        final SessionTracker tracker = new SessionTracker(
                new ListIndex(List.of(1, 1)).damage(2), MatchMode.KEY, Exhausted.MISS);
        assertEquals(0, match(tracker, 1));
        assertEquals(1, match(tracker, 1));
        assertEquals(EXHAUSTED, match(tracker, 1));
        assertEquals(DAMAGED, match(tracker, 9), "nobody knows whether it was recorded");
    }

    /** Asked for ever, a key whose end is lost must not cost more and more, nor count beyond what an int holds. */
    @Test
    void shouldNotCountOnWhenTheEndOfAKeyIsLost() {
        final int[] finds = new int[1];
        final RecordingIndex lost = new ListIndex(List.of(1, 1, 2)).damage(1).damage(3);
        final SessionTracker tracker =
                new SessionTracker(new CountingIndex(lost, finds), MatchMode.KEY, Exhausted.REPEAT);
        assertEquals(0, match(tracker, 1));
        for (int i = 0; i < 1_000; i++) {
            finds[0] = 0;
            assertEquals(DAMAGED, match(tracker, 1));
            assertTrue(finds[0] < 10, finds[0] + " look-ups for one request");
        }
        tracker.reset();
        assertEquals(0, match(tracker, 1));
    }

    /** The same where it is known how many there are. */
    @Test
    void shouldNotCountOnWhenTheLastReplyIsLost() {
        final int[] finds = new int[1];
        for (final Exhausted exhausted : Exhausted.values()) {
            final SessionTracker tracker = new SessionTracker(
                    new CountingIndex(new ListIndex(List.of(1, 2, 1)).damage(2), finds), MatchMode.KEY, exhausted);
            for (int round = 0; round < 2; round++) {
                assertEquals(0, match(tracker, 1));
                assertEquals(DAMAGED, match(tracker, 1));
                for (int i = 0; i < 1_000; i++) {
                    finds[0] = 0;
                    assertEquals(exhausted == Exhausted.REPEAT ? DAMAGED : EXHAUSTED, match(tracker, 1));
                    assertTrue(finds[0] < 10, finds[0] + " look-ups for one request");
                }
                tracker.reset();
            }
        }
    }

    @Test
    void shouldRepeatTheLastReplyWithoutSearchingForIt() {
        final int[] finds = new int[1];
        final SessionTracker tracker = new SessionTracker(
                new CountingIndex(new ListIndex(List.of(1, 2, 1)), finds), MatchMode.KEY, Exhausted.REPEAT);
        assertEquals(0, match(tracker, 1));
        assertEquals(2, match(tracker, 1));
        for (int i = 0; i < 10; i++) {
            finds[0] = 0;
            assertEquals(2, match(tracker, 1));
            assertEquals(1, finds[0], "the look-up of the key alone");
        }
        tracker.reset();
        assertEquals(0, match(tracker, 1));
        assertEquals(2, match(tracker, 1));
        assertEquals(2, match(tracker, 1));
    }

    /** Whether or not somebody has come upon the place before, and whatever its key asks for behind it. */
    @Test
    void shouldAdvanceNothingWhileAnEntryIsNotThereYet() {
        for (final boolean known : new boolean[] {false, true}) {
            for (final Exhausted exhausted : Exhausted.values()) {
                final ListIndex index = new ListIndex(List.of(1, 2, 1, 1)).unknown(2, known);
                final SessionTracker tracker = new SessionTracker(index, MatchMode.KEY, exhausted);
                assertEquals(0, match(tracker, 1));
                for (int i = 0; i < 3; i++) {
                    assertEquals((int) SessionTracker.LATER, match(tracker, 1));
                    assertEquals(1, match(new SessionTracker(index, MatchMode.KEY, exhausted), 2));
                }
                index.settle();
                assertEquals(2, match(tracker, 1));
                assertEquals(3, match(tracker, 1));
                assertEquals(exhausted == Exhausted.MISS ? EXHAUSTED : 3, match(tracker, 1));
            }
        }
    }

    @Test
    void shouldSayThatAKeyWhoseFirstEntryIsNotThereYetComesLater() {
        final ListIndex index = new ListIndex(List.of(1, 2)).unknown(0, false);
        final SessionTracker tracker = new SessionTracker(index, MatchMode.KEY, Exhausted.MISS);
        assertEquals((int) SessionTracker.LATER, match(tracker, 1));
        assertEquals(1, match(tracker, 2));
        index.settle();
        assertEquals(0, match(tracker, 1));
        assertEquals(EXHAUSTED, match(tracker, 1));
    }

    /** Each reply is given once, whoever comes upon what is not there yet, and when. */
    @Test
    void shouldGiveEachReplyOnceToThreadsThatMeetWhatIsNotThereYet() throws Exception {
        for (int round = 0; round < 50; round++) {
            final int count = 64;
            final ListIndex index = new ListIndex(IntStream.range(0, count).mapToObj(i -> 1).toList())
                    .unknown(20, false);
            final SessionTracker tracker = new SessionTracker(index, MatchMode.KEY, Exhausted.MISS);
            final AtomicIntegerArray given = new AtomicIntegerArray(count);
            final CyclicBarrier start = new CyclicBarrier(4);
            final List<Thread> threads = IntStream.range(0, 4).mapToObj(i -> Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                } catch (final Exception e) {
                    throw new AssertionError(e);
                }
                int place = match(tracker, 1);
                while (place != EXHAUSTED) {
                    if (place >= 0) {
                        given.incrementAndGet(place);
                    } else if (i == 0) {
                        index.settle();
                    } else {
                        Thread.onSpinWait();
                    }
                    place = match(tracker, 1);
                }
            })).toList();
            for (final Thread thread : threads) {
                thread.join();
            }
            for (int place = 0; place < count; place++) {
                assertEquals(1, given.get(place), "round " + round + ", place " + place);
            }
        }
    }

    /** Counts how often it is searched. */
    private record CountingIndex(RecordingIndex index, int[] finds) implements RecordingIndex {
        @Override
        public long slotCount() {
            return index.slotCount();
        }

        @Override
        public int interactionCount() {
            return index.interactionCount();
        }

        @Override
        public long find(final byte[] key, final int keyOffset, final int occurrence) {
            finds[0]++;
            return index.find(key, keyOffset, occurrence);
        }

        @Override
        public boolean isLast(final long slot) {
            return index.isLast(slot);
        }

        @Override
        public int occurrence(final long slot) {
            return index.occurrence(slot);
        }

        @Override
        public long firstAt(final int position) {
            return index.firstAt(position);
        }

        @Override
        public long slotAt(final int position) {
            return index.slotAt(position);
        }

        @Override
        public boolean hasKey(final long slot, final byte[] key, final int keyOffset) {
            return index.hasKey(slot, key, keyOffset);
        }
    }

    @Test
    void shouldStopWhereAStrictChainIsDamaged() {
        final SessionTracker tracker = new SessionTracker(
                new ListIndex(List.of(1, 2, 3)).damage(1), MatchMode.STRICT, Exhausted.REPEAT);
        assertEquals(0, match(tracker, 1));
        assertEquals(DAMAGED, match(tracker, 2));
        assertEquals(DAMAGED, match(tracker, 3));
        assertEquals(1, tracker.position());
    }

    @Test
    void shouldCompareKeysWhereTheFirstOfAStrictChainIsLost() {
        final SessionTracker before = tracker(MatchMode.STRICT, Exhausted.REPEAT, 1, 2, 1);
        assertEquals(0, match(before, 1));
        final SessionTracker after = before.onIndex(new ListIndex(List.of(1, 2, 1)).damage(0));
        assertEquals(OUT_OF_ORDER, match(after, 1));
        assertEquals(1, after.position());
        assertEquals(1, match(after, 2));
        assertEquals(OUT_OF_ORDER, match(after, 2));
        assertEquals(2, match(after, 1));
        assertEquals(2, match(after, 1), "the last repeats");
        assertEquals(3, after.position());
    }

    @Test
    void shouldMissEverythingInAnEmptyRecording() {
        assertEquals(NO_KEY, match(tracker(MatchMode.KEY, Exhausted.REPEAT), 1));
        assertEquals(NO_KEY, match(tracker(MatchMode.STRICT, Exhausted.REPEAT), 1));
    }

    @Test
    void shouldGiveEachOccurrenceToOneThreadOnly() throws Exception {
        final int occurrences = 500;
        final int threads = 4;
        final Integer[] keys = IntStream.range(0, occurrences).mapToObj(i -> i % 2).toArray(Integer[]::new);
        for (final Exhausted exhausted : Exhausted.values()) {
            final SessionTracker tracker = tracker(MatchMode.KEY, exhausted, keys);
            final AtomicIntegerArray given = new AtomicIntegerArray(occurrences);
            final AtomicIntegerArray missed = new AtomicIntegerArray(1);
            run(threads, thread -> {
                for (int i = 0; i < occurrences; i++) {
                    final int place = match(tracker, i % 2);
                    if (place >= 0) {
                        given.incrementAndGet(place);
                    } else {
                        assertEquals(EXHAUSTED, place);
                        missed.incrementAndGet(0);
                    }
                }
            });
            for (int i = 0; i < occurrences - 2; i++) {
                assertEquals(1, given.get(i), "occurrence " + i);
            }
            final int rest = threads * occurrences - occurrences;
            if (exhausted == Exhausted.MISS) {
                assertEquals(rest, missed.get(0));
                assertEquals(1, given.get(occurrences - 1));
            } else {
                assertEquals(rest + 2, given.get(occurrences - 1) + given.get(occurrences - 2));
            }
        }
    }

    @Test
    void shouldLetOneThreadTakeEachPlaceOfAStrictChain() throws Exception {
        final int length = 2_000;
        final Integer[] keys = IntStream.range(0, length).mapToObj(i -> 7).toArray(Integer[]::new);
        final SessionTracker tracker = tracker(MatchMode.STRICT, Exhausted.MISS, keys);
        final Set<Integer> places = ConcurrentHashMap.newKeySet();
        run(4, thread -> {
            for (int i = 0; i < length / 4; i++) {
                assertTrue(places.add(match(tracker, 7)));
            }
        });
        assertEquals(length, places.size());
        assertEquals(length, tracker.position());
    }

    /** Two threads that wait for their turns: out of order until then, and neither takes the other's. */
    @Test
    void shouldKeepTheOrderOfAStrictChainThatTwoThreadsTakeInTurn() throws Exception {
        final int length = 500;
        final Integer[] keys = IntStream.range(0, length).mapToObj(i -> i / 2 % 2).toArray(Integer[]::new);
        final SessionTracker tracker = tracker(MatchMode.STRICT, Exhausted.MISS, keys);
        final long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        run(2, thread -> {
            for (int i = 0; i < length; i++) {
                if (keys[i] == thread) {
                    int place = match(tracker, thread);
                    while (place == OUT_OF_ORDER && System.nanoTime() < deadlineNanos) {
                        Thread.yield();
                        place = match(tracker, thread);
                    }
                    assertEquals(i, place);
                }
            }
        });
        assertEquals(length, tracker.position());
        assertEquals(EXHAUSTED, match(tracker, 0));
    }

    /** A part of a test that one thread runs. */
    private interface Part {
        void run(int thread) throws Exception;
    }

    private static void run(final int threads, final Part part) throws Exception {
        final CyclicBarrier start = new CyclicBarrier(threads);
        final Set<Throwable> failures = ConcurrentHashMap.newKeySet();
        final List<Thread> started = IntStream.range(0, threads)
                .mapToObj(thread -> Thread.ofPlatform().start(() -> {
                    try {
                        start.await();
                        part.run(thread);
                    } catch (final Throwable failure) {
                        failures.add(failure);
                    }
                }))
                .toList();
        for (final Thread thread : started) {
            thread.join();
        }
        assertEquals(Set.of(), failures);
    }
}
