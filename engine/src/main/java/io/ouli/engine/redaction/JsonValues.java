package io.ouli.engine.redaction;

import java.util.Arrays;
import java.util.List;

/**
 * Finds the values that {@link JsonRule}s name in JSON text, in one walk over the bytes. For one thread.
 *
 * <p>A string becomes the placeholder, a number 0, {@code true} false; of an object or an array every value inside is
 * treated so, and names stay. So JSON stays JSON, and a client that reads it back finds the types it expects. Several
 * values in a row (JSON lines) are walked one after the other; where the text is not JSON any more, the walk ends.
 */
final class JsonValues {
    private static final byte[] ZERO = {'0'};
    private static final byte[] FALSE = Ascii.bytes("false");

    private final List<JsonRule> rules;
    private final RedactionListener listener;
    /** By rule: how many segments of its pointer the current path has matched, from its beginning on. */
    private final int[] matched;
    /** By depth: the next element's index, or -1 in an object. */
    private int[] element = new int[64];
    private int depth;
    /** The rule whose value is being walked, and the depth at which that value stands. */
    private JsonRule active;
    private int activeDepth;
    private byte[] name = new byte[64];
    /** When numbers are mended: what to look for in them; else null. */
    private byte[][] placeholders;
    private byte[] text;
    private int to;
    private Edits edits;

    JsonValues(final List<JsonRule> rules, final RedactionListener listener) {
        this.rules = rules;
        this.listener = listener;
        matched = new int[rules.size()];
    }

    /** Collects a replacement for each value in {@code text[from, to)} that a rule names. */
    void find(final byte[] json, final int from, final int end, final Edits into) {
        placeholders = null;
        walkAll(json, from, end, into);
    }

    /**
     * Collects a replacement for each number that a placeholder stands in, whole or in part: a secret may be a number,
     * and a placeholder without quotes is no JSON.
     */
    void mend(final byte[] json, final int from, final int end, final byte[][] standIns, final Edits into) {
        placeholders = standIns;
        walkAll(json, from, end, into);
    }

    private void walkAll(final byte[] json, final int from, final int end, final Edits into) {
        text = json;
        to = end;
        edits = into;
        int at = skipBlank(from);
        while (at >= 0 && at < to) {
            depth = 0;
            active = null;
            Arrays.fill(matched, 0);
            enter(0, 0, 0);
            at = walk(at);
            at = at < 0 ? at : skipBlank(at);
        }
        text = null;
        edits = null;
    }

    /**
     * Walks one value with everything in it.
     *
     * @return the index after it, or -1 if it is not JSON.
     */
    private int walk(final int from) {
        int at = from;
        while (true) {
            at = value(at);
            // After a value: close what ends here, until there is another value or nothing is open.
            while (at >= 0 && depth > 0) {
                at = skipBlank(at);
                if (at >= to) {
                    return -1;
                }
                final boolean array = element[depth] >= 0;
                if (text[at] == ',') {
                    leave();
                    at = array ? nextElement(at + 1) : member(skipBlank(at + 1));
                    break;
                }
                if (text[at] != (array ? ']' : '}')) {
                    return -1;
                }
                leave();
                depth--;
                at++;
            }
            if (at < 0 || depth == 0) {
                return at;
            }
        }
    }

    /**
     * Reads the beginning of a value: a scalar whole; of an object or array the brackets, and what leads to the first
     * value inside. Goes on by itself until a scalar or an empty container was read.
     */
    private int value(final int from) {
        int at = skipBlank(from);
        while (at < to) {
            final byte first = text[at];
            if (first != '{' && first != '[') {
                return scalar(at);
            }
            final byte close = (byte) (first == '{' ? '}' : ']');
            at = skipBlank(at + 1);
            if (at < to && text[at] == close) {
                return at + 1;
            }
            depth++;
            if (depth == element.length) {
                element = Arrays.copyOf(element, depth << 1);
            }
            element[depth] = first == '{' ? -1 : 0;
            at = first == '{' ? member(at) : nextElement(at);
            if (at < 0) {
                return -1;
            }
            at = skipBlank(at);
        }
        return -1;
    }

    private int nextElement(final int at) {
        final int index = element[depth]++;
        final int digits = decimal(index);
        enter(depth, 0, digits);
        return at;
    }

