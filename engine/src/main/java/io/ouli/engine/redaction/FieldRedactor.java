package io.ouli.engine.redaction;

import io.ouli.engine.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Takes out of start lines and header fields what a policy names, and writes the head anew where that changes it. */
final class FieldRedactor {
    private static final int[] NO_MARKS = {};

    private final RedactionPolicy policy;
    private final SecretFinder finder;
    private final HeadBuilder out;
    private final RedactionListener listener;
    private final Edits edits = new Edits();

    FieldRedactor(
            final RedactionPolicy policy,
            final SecretFinder finder,
            final HeadBuilder out,
            final RedactionListener listener) {
        this.policy = policy;
        this.finder = finder;
        this.out = out;
        this.listener = listener;
    }

    /**
     * {@return whether anything in a head may have to change}
     *
     * @param from where it begins to be searched: after the method or the version.
     */
    boolean mayChange(final Headers headers, final List<HeaderRule> rules, final int from, final int to) {
        for (int i = 0; i < headers.count() && !rules.isEmpty(); i++) {
            if (HeaderRule.find(rules, headers, i) != null) {
                return true;
            }
        }
        return !policy.textRules.isEmpty() || finder.find(headers.bytes(), from, to) >= 0;
    }

    /** {@return whether a rule names a parameter of a target} */
    boolean mayChangeQuery(final byte[] bytes, final int from, final int to) {
        final int query = query(bytes, from, to);
        if (query == to || policy.parameterRules.isEmpty()) {
            return false;
        }
        edits.clear();
        ParameterRule.find(policy.parameterRules, bytes, query, to, edits, RedactionListener.NONE);
        return !edits.isEmpty();
    }

    private static int query(final byte[] bytes, final int from, final int to) {
        int at = from;
        while (at < to && bytes[at] != '?') {
            at++;
        }
        return Math.min(to, at + 1);
    }

    /**
     * Writes a request's method, which anything may be that is no space.
     *
     * @return whether it was a secret.
     */
    boolean method(final byte[] bytes, final int from, final int to) {
        final boolean secret = policy.namesSecret(bytes, from, to);
        if (secret) {
            out.append(policy.placeholder, 0, policy.placeholder.length);
        } else {
            out.append(bytes, from, to);
        }
        return secret;
    }

    /**
     * Writes a request target.
     *
     * @return whether it changed.
     */
    boolean target(final byte[] bytes, final int from, final int to, final boolean mayGrow) {
        byte[] current = bytes;
        int start = from;
        int end = to;
        edits.clear();
        ParameterRule.find(policy.parameterRules, bytes, query(bytes, from, to), to, edits, listener);
        if (!edits.isEmpty()) {
            current = edits.apply(bytes, from, to, NO_MARKS, mayGrow);
            start = 0;
            end = current.length;
        }
        final boolean changed = text(current, start, end, mayGrow);
        return changed || current != bytes;
    }

