package io.ouli.engine.fingerprint;

import io.ouli.engine.Limits;
import java.util.Arrays;

/**
 * Canonical JSON: members sorted by key, no white space, numbers and strings in one spelling, ignored parts removed.
 *
 * <p>One pass reads the document and writes it canonically except for the order of members, which {@link MemberOrder}
 * notes; only a document with an object out of order is copied once more. Reads without recursion, in time linear in
 * the document apart from the sorting of keys. Anything that RFC 8259 does not allow makes the document not canonical.
 */
final class JsonForm {
    private static final int MAX_DEPTH = Limits.MAX_JSON_DEPTH;
    /** Of the quote and the colon that follow a key; a T that stands before a value is what no JSON has there. */
    private static final int KEY_END_BYTES = 2;
    private static final byte[] TRUE = MediaType.ascii("true");
    private static final byte[] FALSE = MediaType.ascii("false");
    private static final byte[] NULL = MediaType.ascii("null");

    private final ByteSink out = new ByteSink();
    private final ByteSink sorted = new ByteSink();
    private final ByteSink spare = new ByteSink();
    private final MemberOrder order = new MemberOrder();
    private final SwiftJsonForm swift = new SwiftJsonForm(out, sorted);

    /** Of each open container, the outermost first: what it is, and, where parts are ignored, which of its are. */
    private final boolean[] isObject = new boolean[MAX_DEPTH];
    private final int[] kept = new int[MAX_DEPTH];
    private final int[] elementIndex = new int[MAX_DEPTH];
    private final int[] elementStart = new int[MAX_DEPTH];
    private final boolean[] elementIgnored = new boolean[MAX_DEPTH];
    private final long[] mask = new long[MAX_DEPTH];

