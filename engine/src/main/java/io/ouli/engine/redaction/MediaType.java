package io.ouli.engine.redaction;

import io.ouli.engine.http.Headers;

/** What a body is, as far as rules need to know it. */
enum MediaType {
    JSON,
    EVENTS,
    FORM,
    OTHER;

    private static final byte[] CONTENT_TYPE = Ascii.bytes("content-type");

    /** {@return what Content-Type says; without one, what the body's first byte says} */
    static MediaType of(final Headers headers, final byte[] body, final int from, final int to) {
        final int field = headers.find(CONTENT_TYPE, 0);
        if (field < 0) {
            return from < to && (body[from] == '{' || body[from] == '[') ? JSON : OTHER;
        }
        final byte[] bytes = headers.bytes();
        final int start = headers.valueStart(field);
        int end = start;
        while (end < headers.valueEnd(field) && bytes[end] != ';' && bytes[end] != ' ' && bytes[end] != '\t') {
            end++;
        }
        if (is(bytes, start, end, "application/x-www-form-urlencoded")) {
            return FORM;
        }
        if (is(bytes, start, end, "text/event-stream")) {
            return EVENTS;
        }
        // json, x-ndjson, jsonl, problem+json, json-seq: where the type is not JSON after all, the walk ends at once.
        // Most of them end in it.
        for (int i = end - 4; i >= start; i--) {
            if (is(bytes, i, i + 4, "json")) {
                return JSON;
            }
        }
        return OTHER;
    }

    private static boolean is(final byte[] bytes, final int start, final int end, final String lowerCase) {
        if (end - start != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            final byte value = bytes[start + i];
            if ((value >= 'A' && value <= 'Z' ? value | 0x20 : value) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