    /**
     * Writes a text without what expressions and secrets match in it.
     *
     * @return whether it changed.
     */
    boolean text(final byte[] bytes, final int from, final int to, final boolean mayGrow) {
        byte[] current = bytes;
        int start = from;
        int end = to;
        for (int i = 0; i < policy.textRules.size(); i++) {
            edits.clear();
            policy.textRules.get(i).find(current, start, end, edits, listener);
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
     * Writes the header fields and the empty line; those that describe the body follow it.
     *
     * @return whether anything changed.
     */
    boolean fields(final Headers headers, final List<HeaderRule> rules, final BodyView body, final boolean mayGrow) {
        boolean changed = false;
        for (int i = 0; i < headers.count(); i++) {
            final HeaderRule rule = HeaderRule.find(rules, headers, i);
            if (rule != null && rule.remove()) {
                listener.applied(rule.label());
                changed = true;
            } else if (HeadBuilder.isFraming(headers, i)) {
                changed |= framing(headers, i, body);
            } else if (rule != null) {
                changed |= placeholder(headers, i, rule, mayGrow);
            } else if (body.changed && Digests.isDigest(headers, i)) {
                changed |= digest(headers, i, body);
            } else if (body.changed && body.decoded && HeadBuilder.isContentEncoding(headers, i)) {
                changed = true;
            } else {
                if (body.changed && Digests.staysStale(headers, i)) {
                    listener.leftStale(Ascii.text(Ascii.lowerCase(headers.name(i))));
                }
                changed |= name(headers, i, mayGrow);
                changed |= text(headers.bytes(), headers.valueStart(i), headers.valueEnd(i), mayGrow);
                out.appendLineEnd();
            }
        }
        out.appendLineEnd();
        return changed;
    }

    /**
     * Writes the fields of a trailer section; a rule that names a header names a trailer too.
     *
     * @return whether anything changed.
     */
    boolean trailers(final Headers trailers, final List<HeaderRule> rules) {
        boolean changed = false;
        for (int i = 0; i < trailers.count(); i++) {
            final HeaderRule rule = HeaderRule.find(rules, trailers, i);
            if (rule != null && rule.remove()) {
                listener.applied(rule.label());
                changed = true;
            } else if (rule != null) {
                changed |= placeholder(trailers, i, rule, true);
            } else {
                changed |= name(trailers, i, true);
                changed |= text(trailers.bytes(), trailers.valueStart(i), trailers.valueEnd(i), true);
                out.appendLineEnd();
            }
        }
        return changed;
    }

    /** Names the digests in a trailer section whose body changed. */
    void tellOfDigests(final byte[] bytes, final int from, final int to) {
        for (final String line : new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).split("\r\n")) {
            final String name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
            if (Digests.NAMES.contains(name)) {
                listener.leftStale(name);
            }
        }
    }

    private boolean framing(final Headers headers, final int field, final BodyView body) {
        out.append(headers.bytes(), headers.nameStart(field), headers.nameEnd(field));
        appendColon();
        final boolean newLength = body.changed && HeadBuilder.isContentLength(headers, field);
        if (newLength) {
            out.appendDecimal(body.length);
        } else {
            out.append(headers.bytes(), headers.valueStart(field), headers.valueEnd(field));
        }
        out.appendLineEnd();
        return newLength;
    }

    private boolean digest(final Headers headers, final int field, final BodyView body) {
        final byte[] value = Digests.follow(headers, field, body);
        if (value.length > 0) {
            out.append(headers.bytes(), headers.nameStart(field), headers.nameEnd(field));
            appendColon();
            out.append(value, 0, value.length);
            out.appendLineEnd();
        }
        return true;
    }

    /**
     * Writes a field's name and the colon.
     *
     * @return whether a secret was in the name.
     */
    private boolean name(final Headers headers, final int field, final boolean mayGrow) {
        final byte[] bytes = headers.bytes();
        final byte[] clean =
                finder.redact(bytes, headers.nameStart(field), headers.nameEnd(field), NO_MARKS, mayGrow);
        if (clean == null) {
            out.append(bytes, headers.nameStart(field), headers.nameEnd(field));
        } else {
            out.append(clean, 0, clean.length);
        }
        appendColon();
        return clean != null;
    }

    private boolean placeholder(final Headers headers, final int field, final HeaderRule rule, final boolean mayGrow) {
        final boolean changed = name(headers, field, mayGrow);
        final byte[] placeholder = rule.placeholder();
        final int from = headers.valueStart(field);
        final int to = headers.valueEnd(field);
        final int length = mayGrow ? placeholder.length : Math.min(placeholder.length, to - from);
        out.append(placeholder, 0, length);
        out.appendLineEnd();
        if (Arrays.equals(placeholder, 0, length, headers.bytes(), from, to)) {
            return changed;
        }
        listener.applied(rule.label());
        return true;
    }

    private void appendColon() {
        out.append(':');
        out.append(' ');
    }
}
