package io.ouli.engine.redaction;

/** Joins the chunks of a stored response, whose framing the engine wrote itself. */
final class StoredChunks {
    private final byte[] body;
    private final int length;
    private final int end;

    StoredChunks(final byte[] bytes, final int from, final int to) {
        body = new byte[to - from];
        int written = 0;
        int at = from;
        while (at < to) {
            int size = 0;
            int i = at;
            while (i < to && Character.digit(bytes[i], 16) >= 0 && size < 1 << 27) {
                size = size << 4 | Character.digit(bytes[i++], 16);
            }
            while (i < to && bytes[i] != '\n') {
                i++;
            }
            final int start = Math.min(to, i + 1);
            if (size == 0) {
                at = start;
                break;
            }
            final int count = Math.min(size, to - start);
            System.arraycopy(bytes, start, body, written, count);
            written += count;
            at = Math.min(to, start + count + 2);
        }
        length = written;
        end = at;
    }

    /** {@return what holds the body from index 0 on, up to {@link #length}} */
    byte[] body() {
        return body;
    }

    int length() {
        return length;
    }

    /** {@return where the trailer section begins} */
    int end() {
        return end;
    }
}