    private int decimal(final int index) {
        int digits = 1;
        for (int rest = index / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int rest = index;
        for (int i = digits - 1; i >= 0; i--) {
            name[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return digits;
    }

    /**
     * Reads a member's name and colon.
     *
     * @return the index of its value, or -1.
     */
    private int member(final int at) {
        if (at >= to || text[at] != '"') {
            return -1;
        }
        final int end = stringEnd(at);
        if (end < 0) {
            return -1;
        }
        final int colon = skipBlank(end);
        if (colon >= to || text[colon] != ':') {
            return -1;
        }
        enter(depth, 0, unescape(at + 1, end - 1));
        return colon + 1;
    }

    private int unescape(final int from, final int end) {
        if (name.length < end - from) {
            name = new byte[Math.max(end - from, name.length << 1)];
        }
        int length = 0;
        int i = from;
        while (i < end) {
            final long unit = text[i] == '\\' ? Escapes.unit(text, i, end) : 0;
            if (unit == 0) {
                name[length++] = text[i++];
            } else {
                length = Escapes.write(unit, name, length);
                i += Escapes.length(unit);
            }
        }
        return length;
    }

    /** Notes that the path now ends in {@code name[from, end)} at a depth; depth 0 is the whole text. */
    private void enter(final int at, final int from, final int end) {
        for (int i = 0; i < matched.length && placeholders == null; i++) {
            final JsonRule rule = rules.get(i);
            boolean hit = false;
            if (rule.anywhere()) {
                hit = at > 0 && element[at] < 0 && rule.segmentIs(0, name, from, end);
            } else if (at == 0) {
                hit = rule.segments().length == 0;
            } else if (matched[i] == at - 1
                    && at <= rule.segments().length
                    && rule.segmentIs(at - 1, name, from, end)) {
                matched[i] = at;
                hit = at == rule.segments().length;
            }
            if (hit && active == null) {
                active = rule;
                activeDepth = at;
            }
        }
    }

    /** Notes that the path's last segment is over. */
    private void leave() {
        for (int i = 0; i < matched.length; i++) {
            matched[i] = Math.min(matched[i], depth - 1);
        }
        if (active != null && activeDepth >= depth) {
            active = null;
        }
    }

    private int scalar(final int at) {
        if (text[at] == '"') {
            final int end = stringEnd(at);
            if (end >= 0 && active != null) {
                replace(at + 1, end - 1, active.placeholder());
            }
            return end;
        }
        int end = at;
        while (end < to && (isLiteral(text[end]) || placeholders != null && isInPlaceholders(text[end]))) {
            end++;
        }
        if (end == at) {
            return -1;
        }
        if (placeholders != null && holdsPlaceholder(at, end)) {
            replace(at, end, ZERO);
        }
        if (active != null && text[at] != 'n' && text[at] != 'f') {
            replace(at, end, text[at] == 't' ? FALSE : ZERO);
        }
        return end;
    }

    private void replace(final int from, final int end, final byte[] by) {
        if (!Arrays.equals(text, from, end, by, 0, by.length)) {
            edits.add(from, end, by);
            if (active != null) {
                listener.applied(active.label());
            }
        }
    }

    private static boolean isInPlaceholders(final byte value) {
        return value >= 'A' && value <= 'Z' || value == '_' || value == '~' || value == '*';
    }

    private boolean holdsPlaceholder(final int from, final int end) {
        for (final byte[] placeholder : placeholders) {
            for (int i = from; i + placeholder.length <= end; i++) {
                if (Arrays.equals(text, i, i + placeholder.length, placeholder, 0, placeholder.length)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isLiteral(final byte value) {
        return value >= '0' && value <= '9' || value >= 'a' && value <= 'z' || value == 'E' || value == '-'
                || value == '+' || value == '.';
    }

    /** {@return the index after a string's closing quote, or -1} */
    private int stringEnd(final int at) {
        for (int i = at + 1; i < to; i++) {
            if (text[i] == '"') {
                return i + 1;
            }
            if (text[i] == '\\') {
                i++;
            }
        }
        return -1;
    }

    private int skipBlank(final int from) {
        int i = from;
        while (i >= 0 && i < to && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t'
                || text[i] == 0x1e)) {
            i++;
        }
        return i;
    }
}
