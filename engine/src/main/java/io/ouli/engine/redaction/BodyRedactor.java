package io.ouli.engine.redaction;

import io.ouli.engine.http.Headers;

/** Takes out of one body what a policy names: JSON values and parameters first, then expressions, then secrets. */
final class BodyRedactor {
    private final RedactionPolicy policy;
    private final SecretFinder finder;
    private final RedactionListener listener;
    private final JsonValues json;
    private final byte[][] placeholders;
    private final Edits edits = new Edits();
    /** The body as it stands: the original until something is found. */
    private byte[] current;
    private int start;
    private int end;
    /** Whether JSON in the body may hold what rules name. */
    private boolean concerned;

    BodyRedactor(final RedactionPolicy policy, final SecretFinder finder, final RedactionListener listener) {
        this.policy = policy;
        this.finder = finder;
        this.listener = listener;
        json = new JsonValues(policy.jsonRules, listener);
        placeholders = new byte[policy.textRules.size() + 1][];
        placeholders[0] = policy.placeholder;
        for (int i = 1; i < placeholders.length; i++) {
            placeholders[i] = policy.textRules.get(i - 1).placeholder();
        }
    }

    /**
     * Redacts a body without content coding.
     *
     * @param marks positions to move along.
     * @return the new body, or null if there is none.
     */
    byte[] redact(final Headers headers, final byte[] body, final int from, final int to, final int[] marks) {
        current = body;
        start = from;
        end = to;
        edits.clear();
        final MediaType type = MediaType.of(headers, body, from, to);
        final boolean ruled = (type == MediaType.JSON || type == MediaType.EVENTS) && !policy.jsonRules.isEmpty();
        // Rules and secrets look for escapes from the first one on, which is looked for once.
        final int firstEscape = ruled && finder.looksForEscapes() ? Escapes.next(body, from, to) : from;
        concerned = ruled && policy.jsonFilter.mayConcern(body, from, to, firstEscape);
        collect(type, false);
        apply(marks);
        final byte[] byName = current;
        for (int i = 0; i < policy.textRules.size(); i++) {
            policy.textRules.get(i).find(current, start, end, edits, listener);
            apply(marks);
        }
        final byte[] clean = finder.redact(current, start, end, current == body ? firstEscape : start, marks, true);
        if (clean != null) {
            take(clean);
        }
        if (current != byName) {
            collect(type, true);
            apply(marks);
        }
        final byte[] result = current;
        current = null;
        return result == body ? null : result;
    }

    private void apply(final int[] marks) {
        if (!edits.isEmpty()) {
            take(edits.apply(current, start, end, marks, true));
            edits.clear();
        }
    }

    private void take(final byte[] text) {
        current = text;
        start = 0;
        end = text.length;
    }

    private void collect(final MediaType type, final boolean mending) {
        switch (type) {
            case JSON:
                collectJson(start, end, mending);
                break;
            case EVENTS:
                collectEvents(mending);
                break;
            case FORM:
                if (!mending) {
                    ParameterRule.find(policy.parameterRules, current, start, end, edits, listener);
                }
                break;
            default:
                break;
        }
    }

    private void collectJson(final int from, final int to, final boolean mending) {
        if (mending) {
            json.mend(current, from, to, placeholders, edits);
        } else if (concerned) {
            json.find(current, from, to, edits);
        }
    }

    /** A server-sent event carries its JSON in lines that begin with {@code data:}. */
    private void collectEvents(final boolean mending) {
        if (!mending && !concerned) {
            return;
        }
        final byte[] body = current;
        int line = start;
        while (line < end) {
            int lineEnd = line;
            while (lineEnd < end && body[lineEnd] != '\n' && body[lineEnd] != '\r') {
                lineEnd++;
            }
            if (lineEnd - line > 5 && body[line] == 'd' && body[line + 1] == 'a' && body[line + 2] == 't'
                    && body[line + 3] == 'a' && body[line + 4] == ':') {
                collectJson(line + 5, lineEnd, mending);
            }
            line = lineEnd + 1;
        }
    }
}
