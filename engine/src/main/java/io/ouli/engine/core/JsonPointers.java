package io.ouli.engine.core;

/** Tells apart JSON pointers (RFC 6901) that mean something from those that do not. */
public final class JsonPointers {
    private JsonPointers() {
    }

    /** {@return whether each tilde of a pointer begins an escape: {@code ~0} for itself, {@code ~1} for a slash} */
    public static boolean areEscapesSound(final String pointer) {
        for (int at = pointer.indexOf('~'); at >= 0; at = pointer.indexOf('~', at + 1)) {
            if (!pointer.startsWith("~0", at) && !pointer.startsWith("~1", at)) {
                return false;
            }
        }
        return true;
    }
}
