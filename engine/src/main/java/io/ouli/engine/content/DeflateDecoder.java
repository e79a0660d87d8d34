package io.ouli.engine.content;

import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The codings around the deflate format: gzip (RFC 1952, several members), zlib (RFC 1950), and bare deflate. */
final class DeflateDecoder {
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int RESERVED_FLAGS = 0xe0;

    private Inflater inflater;
    private final CRC32 crc = new CRC32();
    private final Adler32 adler = new Adler32();
    /** Takes a byte too many: at the bound, a stream must be at its end. */
    private final byte[] probe = new byte[1];

    boolean gzip(final byte[] in, final int start, final int end, final ContentDecoder.Output out) {
        int at = start;
        do {
            at = skipGzipHeader(in, at, end);
            if (at < 0) {
                return false;
            }
            final int begin = out.length;
            at = inflate(in, at, end, out);
            if (at < 0 || end - at < 8) {
                return false;
            }
            crc.reset();
            crc.update(out.array, begin, out.length - begin);
            if (littleEndian(in, at) != (int) crc.getValue() || littleEndian(in, at + 4) != out.length - begin) {
                return false;
            }
            at += 8;
        } while (at < end);
        return true;
    }

    /** Undoes zlib, or bare deflate, which some clients send under the same name. */
    boolean deflate(final byte[] in, final int start, final int end, final ContentDecoder.Output out) {
        if (zlib(in, start, end, out)) {
            return true;
        }
        out.length = 0;
        return start < end && inflate(in, start, end, out) == end;
    }

    private boolean zlib(final byte[] in, final int start, final int end, final ContentDecoder.Output out) {
        if (end - start < 6) {
            return false;
        }
        final int method = in[start] & 0xff;
        final int flags = in[start + 1] & 0xff;
        if ((method & 0x0f) != 8 || (method << 8 | flags) % 31 != 0 || (flags & 0x20) != 0) {
            return false;
        }
        final int at = inflate(in, start + 2, end, out);
        if (at != end - 4) {
            return false;
        }
        adler.reset();
        adler.update(out.array, 0, out.length);
        return Integer.reverseBytes(littleEndian(in, at)) == (int) adler.getValue();
    }

    /**
     * Inflates one stream.
     *
     * @return the index behind it, or -1.
     */
    private int inflate(final byte[] in, final int start, final int end, final ContentDecoder.Output out) {
        if (inflater == null) {
            inflater = new Inflater(true);
        }
        inflater.reset();
        inflater.setInput(in, start, end - start);
        try {
            while (!inflater.finished()) {
                final boolean room = out.grow();
                final int count = room
                        ? inflater.inflate(out.array, out.length, out.array.length - out.length)
                        : inflater.inflate(probe, 0, 1);
                if (count > 0 && !room || count == 0 && !inflater.finished()) {
                    return -1;
                }
                out.length += room ? count : 0;
            }
            return end - inflater.getRemaining();
        } catch (final DataFormatException unsound) {
            return -1;
        }
    }

    private static int skipGzipHeader(final byte[] in, final int start, final int end) {
        if (end - start < 18 || in[start] != 0x1f || in[start + 1] != (byte) 0x8b || in[start + 2] != 8) {
            return -1;
        }
        final int flags = in[start + 3];
        if ((flags & RESERVED_FLAGS) != 0) {
            return -1;
        }
        int at = start + 10;
        if ((flags & FLAG_EXTRA) != 0) {
            at += 2 + ((in[at] & 0xff) | (in[at + 1] & 0xff) << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            at = skipText(in, at, end);
        }
        if ((flags & FLAG_COMMENT) != 0) {
            at = skipText(in, at, end);
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            at += 2;
        }
        return at < end ? at : -1;
    }

    private static int skipText(final byte[] in, final int start, final int end) {
        int at = start;
        while (at < end && in[at] != 0) {
            at++;
        }
        return at + 1;
    }

    private static int littleEndian(final byte[] in, final int at) {
        return in[at] & 0xff | (in[at + 1] & 0xff) << 8 | (in[at + 2] & 0xff) << 16 | in[at + 3] << 24;
    }
}
