package io.ouli.engine.redaction;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * A body that is a gzip or Zstandard file itself, told by its first bytes and not by Content-Encoding: a download, an
 * upload. It has to stay one when a secret was taken out of it, so it is written again, stored and not compressed: the
 * same bytes on every machine, whose libraries compress differently.
 *
 * <pre>
 * gzip   1f 8b 08 flags 0 0 0 0 0 ff | blocks: last 1, length 2, ~length 2, bytes | CRC-32 4, length 4
 * zstd   28 b5 2f fd a0, length 4    | blocks: last 1 bit, type 2 bits, length 21 bits, bytes
 * </pre>
 */
final class CompressedFile {
    private static final int GZIP_HEADER_BYTES = 10;
    private static final int GZIP_TRAILER_BYTES = 8;
    private static final int GZIP_BLOCK_HEADER_BYTES = 5;
    private static final int MAX_GZIP_BLOCK_BYTES = 0xffff;
    private static final int ZSTD_MAGIC = 0xfd2fb528;
    /** One segment, its length in four bytes. */
    private static final byte ZSTD_DESCRIPTOR = (byte) 0xa0;
    private static final int ZSTD_HEADER_BYTES = 9;
    private static final int ZSTD_BLOCK_HEADER_BYTES = 3;
    private static final int MAX_ZSTD_BLOCK_BYTES = 128 << 10;

    private CompressedFile() {
    }

    /** {@return {@code gzip} or {@code zstd} if a body begins like such a file, else null} */
    static String coding(final byte[] body, final int from, final int to) {
        if (to - from < ZSTD_HEADER_BYTES) {
            return null;
        }
        if (body[from] == 0x1f && body[from + 1] == (byte) 0x8b && body[from + 2] == 8) {
            return "gzip";
        }
        final boolean zstd = body[from] == 0x28
                && body[from + 1] == (byte) 0xb5
                && body[from + 2] == 0x2f
                && body[from + 3] == (byte) 0xfd;
        return zstd ? "zstd" : null;
    }

    /** {@return the file of a coding that holds a text} */
    static byte[] write(final String coding, final byte[] text) {
        return coding.equals("gzip") ? gzip(text) : zstd(text);
    }

    private static int blocks(final int length, final int max) {
        return Math.max(1, (length + max - 1) / max);
    }

    private static byte[] gzip(final byte[] text) {
        final int blocks = blocks(text.length, MAX_GZIP_BLOCK_BYTES);
        final ByteBuffer out = ByteBuffer.allocate(
                GZIP_HEADER_BYTES + blocks * GZIP_BLOCK_HEADER_BYTES + text.length + GZIP_TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x00088b1f).putInt(0).putShort((short) 0xff00);
        for (int block = 0; block < blocks; block++) {
            final int from = block * MAX_GZIP_BLOCK_BYTES;
            final int count = Math.min(MAX_GZIP_BLOCK_BYTES, text.length - from);
            out.put((byte) (block == blocks - 1 ? 1 : 0)).putShort((short) count).putShort((short) ~count);
            out.put(text, from, count);
        }
        final CRC32 checksum = new CRC32();
        checksum.update(text);
        out.putInt((int) checksum.getValue()).putInt(text.length);
        return out.array();
    }

    private static byte[] zstd(final byte[] text) {
        final int blocks = blocks(text.length, MAX_ZSTD_BLOCK_BYTES);
        final ByteBuffer out = ByteBuffer.allocate(
                ZSTD_HEADER_BYTES + blocks * ZSTD_BLOCK_HEADER_BYTES + text.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(ZSTD_MAGIC).put(ZSTD_DESCRIPTOR).putInt(text.length);
        for (int block = 0; block < blocks; block++) {
            final int from = block * MAX_ZSTD_BLOCK_BYTES;
            final int count = Math.min(MAX_ZSTD_BLOCK_BYTES, text.length - from);
            final int header = count << 3 | (block == blocks - 1 ? 1 : 0);
            out.put((byte) header).putShort((short) (header >> 8));
            out.put(text, from, count);
        }
        return out.array();
    }
}
