package io.ouli.engine.fingerprint;

import io.ouli.engine.Limits;

/**
 * Canonical JSON: members sorted by key, no white space, numbers and strings in one spelling, ignored parts removed.
 *
 * <p>One pass reads the document and writes it canonically except for the order of members, which {@link MemberOrder}
 * notes; only a document with an object out of order is copied once more. Reads without recursion, in time linear in
 * the document apart from the sorting of keys. Anything that RFC 8259 does not allow makes the document not canonical.
 */
final class JsonForm {
    private static final int MAX_DEPTH = Limits.MAX_JSON_DEPTH;
    private static final byte[] TRUE = MediaType.ascii("true");
    private static final byte[] FALSE = MediaType.ascii("false");
    private static final byte[] NULL = MediaType.ascii("null");

    private final ByteSink out = new ByteSink();
    private final ByteSink sorted = new ByteSink();
    private final ByteSink spare = new ByteSink();
    private final MemberOrder order = new MemberOrder();

    /** What is known of each open container; index 0 is the outermost. */
    private final boolean[] isObject = new boolean[MAX_DEPTH];
    private final int[] kept = new int[MAX_DEPTH];
    private final int[] elementIndex = new int[MAX_DEPTH];
    private final int[] elementStart = new int[MAX_DEPTH];
    private final boolean[] elementIgnored = new boolean[MAX_DEPTH];
    private final int[] keyStart = new int[MAX_DEPTH];
    private final int[] keyEnd = new int[MAX_DEPTH];
    private final long[] mask = new long[MAX_DEPTH];

    private Pointers ignored;
    private Placeholders placeholders;
    private byte[] in;
    private int end;
    private int at;
    private int depth;
    /** The mask that a container would have that began here. */
    private long maskBelow;
    private ByteSink result;

    /**
     * Makes a document canonical.
     *
     * @return false if it is not sound JSON; {@link #result} is then not defined.
     */
    boolean canonicalise(
            final byte[] bytes,
            final int from,
            final int to,
            final Pointers ignoredParts,
            final Placeholders volatiles) {
        in = bytes;
        at = from;
        end = to;
        ignored = ignoredParts;
        placeholders = volatiles;
        depth = 0;
        maskBelow = ignoredParts.root();
        out.clear();
        out.ensure(to - from);
        order.clear();
        if (!document()) {
            return false;
        }
        result = out;
        if (order.isDisturbed()) {
            sorted.clear();
            order.write(out, sorted);
            result = sorted;
        }
        return true;
    }

    /** Returns the canonical document; valid until the next call. */
    ByteSink result() {
        return result;
    }

    private boolean document() {
        while (true) {
            skipSpace();
            if (at == end) {
                return false;
            }
            final byte first = in[at];
            if (first == '{' || first == '[') {
                if (depth == MAX_DEPTH) {
                    return false;
                }
                open(first == '{');
                skipSpace();
                if (at == end) {
                    return false;
                }
                if (in[at] != (isObject[depth - 1] ? '}' : ']')) {
                    if (!beginElement()) {
                        return false;
                    }
                    continue;
                }
                close();
            } else if (!scalar(first)) {
                return false;
            }
            final int more = finishValue();
            if (more <= 0) {
                return more == 0;
            }
        }
    }

    /** Goes on behind a value: closes what ends here. @return 1 if a value follows, 0 at the sound end, else -1. */
    private int finishValue() {
        while (depth > 0) {
            endElement();
            skipSpace();
            if (at == end) {
                return -1;
            }
            final byte next = in[at];
            if (next == ',') {
                at++;
                return beginElement() ? 1 : -1;
            }
            if (next != (isObject[depth - 1] ? '}' : ']')) {
                return -1;
            }
            close();
        }
        skipSpace();
        return at == end ? 0 : -1;
    }

    private void open(final boolean object) {
        at++;
        isObject[depth] = object;
        kept[depth] = 0;
        elementIndex[depth] = 0;
        mask[depth] = maskBelow;
        if (object) {
            order.openObject(out.length);
        }
        out.put(object ? '{' : '[');
        depth++;
    }

    private void close() {
        at++;
        depth--;
        if (isObject[depth]) {
            out.put('}');
            order.closeObject(out, kept[depth]);
        } else {
            out.put(']');
        }
    }

    /** Begins an array's element, or an object's member up to its colon. @return false if that is unsound. */
    private boolean beginElement() {
        final int level = depth - 1;
        elementStart[level] = out.length;
        if (kept[level] > 0) {
            out.put(',');
        }
        final long below;
        if (isObject[level]) {
            order.beginMember();
            if (!key(level)) {
                return false;
            }
            below = mask[level] == 0
                    ? 0
                    : ignored.descend(mask[level], level, out.array, keyStart[level], keyEnd[level]);
        } else {
            below = mask[level] == 0 ? 0 : ignored.descend(mask[level], level, elementIndex[level]);
        }
        elementIndex[level]++;
        elementIgnored[level] = below == Pointers.MATCH;
        maskBelow = elementIgnored[level] ? 0 : below;
        return true;
    }

    private boolean key(final int level) {
        skipSpace();
        if (at == end || in[at] != '"') {
            return false;
        }
        out.put('"');
        keyStart[level] = out.length;
        at = JsonStrings.write(in, at + 1, end, out);
        if (at < 0) {
            return false;
        }
        keyEnd[level] = out.length;
        out.put('"');
        skipSpace();
        if (at == end || in[at] != ':') {
            return false;
        }
        at++;
        out.put(':');
        return true;
    }

    private void endElement() {
        final int level = depth - 1;
        if (elementIgnored[level]) {
            out.length = elementStart[level];
            if (isObject[level]) {
                order.dropMember();
            } else {
                order.dropFrom(out.length);
            }
            return;
        }
        kept[level]++;
        if (isObject[level]) {
            order.endMember(out, keyStart[level], keyEnd[level]);
        }
    }

    private boolean scalar(final byte first) {
        return switch (first) {
            case '"' -> string();
            case 't' -> word(TRUE);
            case 'f' -> word(FALSE);
            case 'n' -> word(NULL);
            default -> number();
        };
    }

    private boolean string() {
        final int begin = out.length;
        out.put('"');
        at = JsonStrings.write(in, at + 1, end, out);
        if (at < 0) {
            return false;
        }
        if (!placeholders.isEmpty()) {
            replace(begin + 1, out.array, begin + 1, out.length);
        }
        out.put('"');
        return true;
    }

    private boolean number() {
        final int start = at;
        at = JsonNumber.end(in, at, end);
        if (at < 0) {
            return false;
        }
        if (placeholders.isEmpty() || !replace(out.length, in, start, at)) {
            JsonNumber.write(in, start, at, out);
        }
        return true;
    }

    /** Replaces volatile values: the text gets a T before it, which no JSON has there. */
    private boolean replace(final int begin, final byte[] bytes, final int from, final int to) {
        spare.clear();
        if (!placeholders.replace(bytes, from, to, spare)) {
            return false;
        }
        final boolean quoted = bytes == out.array;
        out.length = quoted ? begin - 1 : begin;
        out.put('T');
        if (quoted) {
            out.put('"');
        }
        out.put(spare.array, 0, spare.length);
        return true;
    }

    private boolean word(final byte[] word) {
        if (end - at < word.length
                || !java.util.Arrays.equals(in, at, at + word.length, word, 0, word.length)) {
            return false;
        }
        out.put(word);
        at += word.length;
        return true;
    }

    private void skipSpace() {
        while (at < end && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
            at++;
        }
    }
}
