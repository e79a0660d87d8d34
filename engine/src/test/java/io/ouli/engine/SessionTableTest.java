package io.ouli.engine;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SessionTableTest {
    private static Session add(final SessionTable table, final String name) {
        return table.findOrAdd(name, added -> new Session(null, added, null));
    }

    private static Session find(final SessionTable table, final String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        return table.find(bytes, 0, bytes.length);
    }

    private static boolean remove(final SessionTable table, final String name) {
        return table.remove(name, removed -> { });
    }

    @Test
    void shouldHoldAsManySessionsAsItsLimitAndNoMore() {
        final SessionTable table = new SessionTable(Limits.MAX_SESSIONS);
        final List<Session> all = IntStream.range(0, Limits.MAX_SESSIONS).mapToObj(i -> add(table, "tests/" + i))
                .toList();
        for (int i = 0; i < all.size(); i++) {
            assertSame(all.get(i), find(table, "tests/" + i));
        }
        assertEquals(Limits.MAX_SESSIONS, table.all().size());
        final String message = assertThrows(OuliException.class, () -> add(table, "more")).getMessage();
        assertTrue(message.contains("session more is one too many: 100000 are live; evict"), message);
        assertSame(all.get(7), add(table, "tests/7"), "what is live is no news");
        assertTrue(remove(table, "tests/7"));
        assertSame(add(table, "more"), find(table, "more"));
        assertThrows(OuliException.class, () -> add(table, "tests/7"));
    }

    @Test
    void shouldFindNothingWhereASessionWasRemoved() {
        final SessionTable table = new SessionTable(8);
        final Session first = add(table, "a");
        assertTrue(remove(table, "a"));
        assertFalse(remove(table, "a"));
        assertNull(find(table, "a"));
        assertNull(find(table, ""), "nothing has the name of what was removed");
        assertEquals(List.of(), table.all());
        assertNotSame(first, add(table, "a"));
    }

    @Test
    void shouldKeepASessionThatMayNotBeRemoved() {
        final SessionTable table = new SessionTable(8);
        final Session kept = add(table, "a");
        assertThrows(OuliException.class, () -> table.remove("a", session -> {
            throw new OuliException("not now");
        }));
        assertSame(kept, find(table, "a"));
    }

    @Test
    void shouldAgreeWithAMapWhateverComesAndGoes() {
        final SessionTable table = new SessionTable(64);
        final Map<String, Session> expected = new HashMap<>();
        final Random random = new Random(3);
        for (int step = 0; step < 50_000; step++) {
            final String name = "s" + random.nextInt(80);
            if (random.nextInt(3) == 0) {
                assertEquals(expected.remove(name) != null, remove(table, name));
            } else if (expected.size() < 64 || expected.containsKey(name)) {
                final Session added = add(table, name);
                final Session known = expected.putIfAbsent(name, added);
                assertSame(known == null ? added : known, added);
            }
            assertSame(expected.get(name), find(table, name));
            assertEquals(expected.size(), table.all().size());
        }
    }

    /** A reader must find what stays, whatever others add and remove around it, on the same chain of slots. */
    @Test
    void shouldAlwaysFindWhatStays() throws InterruptedException {
        final SessionTable table = new SessionTable(1_000);
        final List<Session> staying = IntStream.range(0, 20).mapToObj(i -> add(table, "stays" + i)).toList();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread changes = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 30_000; i++) {
                add(table, "comes" + i % 300);
                remove(table, "comes" + (i + 150) % 300);
            }
        });
        final Thread reads = Thread.ofPlatform().start(() -> {
            try {
                while (changes.isAlive()) {
                    for (final Session session : staying) {
                        assertSame(session, find(table, session.name()));
                    }
                }
            } catch (final Throwable e) {
                failure.set(e);
            }
        });
        changes.join();
        reads.join();
        assertNull(failure.get());
    }
}
