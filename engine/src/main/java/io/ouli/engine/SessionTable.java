package io.ouli.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The live sessions by name; found by the bytes of a name without allocation or lock, added under a lock.
 *
 * <p>Open addressing. A slot is written once, with release semantics, from null to a session; a grown array is
 * published as a whole. A reader that misses a session being added takes the lock and looks again.
 */
final class SessionTable {
    private static final int INITIAL_CAPACITY = 16;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Session[].class);

    private final int maxSessions;
    private volatile Session[] slots = new Session[INITIAL_CAPACITY];
    private int count;

    SessionTable(final int maxSessions) {
        this.maxSessions = maxSessions;
    }

    /** Returns the session of this name, or null. */
    Session find(final byte[] name, final int offset, final int length) {
        final Session[] table = slots;
        int slot = hash(name, offset, length) & table.length - 1;
        Session session = (Session) SLOT.getAcquire(table, slot);
        while (session != null) {
            final byte[] candidate = session.nameBytes();
            if (Arrays.equals(candidate, 0, candidate.length, name, offset, offset + length)) {
                return session;
            }
            slot = slot + 1 & table.length - 1;
            session = (Session) SLOT.getAcquire(table, slot);
        }
        return null;
    }

    /** Returns the session of this name, made first if it is new. */
    synchronized Session findOrAdd(final String name, final Function<String, Session> factory) {
        final byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        final Session found = find(bytes, 0, bytes.length);
        if (found != null) {
            return found;
        }
        if (count == maxSessions) {
            throw new OuliException("session " + name + " is one too many: " + maxSessions
                    + " are live; use fewer names, or close the engine between runs");
        }
        final Session added = factory.apply(name);
        if ((count + 1) * 2 > slots.length) {
            final Session[] grown = new Session[slots.length * 2];
            for (final Session session : slots) {
                if (session != null) {
                    insert(grown, session);
                }
            }
            slots = grown;
        }
        insert(slots, added);
        count++;
        return added;
    }

    /** Returns the live sessions, in no order. */
    synchronized List<Session> all() {
        return Arrays.stream(slots).filter(Objects::nonNull).toList();
    }

    private static void insert(final Session[] table, final Session session) {
        final byte[] name = session.nameBytes();
        int slot = hash(name, 0, name.length) & table.length - 1;
        while (table[slot] != null) {
            slot = slot + 1 & table.length - 1;
        }
        SLOT.setRelease(table, slot, session);
    }

    /** FNV-1a, then mixed so that names that end alike do not cluster. */
    private static int hash(final byte[] name, final int offset, final int length) {
        int hash = 0x811c9dc5;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ name[i]) * 0x01000193;
        }
        return hash ^ hash >>> 15;
    }
}
