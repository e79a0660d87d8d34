package io.ouli.engine.redaction;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Codes bodies, for tests: gzip and deflate by the JDK, brotli and Zstandard as frames that only store. */
public final class Codings {
    private Codings() {
    }

    /** Makes a builder whose policy looks into no more than so many bytes of a coded body. */
    public static RedactionPolicyBuilder lookingInto(final int maxInflatedBytes) {
        final RedactionPolicyBuilder builder = RedactionPolicy.builder();
        builder.maxInflatedBytes = maxInflatedBytes;
        return builder;
    }

    /** Codes a body of at most 64 KiB. */
    public static byte[] code(final String coding, final byte[] body) {
        return switch (coding) {
            case "gzip" -> through(body, true);
            case "deflate" -> through(body, false);
            case "br" -> brotli(body);
            case "zstd" -> zstd(body);
            default -> body;
        };
    }

    private static byte[] through(final byte[] body, final boolean gzip) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = gzip
                ? new GZIPOutputStream(bytes)
                : new DeflaterOutputStream(bytes, new Deflater())) {
            out.write(body);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A window of 64 KiB, one stored meta-block, an empty last one. */
    private static byte[] brotli(final byte[] body) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final int header = body.length - 1 << 4 | 1 << 20;
        out.write(header);
        out.write(header >> 8);
        out.write(header >> 16);
        out.writeBytes(body);
        out.write(3);
        return out.toByteArray();
    }

    /** One segment with its size in four bytes, one stored block. */
    private static byte[] zstd(final byte[] body) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeLittleEndian(out, 0xFD2FB528, 4);
        out.write(0xa0);
        writeLittleEndian(out, body.length, 4);
        writeLittleEndian(out, body.length << 3 | 1, 3);
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static void writeLittleEndian(final ByteArrayOutputStream out, final int value, final int count) {
        for (int i = 0; i < count; i++) {
            out.write(value >> 8 * i);
        }
    }
}
