package io.ouli.engine.match;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import static org.junit.jupiter.api.Assertions.assertEquals;

class SessionTrackerProperties {
    @Property
    void shouldGiveWhatQueuesByKeyWouldGive(
            @ForAll @Size(max = 12) final List<@IntRange(max = 4) Integer> recorded,
            @ForAll @Size(max = 30) final List<@IntRange(max = 5) Integer> asked,
            @ForAll final Exhausted exhausted) {
        final SessionTracker tracker = new SessionTracker(new ListIndex(recorded), MatchMode.KEY, exhausted);
        final Map<Integer, Deque<Integer>> queues = new HashMap<>();
        for (int i = 0; i < recorded.size(); i++) {
            queues.computeIfAbsent(recorded.get(i), any -> new ArrayDeque<>()).add(i);
        }
        final Map<Integer, Integer> last = new HashMap<>();
        for (final int key : asked) {
            final Integer expected;
            if (!queues.containsKey(key)) {
                expected = (int) SessionTracker.NO_KEY;
            } else if (!queues.get(key).isEmpty()) {
                expected = queues.get(key).remove();
                last.put(key, expected);
            } else {
                expected = exhausted == Exhausted.REPEAT ? last.get(key) : (int) SessionTracker.EXHAUSTED;
            }
            assertEquals(expected, ListIndex.place(tracker.match(ListIndex.key(key), 0)));
        }
    }

    @Property
    void shouldAdvanceAStrictSessionByHitsOnly(
            @ForAll @Size(max = 12) final List<@IntRange(max = 2) Integer> recorded,
            @ForAll @Size(max = 40) final List<@IntRange(max = 3) Integer> asked) {
        final SessionTracker tracker = new SessionTracker(new ListIndex(recorded), MatchMode.STRICT, Exhausted.MISS);
        int next = 0;
        for (final int key : asked) {
            final int place = ListIndex.place(tracker.match(ListIndex.key(key), 0));
            if (next < recorded.size() && recorded.get(next) == key) {
                assertEquals(next++, place);
            } else if (!recorded.contains(key)) {
                assertEquals((int) SessionTracker.NO_KEY, place);
            } else {
                final long miss = next == recorded.size() ? SessionTracker.EXHAUSTED : SessionTracker.OUT_OF_ORDER;
                assertEquals((int) miss, place);
            }
            assertEquals(next, tracker.position());
        }
    }
}