    private Pointers ignored;
    /** Whether any part is ignored. */
    private boolean selective;
    private Placeholders placeholders;
    private byte[] in;
    private int end;
    private int depth;
    /** What ends the innermost open container. */
    private int closing;
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
        if (ignoredParts.root() == 0 && volatiles.isEmpty() && swift.canonicalise(bytes, from, to)) {
            result = swift.result();
            return true;
        }
        in = bytes;
        end = to;
        ignored = ignoredParts;
        placeholders = volatiles;
        depth = 0;
        maskBelow = ignoredParts.root();
        selective = maskBelow != 0;
        out.clear();
        out.ensure(to - from);
        order.clear();
        if (!document(from)) {
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

    /** {@return the canonical document; valid until the next call} */
    ByteSink result() {
        return result;
    }

    /**
     * Reads the document. The place in the text goes from method to method as argument and result, -1 being no sound
     * JSON, so that it stays in a register; a field would be stored and loaded again for each token.
     */
    private boolean document(final int start) {
        int at = start;
        while (at >= 0) {
            at = skipSpace(at);
            if (at == end) {
                return false;
            }
            final byte first = in[at];
            if (first == '{' || first == '[') {
                if (depth == MAX_DEPTH) {
                    return false;
                }
                open(first == '{');
                at = skipSpace(at + 1);
                if (at == end) {
                    return false;
                }
                if (in[at] != closing) {
                    at = beginElement(at);
                    continue;
                }
                close();
                at++;
            } else {
                at = scalar(first, at);
                if (at < 0) {
                    return false;
                }
            }
            at = finishValue(at);
            if (depth == 0) {
                return at == end;
            }
        }
        return false;
    }

    /**
     * Goes on behind a value: closes what ends here.
     *
     * @return where the next value begins, or the end.
     */
    private int finishValue(final int start) {
        int at = start;
        while (depth > 0) {
            endElement();
            at = skipSpace(at);
            if (at == end) {
                return -1;
            }
            final byte next = in[at];
            if (next == ',') {
                if (!selective) {
                    out.put(',');
                }
                return beginElement(at + 1);
            }
            if (next != closing) {
                return -1;
            }
            close();
            at++;
        }
        return skipSpace(at);
    }

    private void open(final boolean object) {
        isObject[depth] = object;
        closing = object ? '}' : ']';
        if (selective) {
            kept[depth] = 0;
            elementIndex[depth] = 0;
            mask[depth] = maskBelow;
        }
        if (object) {
            order.openObject(out.length);
        }
        out.put(object ? '{' : '[');
        depth++;
    }

    private void close() {
        depth--;
        out.put(closing);
        if (isObject[depth]) {
            order.closeObject(out);
        }
        closing = depth > 0 && isObject[depth - 1] ? '}' : ']';
    }

    /**
     * Begins an array's element, or an object's member up to its colon.
     *
     * @return where its value begins, or -1.
     */
    private int beginElement(final int at) {
        if (selective) {
            return beginSelected(at, depth - 1);
        }
        return closing == ']' ? at : key(at);
    }

    /** The same where parts are ignored: one that is ends up unwritten, and so does the comma before it. */
    private int beginSelected(final int start, final int level) {
        elementStart[level] = out.length;
        if (kept[level] > 0) {
            out.put(',');
        }
        int at = start;
        final long below;
        if (isObject[level]) {
            final int keyStart = out.length + 1;
            at = key(at);
            if (at < 0) {
                return -1;
            }
            below = mask[level] == 0
                    ? 0
                    : ignored.descend(mask[level], level, out.array, keyStart, out.length - KEY_END_BYTES);
        } else {
            below = mask[level] == 0 ? 0 : ignored.descend(mask[level], level, elementIndex[level]);
        }
        elementIndex[level]++;
        elementIgnored[level] = below == Pointers.MATCH;
        maskBelow = elementIgnored[level] ? 0 : below;
        return at;
    }

    private int key(final int start) {
        int at = skipSpace(start);
        if (at == end || in[at] != '"') {
            return -1;
        }
        final int keyStart = out.length + 1;
        final int plain = JsonStrings.writePlain(in, at, end, out);
        if (JsonStrings.isClosed(in, plain, end)) {
            // The same bytes as in the output, but those were written a moment ago, and to load them would stall.
            order.beginMember(keyStart, out.length - 1, Words.prefix(in, at + 1, plain));
            at = plain + 1;
        } else {
            at = JsonStrings.writeRest(in, plain, end, out);
            if (at < 0) {
                return -1;
            }
            order.beginMember(keyStart, out.length - 1, Words.prefix(out.array, keyStart, out.length - 1));
        }
        at = skipSpace(at);
        if (at == end || in[at] != ':') {
            return -1;
        }
        out.put(':');
        return at + 1;
    }

    private void endElement() {
        final boolean member = closing == '}';
        if (selective) {
            final int level = depth - 1;
            if (elementIgnored[level]) {
                out.length = elementStart[level];
                if (member) {
                    order.dropMember();
                } else {
                    order.dropFrom(out.length);
                }
                return;
            }
            kept[level]++;
        }
        if (member) {
            order.endMember(out);
        }
    }

    /**
     * Writes a value that is no container.
     *
     * @return the index behind it, or -1.
     */
    private int scalar(final byte first, final int at) {
        return switch (first) {
            case '"' -> string(at);
            case 't' -> word(TRUE, at);
            case 'f' -> word(FALSE, at);
            case 'n' -> word(NULL, at);
            default -> number(at);
        };
    }

    private int string(final int start) {
        final int begin = out.length;
        final int at = JsonStrings.write(in, start, end, out);
        if (!placeholders.isEmpty() && at >= 0) {
            spare.clear();
            if (placeholders.replace(out.array, begin + 1, out.length - 1, spare)) {
                out.length = begin;
                out.put('T');
                out.put('"');
                out.put(spare.array, 0, spare.length);
                out.put('"');
            }
        }
        return at;
    }

    private int number(final int start) {
        if (placeholders.isEmpty()) {
            return JsonNumber.write(in, start, end, out);
        }
        final int at = JsonNumber.end(in, start, end);
        spare.clear();
        if (at < 0 || !placeholders.replace(in, start, at, spare)) {
            return JsonNumber.write(in, start, end, out);
        }
        out.put('T');
        out.put(spare.array, 0, spare.length);
        return at;
    }

    private int word(final byte[] word, final int at) {
        if (end - at < word.length
                || !Arrays.equals(in, at, at + word.length, word, 0, word.length)) {
            return -1;
        }
        out.put(word);
        return at + word.length;
    }

    private int skipSpace(final int start) {
        int at = start;
        while (at < end && in[at] <= ' ' && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
            at++;
        }
        return at;
    }
}
