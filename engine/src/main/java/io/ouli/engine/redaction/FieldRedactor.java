package io.ouli.engine.redaction;

import io.ouli.engine.http.Headers;
import java.util.List;

/** Takes out of start lines and header fields what a policy names, and writes the head anew where that changes it. */
final class FieldRedactor {
    private static final int[] NO_MARKS = {};

    private final RedactionPolicy policy;
    private final SecretFinder finder;
    private final HeadBuilder out;
    private final Edits edits = new Edits();

    FieldRedactor(final RedactionPolicy policy, final SecretFinder finder, final HeadBuilder out) {
        this.policy = policy;
        this.finder = finder;
        this.out = out;
    }

    /**
     * Returns whether anything in a head may have to change.
     *
     * @param from where it begins to be searched: after the method or the version.
     */
    boolean mayChange(
            final Headers headers,
            final List<HeaderRule> rules,
            final List<HeaderReplacement> replacements,
            final int from,
            final int to) {
        for (int i = 0; i < headers.count() && !rules.isEmpty(); i++) {
            if (HeaderRule.find(rules, headers, i) != null) {
                return true;
            }
        }
        for (int i = 0; i < replacements.size(); i++) {
            if (headers.find(replacements.get(i).lowerCaseName(), 0) >= 0) {
                return true;
            }
        }
        return !policy.textRules.isEmpty() || finder.find(headers.bytes(), from, to) >= 0;
    }

    /** Returns whether a rule names a parameter of a target. */
    boolean mayChangeQuery(final byte[] bytes, final int from, final int to) {
        final int query = query(bytes, from, to);
        if (query == to || policy.parameterRules.isEmpty()) {
            return false;
        }
        edits.clear();
        ParameterRule.find(policy.parameterRules, bytes, query, to, edits);
        return !edits.isEmpty();
    }

    private static int query(final byte[] bytes, final int from, final int to) {
        int at = from;
        while (at < to && bytes[at] != '?') {
            at++;
        }
        return Math.min(to, at + 1);
    }

    /** Writes a request target. @return whether it changed. */
    boolean target(final byte[] bytes, final int from, final int to, final boolean mayGrow) {
        byte[] current = bytes;
        int start = from;
        int end = to;
        edits.clear();
        ParameterRule.find(policy.parameterRules, bytes, query(bytes, from, to), to, edits);
        if (!edits.isEmpty()) {
            current = edits.apply(bytes, from, to, NO_MARKS, mayGrow);
            start = 0;
            end = current.length;
        }
        final boolean changed = text(current, start, end, mayGrow);
        return changed || current != bytes;
    }

    /** Writes a text without what expressions and secrets match in it. @return whether it changed. */
    boolean text(final byte[] bytes, final int from, final int to, final boolean mayGrow) {
        byte[] current = bytes;
        int start = from;
        int end = to;
        for (int i = 0; i < policy.textRules.size(); i++) {
            edits.clear();
            policy.textRules.get(i).find(current, start, end, edits);
            if (!edits.isEmpty()) {
                current = edits.apply(current, start, end, NO_MARKS, mayGrow);
                start = 0;
                end = current.length;
            }
        }
        edits.clear();
        final byte[] clean = finder.redact(current, start, end, NO_MARKS, mayGrow);
        if (clean != null) {
            current = clean;
            start = 0;
            end = clean.length;
        }
        out.append(current, start, end);
        return current != bytes;
    }

    /**
     * Writes the header fields and the empty line.
     *
     * @param bodyLength the new body's length in bytes, or -1 if the body stands.
     * @param decoded    whether the body's content coding was undone.
     * @return whether anything changed.
     */
    boolean fields(
            final Headers headers,
            final List<HeaderRule> rules,
            final List<HeaderReplacement> replacements,
            final int bodyLength,
            final boolean decoded,
            final boolean mayGrow) {
        boolean changed = false;
        for (int i = 0; i < headers.count(); i++) {
            final HeaderRule rule = HeaderRule.find(rules, headers, i);
            if (rule != null && rule.remove() || decoded && HeadBuilder.isContentEncoding(headers, i)) {
                changed = true;
                continue;
            }
            final boolean newLength = bodyLength >= 0 && HeadBuilder.isContentLength(headers, i);
            final boolean framing = HeadBuilder.isFraming(headers, i);
            final byte[] bytes = headers.bytes();
            if (framing) {
                out.append(bytes, headers.nameStart(i), headers.nameEnd(i));
            } else {
                changed |= name(bytes, headers.nameStart(i), headers.nameEnd(i), mayGrow);
            }
            out.append(':');
            out.append(' ');
            if (newLength) {
                changed = true;
                out.appendDecimal(bodyLength);
            } else if (framing) {
                out.append(bytes, headers.valueStart(i), headers.valueEnd(i));
            } else if (rule != null) {
                changed |= placeholder(headers, i, rule.placeholder(), mayGrow);
            } else {
                changed |= value(headers, i, replacements, mayGrow);
            }
            out.appendLineEnd();
        }
        out.appendLineEnd();
        return changed;
    }

    private boolean name(final byte[] bytes, final int from, final int to, final boolean mayGrow) {
        final byte[] clean = finder.redact(bytes, from, to, NO_MARKS, mayGrow);
        if (clean == null) {
            out.append(bytes, from, to);
            return false;
        }
        out.append(clean, 0, clean.length);
        return true;
    }

    private boolean placeholder(
            final Headers headers,
            final int field,
            final byte[] placeholder,
            final boolean mayGrow) {
        final int length = headers.valueEnd(field) - headers.valueStart(field);
        out.append(placeholder, 0, mayGrow ? placeholder.length : Math.min(placeholder.length, length));
        return true;
    }

    private boolean value(
            final Headers headers,
            final int field,
            final List<HeaderReplacement> replacements,
            final boolean mayGrow) {
        byte[] current = headers.bytes();
        int start = headers.valueStart(field);
        int end = headers.valueEnd(field);
        for (int i = 0; i < replacements.size(); i++) {
            if (headers.nameIs(field, replacements.get(i).lowerCaseName())) {
                final byte[] replaced = replacements.get(i).apply(current, start, end);
                if (replaced != null) {
                    current = replaced;
                    start = 0;
                    end = replaced.length;
                }
            }
        }
        final boolean changed = text(current, start, end, mayGrow);
        return changed || current != headers.bytes();
    }
}
