package io.ouli.uring;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class UserDataProperties {
    @Property
    void shouldUnpackWhatWasPacked(
            @ForAll final int id,
            @ForAll @IntRange(max = UserData.MAX_OP) final int op,
            @ForAll @IntRange(max = UserData.MAX_GENERATION) final int generation) {
        final long userData = UserData.pack(id, op, generation);
        assertEquals(id, UserData.id(userData));
        assertEquals(op, UserData.op(userData));
        assertEquals(generation, UserData.generation(userData));
        assertNotEquals(UserData.INTERNAL, userData);
    }

    /** A true stands for one completion set aside, a false for one taken. */
    @Property
    void shouldSetCompletionsAsideInOrder(@ForAll final List<Boolean> steps) {
        final Backlog backlog = new Backlog();
        final Deque<Integer> model = new ArrayDeque<>();
        int next = 0;
        for (int round = 0; round < 20; round++) {
            for (final boolean add : steps) {
                if (add || round % 3 == 0) {
                    backlog.add(next, -next, next ^ 0x8000_0000);
                    model.add(next++);
                } else if (!model.isEmpty()) {
                    final int expected = model.remove();
                    final long outcome = backlog.outcome();
                    assertEquals(-expected, (int) (outcome >>> 32));
                    assertEquals(expected ^ 0x8000_0000, (int) outcome);
                    assertEquals(expected, backlog.remove());
                }
                assertEquals(model.size(), backlog.size());
                assertEquals(model.isEmpty(), backlog.isEmpty());
            }
        }
        assertTrue(next >= 7 * steps.size());
    }
}
