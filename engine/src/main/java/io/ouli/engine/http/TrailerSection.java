package io.ouli.engine.http;

import io.ouli.engine.Limits;
import java.util.Objects;

/**
 * Reads the trailer section of a chunked body: field lines like those of a head, none of which may frame or route the
 * message. For one thread.
 */
public final class TrailerSection {
    private static final byte[][] FORBIDDEN = {
        CharClass.ascii("content-length"), CharClass.ascii("transfer-encoding"), CharClass.ascii("host"),
        CharClass.ascii("connection"), CharClass.ascii("trailer"), CharClass.ascii("te"), CharClass.ascii("upgrade"),
    };

    private final Headers fields = new Headers(Limits.MAX_HEADERS);

    /** Makes one for one section after the other. */
    public TrailerSection() {
    }

    /**
     * Reads a whole section.
     *
     * @param bytes  holds its lines, each with its CRLF, without the empty line behind them.
     * @param offset of its first byte.
     * @param length in bytes.
     * @return null, or what is wrong with it.
     */
    public HttpFault read(final byte[] bytes, final int offset, final int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length > Limits.MAX_TRAILER_BYTES) {
            return HttpFault.TRAILERS_TOO_LONG;
        }
        begin(bytes);
        final int end = offset + length;
        int line = offset;
        for (int i = offset; i < end; i++) {
            if (bytes[i] == '\n') {
                if (i == line || bytes[i - 1] != '\r') {
                    return HttpFault.BARE_LF;
                }
                final HttpFault wrong = i - 1 == line ? HttpFault.BAD_TRAILER : line(bytes, line, i - 1);
                if (wrong != null) {
                    return wrong;
                }
                line = i + 1;
            }
        }
        return line == end ? null : HttpFault.BAD_TRAILER;
    }

    /** {@return the fields of the section that was read last} */
    public Headers fields() {
        return fields;
    }

    /** Begins another section. */
    void begin(final byte[] bytes) {
        fields.wrap(bytes);
    }

    /** The lines read so far stand in another array now, at the same indices. */
    void moveTo(final byte[] bytes) {
        fields.moveTo(bytes);
    }

    /**
     * Reads one line that is not empty, given without its CRLF.
     *
     * @return null, or what is wrong with it.
     */
    HttpFault line(final byte[] bytes, final int from, final int end) {
        final HttpFault wrong = HeadParser.addField(bytes, from, end, false, fields);
        if (wrong != null) {
            return wrong.status() == HttpFault.TOO_MANY_FIELDS.status() ? wrong : HttpFault.BAD_TRAILER;
        }
        for (final byte[] name : FORBIDDEN) {
            if (fields.nameIs(fields.count() - 1, name)) {
                return HttpFault.BAD_TRAILER;
            }
        }
        return null;
    }
}
