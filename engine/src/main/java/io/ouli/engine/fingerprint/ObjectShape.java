package io.ouli.engine.fingerprint;

/**
 * What stands between the values of an object, its keys above all, and in which order its members belong.
 *
 * <pre>
 * {"b":1, "a": 2 }   expects   {"b":   , "a":␣   ␣}   and writes   ,"a":   ,"b":
 * </pre>
 */
final class ObjectShape {
    /** An object of more members has no shape. */
    private static final int MEMBERS = 32;
    private static final int MOST_PATIENCE = 64;
    private static final int KEY = 2;

    /** The first member as they are found, and in their order; null if there is no shape. */
    AlikeMember first;
    AlikeMember least;

    private final AlikeMember[] members = new AlikeMember[MEMBERS + 1];
    private final int[] keys = new int[MEMBERS * KEY];
    private final byte[] spelling = new byte[AlikeMember.BYTES];
    /** How many objects in a row were not of this shape, and how many it takes for another shape to take its place. */
    private int misses;
    private int patience = 1;

    /**
     * Notes whether an object was of this shape. Learning makes more patient and use makes less: where objects differ,
     * time is not lost with learning what none of the next ones is like.
     */
    void noteUse(final boolean met) {
        if (met) {
            misses = 0;
            patience = Math.max(1, patience >>> 1);
        } else {
            misses++;
        }
    }

    /** {@return whether this shape is the one of two that has been of no use for longer, by what it takes} */
    boolean isToBeReplacedBefore(final ObjectShape other) {
        return misses - patience > other.misses - other.patience;
    }

    boolean isToBeReplaced() {
        return misses >= patience;
    }

    /** Takes the shape of an object that is sound JSON and holds no containers. */
    void learn(final byte[] in, final int start, final KeySorter sorter) {
        patience = Math.min(2 * patience, MOST_PATIENCE);
        misses = 0;
        first = null;
        int count = 0;
        int at = start;
        while (true) {
            final int from = at;
            at = skipSpace(in, at);
            final boolean last = in[at] == '}';
            if (last) {
                at++;
            } else {
                at = skipSpace(in, at + 1);
                final int keyEnd = at + 1 + JsonStrings.countPlain(in, at + 1);
                if (count == MEMBERS || in[at] != '"' || in[keyEnd] != '"') {
                    return;
                }
                keys[count * KEY] = at + 1;
                keys[count * KEY + 1] = keyEnd;
                at = skipSpace(in, skipSpace(in, keyEnd + 1) + 1);
            }
            if (at - from > AlikeMember.BYTES) {
                return;
            }
            if (members[count] == null) {
                members[count] = new AlikeMember();
            }
            members[count].expect(in, from, at);
            if (last) {
                break;
            }
            count++;
            at = skipValue(in, at);
        }
        link(in, sorter, count);
    }

    private void link(final byte[] in, final KeySorter sorter, final int count) {
        members[count].next = null;
        for (int i = 0; i < count; i++) {
            members[i].next = members[i + 1];
        }
        final int[] order = sorter.sort(in, keys, 0, KEY, count);
        AlikeMember after = null;
        for (int i = count - 1; i >= 0; i--) {
            final int key = order[i];
            final AlikeMember member = members[key / KEY];
            spell(in, keys[key], keys[key + 1], member);
            member.following = after;
            after = member;
        }
        least = after;
        first = members[0];
    }

    private void spell(final byte[] in, final int keyStart, final int keyEnd, final AlikeMember member) {
        final int bytes = keyEnd - keyStart;
        spelling[0] = ',';
        spelling[1] = '"';
        System.arraycopy(in, keyStart, spelling, 2, bytes);
        spelling[bytes + 2] = '"';
        spelling[bytes + 3] = ':';
        member.write(spelling, bytes + 4);
    }

    private static int skipSpace(final byte[] in, final int start) {
        int at = start;
        while (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t') {
            at++;
        }
        return at;
    }

    private static int skipValue(final byte[] in, final int start) {
        int at = start;
        if (in[at] != '"') {
            while (in[at] > ' ' && in[at] != ',' && in[at] != '}') {
                at++;
            }
            return at;
        }
        at++;
        at += JsonStrings.countPlain(in, at);
        while (in[at] != '"') {
            at += in[at] == '\\' ? 2 : 1;
            at += JsonStrings.countPlain(in, at);
        }
        return at + 1;
    }
}
