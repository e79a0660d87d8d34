package io.ouli.engine.fingerprint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks two canonical documents side by side and reports where they differ, by JSON pointer.
 *
 * <p>Both are sound and sorted, so members are merged and equal parts are skipped as bytes. No deeper than {@link
 * io.ouli.engine.Limits#MAX_JSON_DEPTH}.
 */
final class JsonDifferences {
    private final FormDifferences found;
    private final String field;
    private final StringBuilder pointer = new StringBuilder();

    JsonDifferences(final FormDifferences found, final String field) {
        this.found = found;
        this.field = field;
    }

    void compare(
            final byte[] left, final int leftFrom, final int leftTo,
            final byte[] right, final int rightFrom, final int rightTo) {
        if (Arrays.equals(left, leftFrom, leftTo, right, rightFrom, rightTo)) {
            return;
        }
        final byte open = left[leftFrom];
        if (open == '{' && right[rightFrom] == '{') {
            members(new Cursor(left, leftFrom), new Cursor(right, rightFrom));
        } else if (open == '[' && right[rightFrom] == '[') {
            elements(new Cursor(left, leftFrom), new Cursor(right, rightFrom));
        } else {
            found.addJson(field, pointer(), text(left, leftFrom, leftTo), text(right, rightFrom, rightTo));
        }
    }

    private String pointer() {
        return pointer.toString();
    }

    private static String text(final byte[] document, final int from, final int to) {
        return new String(document, from, to - from, StandardCharsets.UTF_8);
    }

    private void members(final Cursor left, final Cursor right) {
        left.next(true);
        right.next(true);
        while (left.there || right.there) {
            final int order = !left.there ? 1 : !right.there ? -1 : Arrays.compareUnsigned(
                    left.in, left.keyFrom, left.keyTo, right.in, right.keyFrom, right.keyTo);
            final int length = push(order <= 0 ? left.key() : right.key());
            report(left, right, order);
            pointer.setLength(length);
            if (order <= 0) {
                left.next(true);
            }
            if (order >= 0) {
                right.next(true);
            }
        }
    }

    private void elements(final Cursor left, final Cursor right) {
        left.next(false);
        right.next(false);
        for (int i = 0; left.there || right.there; i++) {
            final int length = push(Integer.toString(i));
            report(left, right, !left.there ? 1 : !right.there ? -1 : 0);
            pointer.setLength(length);
            if (left.there) {
                left.next(false);
            }
            if (right.there) {
                right.next(false);
            }
        }
    }

    /** Reports what stands on one side alone (order -1: left, 1: right), or compares both. */
    private void report(final Cursor left, final Cursor right, final int order) {
        if (order < 0) {
            found.addJson(field, pointer(), text(left.in, left.from, left.to), null);
        } else if (order > 0) {
            found.addJson(field, pointer(), null, text(right.in, right.from, right.to));
        } else {
            compare(left.in, left.from, left.to, right.in, right.from, right.to);
        }
    }

    /**
     * Adds a segment.
     *
     * @return the length to go back to.
     */
    private int push(final String key) {
        final int length = pointer.length();
        pointer.append('/').append(key.replace("~", "~0").replace("/", "~1"));
        return length;
    }

    /** Steps through the members or elements of one container. */
    private static final class Cursor {
        final byte[] in;
        boolean there;
        int keyFrom;
        int keyTo;
        int from;
        int to;

        /** Begins before the first element of the container that begins at {@code open}. */
        Cursor(final byte[] in, final int open) {
            this.in = in;
            to = open;
        }

        String key() {
            return new String(in, keyFrom, keyTo - keyFrom, StandardCharsets.UTF_8);
        }

        void next(final boolean members) {
            final boolean first = !there;
            int at = to;
            there = in[at] == ',' || first && in[at + 1] != '}' && in[at + 1] != ']';
            if (!there) {
                return;
            }
            at++;
            if (members) {
                keyFrom = at + 1;
                at = skipString(at);
                keyTo = at - 1;
                at++;
            }
            from = at;
            to = skipValue(at);
        }

        private int skipString(final int quote) {
            int at = quote + 1;
            while (in[at] != '"') {
                at += in[at] == '\\' ? 2 : 1;
            }
            return at + 1;
        }

        private static boolean endsValue(final byte b) {
            return b == ',' || b == '}' || b == ']' || b == '\n';
        }

        private int skipValue(final int start) {
            int at = start;
            int depth = 0;
            do {
                switch (in[at]) {
                    case '"' -> at = skipString(at);
                    case '{', '[' -> {
                        depth++;
                        at++;
                    }
                    case '}', ']' -> {
                        depth--;
                        at++;
                    }
                    default -> at++;
                }
            } while (at < in.length && (depth > 0 || !endsValue(in[at])));
            return at;
        }
    }
}
