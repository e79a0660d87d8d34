package io.ouli.proxy.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Codes short bodies, for tests: gzip and deflate by the JDK, brotli and Zstandard as frames that only store. */
final class StoredCodings {
    private StoredCodings() {
    }

    static byte[] code(final String coding, final byte[] body) throws IOException {
        return switch (coding) {
            case "gzip", "deflate" -> {
                final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (OutputStream out =
                        coding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
                    out.write(body);
                }
                yield bytes.toByteArray();
            }
            case "br" -> brotli(body);
            case "zstd" -> ByteBuffer.allocate(12 + body.length).order(ByteOrder.LITTLE_ENDIAN)
                    // One segment with its length in four bytes; the last block, stored.
                    .putInt(0xfd2fb528).put((byte) 0xa0).putInt(body.length)
                    .put((byte) (body.length << 3 | 1)).putShort((short) (body.length >> 5)).put(body).array();
            default -> throw new IllegalArgumentException(coding);
        };
    }

    /** A window of 64 KiB, one stored meta-block, an empty last one. */
    private static byte[] brotli(final byte[] body) {
        final int header = body.length - 1 << 4 | 1 << 20;
        return ByteBuffer.allocate(body.length + 4)
                .put((byte) header).put((byte) (header >> 8)).put((byte) (header >> 16)).put(body).put((byte) 3)
                .array();
    }
}
