package io.ouli.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The live sessions by name; found by the bytes of a name without allocation or lock, added and removed under a lock.
 *
 * <p>Open addressing. A slot is written, with release semantics, from null to a session, and from that to a mark that
 * it was removed, over which searches go on; an array that is made anew is published as a whole. A reader that misses a
 * session being added takes the lock and looks again.
 */
final class SessionTable {
    private static final int INITIAL_CAPACITY = 16;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Session[].class);

    /** Stands where a session was removed; its name is none that a session can have. */
    private static final Session REMOVED = new Session(null, "", null);

    private final int maxSessions;
    private volatile Session[] slots = new Session[INITIAL_CAPACITY];
    /** Live sessions. */
    private int count;
    /** Slots that are not null. */
    private int used;

    SessionTable(final int maxSessions) {
        this.maxSessions = maxSessions;
    }

    /** {@return the session of this name, or null} */
    Session find(final byte[] name, final int offset, final int length) {
        final Session[] table = slots;
        int slot = hash(name, offset, length) & table.length - 1;
        Session session = (Session) SLOT.getAcquire(table, slot);
        while (session != null) {
            final byte[] candidate = session.nameBytes();
            if (session != REMOVED
                    && Arrays.equals(candidate, 0, candidate.length, name, offset, offset + length)) {
                return session;
            }
            slot = slot + 1 & table.length - 1;
            session = (Session) SLOT.getAcquire(table, slot);
        }
        return null;
    }

    /** {@return the session of this name, made first if it is new} */
    synchronized Session findOrAdd(final String name, final Function<String, Session> factory) {
        final byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        final Session found = find(bytes, 0, bytes.length);
        if (found != null) {
            return found;
        }
        if (count == maxSessions) {
            throw new OuliException("session " + name + " is one too many: " + maxSessions
                    + " are live; evict those that are done, or use fewer names");
        }
        final Session added = factory.apply(name);
        if ((used + 1) * 2 > slots.length) {
            rebuild();
        }
        insert(slots, added);
        count++;
        used++;
        return added;
    }

    /**
     * Removes a session.
     *
     * @param last what is to be done with it before, while nobody can add it anew.
     * @return false if none of this name is live.
     */
    synchronized boolean remove(final String name, final Consumer<Session> last) {
        final byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        final Session removed = find(bytes, 0, bytes.length);
        if (removed == null) {
            return false;
        }
        last.accept(removed);
        int slot = hash(bytes, 0, bytes.length) & slots.length - 1;
        while (slots[slot] != removed) {
            slot = slot + 1 & slots.length - 1;
        }
        SLOT.setRelease(slots, slot, REMOVED);
        count--;
        return true;
    }

    /** Makes the array anew without what was removed, with room for twice as many as are live. */
    private void rebuild() {
        final Session[] made = new Session[Math.max(INITIAL_CAPACITY, Integer.highestOneBit(count + 1) * 4)];
        for (final Session session : slots) {
            if (session != null && session != REMOVED) {
                insert(made, session);
            }
        }
        slots = made;
        used = count;
    }

    /** {@return the live sessions, in no order} */
    synchronized List<Session> all() {
        return Arrays.stream(slots).filter(session -> session != null && session != REMOVED).toList();
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
