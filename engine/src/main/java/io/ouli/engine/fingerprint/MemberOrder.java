package io.ouli.engine.fingerprint;

/**
 * Notes where a document's objects and members lie, and writes the document again with members sorted by key.
 *
 * <p>Objects are noted in the order in which they open, so an object's descendants follow it. The members of an object
 * that is in order already are forgotten when it closes.
 */
final class MemberOrder {
    /** Object: start, end, first sorted member or -1, count of members, the object behind its descendants. */
    private static final int OBJECT = 5;
    /** Member: key start, key end, end, first object inside; it begins one byte, the quote, before its key. */
    private static final int MEMBER = 4;

    private final IntList objects = new IntList();
    /** Members of open objects. */
    private final IntList members = new IntList();
    /** Open objects: the object, whether it is out of order. */
    private final IntList open = new IntList();
    /** Open members: the first object inside. */
    private final IntList openMembers = new IntList();
    /** Members of closed objects that were out of order, sorted. */
    private final IntList sortedMembers = new IntList();
    private final KeySorter sorter = new KeySorter();
    /** What is being written: object, next member, end of the range that holds the object. */
    private final IntList stack = new IntList();
    private boolean disturbed;

    void clear() {
        objects.clear();
        members.clear();
        open.clear();
        openMembers.clear();
        sortedMembers.clear();
        disturbed = false;
    }

    /** Returns whether any object is out of order. */
    boolean isDisturbed() {
        return disturbed;
    }

    void openObject(final int start) {
        open.add(objects.size);
        open.add(0);
        objects.add(start);
        objects.add(0);
        objects.add(-1);
        objects.add(0);
        objects.add(0);
    }

    void beginMember() {
        openMembers.add(objects.size);
    }

    /** Forgets a member that was removed, with all objects inside. */
    void dropMember() {
        objects.size = openMembers.array[--openMembers.size];
    }

    /** Forgets the objects of an array's element that was removed. @param start where the element began. */
    void dropFrom(final int start) {
        while (objects.size > 0 && objects.array[objects.size - OBJECT] >= start) {
            objects.size -= OBJECT;
        }
    }

    void endMember(final ByteSink text, final int keyStart, final int keyEnd) {
        final int member = members.size;
        members.add(keyStart);
        members.add(keyEnd);
        members.add(text.length);
        members.add(openMembers.array[--openMembers.size]);
        // The first member of an object follows the opening brace and its quote; any other one has one before it.
        final int object = open.array[open.size - 2];
        final boolean isFirst = keyStart == objects.array[object] + 2;
        if (!isFirst && KeySorter.compare(text.array, members.array, member - MEMBER, member) > 0) {
            open.array[open.size - 1] = 1;
        }
    }

    void closeObject(final ByteSink text, final int count) {
        open.size -= 2;
        final int object = open.array[open.size];
        objects.array[object + 1] = text.length;
        objects.array[object + 4] = objects.size;
        members.size -= count * MEMBER;
        if (open.array[open.size + 1] == 0) {
            return;
        }
        disturbed = true;
        objects.array[object + 2] = sortedMembers.size;
        objects.array[object + 3] = count;
        final int[] order = sorter.sort(text.array, members.array, members.size, MEMBER, count);
        for (int i = 0; i < count; i++) {
            sortedMembers.add(members.array[order[i]] - 1);
            sortedMembers.add(members.array[order[i] + 2]);
            sortedMembers.add(members.array[order[i] + 3]);
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
            while (object < objects.size && objects.array[object] < to && objects.array[object + 2] < 0) {
                object += OBJECT;
            }
            if (object < objects.size && objects.array[object] < to) {
                out.put(text.array, from, objects.array[object] + 1 - from);
                stack.add(object);
                stack.add(-1);
                stack.add(to);
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
                final int member = objects.array[current + 2] + next * 3;
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
}
