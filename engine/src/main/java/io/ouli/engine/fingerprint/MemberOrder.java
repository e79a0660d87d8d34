package io.ouli.engine.fingerprint;

import java.util.Arrays;

/**
 * Notes where a document's objects and members lie, and writes the document again with members sorted by key.
 *
 * <p>Objects are noted in the order in which they open, so an object's descendants follow it. An object that is
 * in order, with all that is inside, is forgotten when it closes.
 */
final class MemberOrder {
    /** Object: start, end, first sorted member or -1, count of members, the object behind its descendants. */
    private static final int OBJECT = 5;
    /** Member: key start, key end, end, first object inside; it begins one byte, the quote, before its key. */
    private static final int MEMBER = 4;
    /** Open object: the object, its first member, whether it is out of order. */
    private static final int OPEN = 3;
    /** Member of a closed object that was out of order, in order: start, end, first object inside. */
    private static final int SORTED = 3;
    private static final int INITIAL_MEMBERS = 16;
    private static final int RETAINED_MEMBERS = 1 << 16;

    private final IntList objects = new IntList();
    /** Members of open objects; those of an object inside another follow the member that holds it. */
    private final IntList members = new IntList();
    private final IntList open = new IntList();
    /** Members of closed objects that were out of order. */
    private final IntList sortedMembers = new IntList();
    private final KeySorter sorter = new KeySorter();
    /** What is being written: object, next member, end of the range that holds the object. */
    private final IntList stack = new IntList();
    /** The prefix of the key of each of {@link #members}. */
    private long[] prefixes = new long[INITIAL_MEMBERS];
    private boolean disturbed;

    void clear() {
        objects.clear();
        members.clear();
        open.clear();
        sortedMembers.clear();
        disturbed = false;
        if (prefixes.length > RETAINED_MEMBERS) {
            prefixes = new long[INITIAL_MEMBERS];
        }
    }

    /** {@return whether any object is out of order} */
    boolean isDisturbed() {
        return disturbed;
    }

    void openObject(final int start) {
        final int object = objects.reserve(OBJECT);
        final int state = open.reserve(OPEN);
        open.array[state] = object;
        open.array[state + 1] = members.size;
        open.array[state + 2] = 0;
        objects.array[object] = start;
        objects.array[object + 2] = -1;
    }

    /**
     * Begins a member of the innermost open object, whose key was written.
     *
     * @param prefix of the key, as {@link Words#prefix} has it.
     */
    void beginMember(final int keyStart, final int keyEnd, final long prefix) {
        final int member = members.reserve(MEMBER);
        members.array[member] = keyStart;
        members.array[member + 1] = keyEnd;
        members.array[member + 3] = objects.size;
        if (member / MEMBER == prefixes.length) {
            prefixes = Arrays.copyOf(prefixes, 2 * prefixes.length);
        }
        prefixes[member / MEMBER] = prefix;
    }

    /** Forgets the innermost member, which was removed, with all objects inside. */
    void dropMember() {
        members.size -= MEMBER;
        objects.size = members.array[members.size + 3];
    }

    /**
     * Forgets the objects of an array's element that was removed.
     *
     * @param start where the element began.
     */
    void dropFrom(final int start) {
        while (objects.size > 0 && objects.array[objects.size - OBJECT] >= start) {
            objects.size -= OBJECT;
        }
    }

    /** Ends the innermost member, which was written. */
    void endMember(final ByteSink text) {
        final int member = members.size - MEMBER;
        members.array[member + 2] = text.length;
        if (member > open.array[open.size - 2]
                && KeySorter.isAfter(
                        text.array,
                        members.array,
                        member - MEMBER,
                        prefixes[member / MEMBER - 1],
                        member,
                        prefixes[member / MEMBER])) {
            open.array[open.size - 1] = 1;
        }
    }

    /** Ends the innermost open object, which was written. */
    void closeObject(final ByteSink text) {
        open.size -= OPEN;
        final int object = open.array[open.size];
        final int firstMember = open.array[open.size + 1];
        final boolean inOrder = open.array[open.size + 2] == 0;
        final int count = (members.size - firstMember) / MEMBER;
        members.size = firstMember;
        if (inOrder && objects.size == object + OBJECT) {
            // In order, and nothing inside that is not: there is nothing to remember.
            objects.size = object;
            return;
        }
        if (!inOrder) {
            disturbed = true;
            objects.array[object + 2] = sortedMembers.size;
            objects.array[object + 3] = count;
            sortMembers(text, firstMember, count);
        }
        objects.array[object + 1] = text.length;
        objects.array[object + 4] = objects.size;
    }

    private void sortMembers(final ByteSink text, final int firstMember, final int count) {
        final int[] from = members.array;
        final int[] order = sorter.sort(text.array, from, prefixes, firstMember, MEMBER, count);
        int sorted = sortedMembers.reserve(count * SORTED);
        final int[] to = sortedMembers.array;
        for (int i = 0; i < count; i++) {
            final int member = order[i];
            to[sorted++] = from[member] - 1;
            to[sorted++] = from[member + 2];
            to[sorted++] = from[member + 3];
        }
    }

    /** Writes the document with every object in order; ranges between objects out of order are copied whole. */
    void write(final ByteSink text, final ByteSink out) {
        out.ensure(text.length);
        stack.clear();
        int from = 0;
        int to = text.length;
        int object = 0;
        while (true) {
            object = nextOutOfOrder(object, to);
            if (object >= 0) {
                out.put(text.array, from, objects.array[object] + 1 - from);
                if (objects.array[object + 4] == object + OBJECT) {
                    writeMembers(text, object, out);
                    from = objects.array[object + 1] - 1;
                    object += OBJECT;
                    continue;
                }
                final int pushed = stack.reserve(3);
                stack.array[pushed] = object;
                stack.array[pushed + 1] = -1;
                stack.array[pushed + 2] = to;
            } else {
                out.put(text.array, from, to - from);
                if (stack.size == 0) {
                    return;
                }
            }
            final int top = stack.size - 3;
            final int current = stack.array[top];
            final int next = ++stack.array[top + 1];
            if (next < objects.array[current + 3]) {
                if (next > 0) {
                    out.put(',');
                }
                final int member = objects.array[current + 2] + next * SORTED;
                from = sortedMembers.array[member];
                to = sortedMembers.array[member + 1];
                object = sortedMembers.array[member + 2];
            } else {
                from = objects.array[current + 1] - 1;
                to = stack.array[top + 2];
                object = objects.array[current + 4];
                stack.size = top;
            }
        }
    }

    /** {@return the first object from {@code object} on that is out of order and begins before {@code to}, or -1} */
    private int nextOutOfOrder(final int object, final int to) {
        for (int i = object; i < objects.size && objects.array[i] < to; i += OBJECT) {
            if (objects.array[i + 2] >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Writes the members of an object with nothing inside that is out of order. */
    private void writeMembers(final ByteSink text, final int object, final ByteSink out) {
        final int[] sorted = sortedMembers.array;
        int member = objects.array[object + 2];
        for (int i = objects.array[object + 3]; i > 0; i--, member += SORTED) {
            out.put(text.array, sorted[member], sorted[member + 1] - sorted[member]);
            if (i > 1) {
                out.put(',');
            }
        }
    }
}
