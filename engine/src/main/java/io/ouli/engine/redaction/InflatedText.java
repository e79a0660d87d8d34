package io.ouli.engine.redaction;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** One body under gzip or deflate, read up to its end, or to where it was cut off. */
final class InflatedText {
    private static final int GZIP_TRAILER_BYTES = 8;

    private final byte[] body;
    private final int[] marks;
    private final int maxLength;
    private final ByteArrayOutputStream out;
    private final byte[] buffer = new byte[8 << 10];
    private int nextMark;
    private boolean tooLong;
    private boolean damaged;

    InflatedText(final byte[] body, final int[] marks, final int maxLength) {
        this.body = body;
        this.marks = marks;
        this.maxLength = maxLength;
        out = new ByteArrayOutputStream(Math.min(body.length * 4, 1 << 20));
    }

    /** RFC 9110 means zlib's format by "deflate"; some servers send the bare stream. */
    byte[] deflate() {
        final boolean zlib = body.length >= 2
                && (body[0] & 0x0f) == 8
                && ((body[0] & 0xff) << 8 | body[1] & 0xff) % 31 == 0;
        inflate(0, !zlib);
        return result();
    }

    byte[] gzip() {
        int at = 0;
        while (at >= 0 && at < body.length && !tooLong) {
            final int begin = headerEnd(at);
            damaged |= at == 0 && begin < 0;
            at = begin;
            at = at < 0 ? at : inflate(at, true);
            at = at < 0 ? at : at + GZIP_TRAILER_BYTES;
        }
        return result();
    }

    /** {@return whether there is more than may be held} */
    boolean isTooLong() {
        return tooLong;
    }

    private byte[] result() {
        while (nextMark < marks.length) {
            marks[nextMark++] = out.size();
        }
        return tooLong || damaged || out.size() == 0 && body.length > 20 ? null : out.toByteArray();
    }

    /** {@return where a member's data begins, or -1 if it is none} */
    private int headerEnd(final int from) {
        if (body.length - from < 10 || body[from] != 0x1f || body[from + 1] != (byte) 0x8b || body[from + 2] != 8) {
            return -1;
        }
        final int flags = body[from + 3];
        int at = from + 10;
        if ((flags & 4) != 0) {
            at += at + 2 <= body.length ? 2 + (body[at] & 0xff) + ((body[at + 1] & 0xff) << 8) : 2;
        }
        for (int texts = Integer.bitCount(flags & 0x18); texts > 0; texts--) {
            while (at < body.length && body[at] != 0) {
                at++;
            }
            at++;
        }
        at += (flags & 2) != 0 ? 2 : 0;
        return at <= body.length ? at : -1;
    }

    /**
     * Inflates one stream, input cut at the marks, so that what was readable by each of them is known.
     *
     * @return the index after the stream, or -1 if it did not end.
     */
    private int inflate(final int from, final boolean bare) {
        final Inflater inflater = new Inflater(bare);
        try {
            int fed = from;
            while (!inflater.finished() && !tooLong) {
                if (inflater.needsInput()) {
                    while (nextMark < marks.length && marks[nextMark] <= fed) {
                        marks[nextMark++] = out.size();
                    }
                    if (fed == body.length) {
                        return -1;
                    }
                    final int end = nextMark < marks.length ? Math.min(marks[nextMark], body.length) : body.length;
                    inflater.setInput(body, fed, end - fed);
                    fed = end;
                }
                final int count = inflater.inflate(buffer);
                if (count == 0 && inflater.needsDictionary()) {
                    damaged = true;
                    return -1;
                }
                tooLong = count > maxLength - out.size();
                if (!tooLong) {
                    out.write(buffer, 0, count);
                }
            }
            return fed - inflater.getRemaining();
        } catch (final DataFormatException e) {
            damaged = true;
            return -1;
        } finally {
            inflater.end();
        }
    }
}
