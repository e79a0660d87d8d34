package io.ouli.engine.redaction;

/** A message's body as it stands: the original until something of it is replaced. */
final class BodyView {
    byte[] bytes = {};
    int offset;
    int length;
    /** Whether it is another than the original. */
    boolean changed;
    /** Whether the original had a content coding, which was undone. */
    boolean decoded;

    void original(final byte[] content, final int from, final int count) {
        bytes = content;
        offset = from;
        length = count;
        changed = false;
        decoded = false;
    }

    /**
     * Takes what a redactor gave.
     *
     * @param clean null if the body stands.
     */
    void take(final byte[] clean) {
        if (clean != null) {
            bytes = clean;
            offset = 0;
            length = clean.length;
            changed = true;
        }
    }
}
