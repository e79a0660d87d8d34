package io.ouli.engine.redaction;

/** Tells text from what may be compressed or encrypted: UTF-8 without control characters but those of lines. */
final class PlainText {
    private PlainText() {
    }

    static boolean is(final byte[] bytes, final int from, final int to) {
        int at = from;
        while (at < to) {
            final int b = bytes[at++];
            if (b >= 0) {
                if (b < ' ' && b != '\t' && b != '\n' && b != '\r' || b == 0x7f) {
                    return false;
                }
                continue;
            }
            final int follow = (b & 0xe0) == 0xc0 ? 1 : (b & 0xf0) == 0xe0 ? 2 : (b & 0xf8) == 0xf0 ? 3 : 0;
            if (follow == 0 || follow > to - at) {
                return false;
            }
            for (final int end = at + follow; at < end; at++) {
                if ((bytes[at] & 0xc0) != 0x80) {
                    return false;
                }
            }
        }
        return true;
    }
}
