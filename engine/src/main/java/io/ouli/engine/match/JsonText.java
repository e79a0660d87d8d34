package io.ouli.engine.match;

/** Writes JSON: objects and arrays one in another, two spaces a level, any text as a string. */
final class JsonText {
    private final StringBuilder out = new StringBuilder();
    private int depth;
    private boolean empty = true;

    /** Begins a document. */
    JsonText() {
        this(0);
    }

    /** Begins a part of a document at some depth. */
    JsonText(final int depth) {
        this.depth = depth;
    }

    JsonText open(final char bracket) {
        out.append(bracket);
        depth++;
        empty = true;
        return this;
    }

    JsonText close(final char bracket) {
        depth--;
        if (!empty) {
            newLine();
        }
        out.append(bracket);
        empty = false;
        return this;
    }

    /** Begins an element of an array. */
    JsonText element() {
        if (!empty) {
            out.append(',');
        }
        newLine();
        empty = false;
        return this;
    }

    /** Begins a member. */
    JsonText name(final String name) {
        element();
        string(name);
        out.append(": ");
        return this;
    }

    JsonText member(final String name, final String value) {
        name(name);
        if (value == null) {
            out.append("null");
        } else {
            string(value);
        }
        return this;
    }

    JsonText member(final String name, final long value) {
        name(name);
        out.append(value);
        return this;
    }

    /** Adds the members of an object that another writer wrote without its braces, at depth 1. */
    JsonText raw(final JsonText members) {
        if (!members.out.isEmpty()) {
            out.append(',').append(members.out);
        }
        return this;
    }

    private void newLine() {
        out.append('\n').append("  ".repeat(depth));
    }

    private void string(final String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c) && !isPaired(value, i)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean isPaired(final String value, final int index) {
        return Character.isHighSurrogate(value.charAt(index))
                ? index + 1 < value.length() && Character.isLowSurrogate(value.charAt(index + 1))
                : index > 0 && Character.isHighSurrogate(value.charAt(index - 1));
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
