package io.ouli.engine.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.brotli.dec.BrotliInputStream;

/** Undoes brotli (RFC 7932) by its authors' Java decoder, which allocates. */
final class BrotliDecoder {
    boolean decode(final byte[] in, final int start, final int end, final ContentDecoder.Output out) {
        final ByteArrayInputStream source = new ByteArrayInputStream(in, start, end - start);
        try (BrotliInputStream stream = new BrotliInputStream(source)) {
            while (out.grow()) {
                final int count = stream.read(out.array, out.length, out.array.length - out.length);
                if (count < 0) {
                    return source.available() == 0;
                }
                out.length += count;
            }
            return stream.read() < 0;
        } catch (final IOException | RuntimeException unsound) {
            // The decoder's own checks of hostile input end in one or the other.
            return false;
        }
    }
}
