package io.ouli.engine.redaction;

import io.ouli.engine.http.Headers;

/** Takes out of one body what a policy names: JSON values and parameters first, then expressions, then secrets. */
final class BodyRedactor {
    private final RedactionPolicy policy;
    private final SecretFinder finder;
    private final JsonValues json;
    private final Edits edits = new Edits();

    BodyRedactor(final RedactionPolicy policy, final SecretFinder finder) {
        this.policy = policy;
        this.finder = finder;
        json = new JsonValues(policy.jsonRules);
    }

    /**
     * Redacts a body without content coding.
     *
     * @param marks positions to move along.
     * @return the new body, or null if there is none.
     */
    byte[] redact(final Headers headers, final byte[] body, final int from, final int to, final int[] marks) {
        edits.clear();
        if (!policy.jsonRules.isEmpty() || !policy.parameterRules.isEmpty()) {
            collect(MediaType.of(headers, body, from, to), body, from, to);
        }
        byte[] current = body;
        int start = from;
        int end = to;
        if (!edits.isEmpty()) {
            current = edits.apply(current, start, end, marks, true);
            start = 0;
            end = current.length;
        }
        for (int i = 0; i < policy.textRules.size(); i++) {
            edits.clear();
            policy.textRules.get(i).find(current, start, end, edits);
            if (!edits.isEmpty()) {
                current = edits.apply(current, start, end, marks, true);
                start = 0;
                end = current.length;
            }
        }
        edits.clear();
        final byte[] clean = finder.redact(current, start, end, marks, true);
        if (clean != null) {
            return clean;
        }
        return current == body ? null : current;
    }

    private void collect(final MediaType type, final byte[] body, final int from, final int to) {
        switch (type) {
            case JSON:
                if (!policy.jsonRules.isEmpty()) {
                    json.find(body, from, to, edits);
                }
                break;
            case EVENTS:
                if (!policy.jsonRules.isEmpty()) {
                    collectEvents(body, from, to);
                }
                break;
            case FORM:
                ParameterRule.find(policy.parameterRules, body, from, to, edits);
                break;
            default:
                break;
        }
    }

    /** A server-sent event carries its JSON in lines that begin with {@code data:}. */
    private void collectEvents(final byte[] body, final int from, final int to) {
        int start = from;
        while (start < to) {
            int end = start;
            while (end < to && body[end] != '\n' && body[end] != '\r') {
                end++;
            }
            if (end - start > 5 && body[start] == 'd' && body[start + 1] == 'a' && body[start + 2] == 't'
                    && body[start + 3] == 'a' && body[start + 4] == ':') {
                json.find(body, start + 5, end, edits);
            }
            start = end + 1;
        }
    }
}
