package io.ouli.engine.content;

import java.util.Arrays;

/**
 * Undoes content codings, one around the other, never giving more bytes than it was made for.
 *
 * <p>For one thread. Buffers are reused; only brotli allocates once they have grown. What is unsound,
 * truncated, followed by garbage or too large is not decoded at all.
 */
public final class ContentDecoder {
    private static final int INITIAL_BYTES = 8 << 10;
    private static final int RETAINED_BYTES = 1 << 20;

    private final int maxBytes;
    private final DeflateDecoder deflate = new DeflateDecoder();
    private final BrotliDecoder brotli = new BrotliDecoder();
    private ZstdDecoder zstd;
    private final Output[] outputs = {new Output(), new Output()};
    private int current;
    private boolean full;

    /** Creates a decoder that gives at most {@code maxBytes}. */
    public ContentDecoder(final int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Where a codec writes: a bounded, growing array. */
    final class Output {
        byte[] array = {};
        int length;

        /**
         * Makes room for more bytes.
         *
         * @return false if the bound is reached.
         */
        boolean grow() {
            if (length < array.length) {
                return true;
            }
            if (length == maxBytes) {
                full = true;
                return false;
            }
            final long wanted = Math.max(INITIAL_BYTES, array.length * 2L);
            array = Arrays.copyOf(array, (int) Math.min(wanted, maxBytes));
            return true;
        }

        private void ensure(final int more) throws UnsoundException {
            full |= more > maxBytes - length;
            UnsoundException.require(!full);
            if (array.length - length < more) {
                final long wanted = Math.max(Math.max(INITIAL_BYTES, array.length * 2L), (long) length + more);
                array = Arrays.copyOf(array, (int) Math.min(wanted, maxBytes));
            }
        }

        void append(final byte[] source, final int offset, final int count) throws UnsoundException {
            ensure(count);
            System.arraycopy(source, offset, array, length, count);
            length += count;
        }

        void appendRun(final byte value, final int count) throws UnsoundException {
            ensure(count);
            Arrays.fill(array, length, length + count, value);
            length += count;
        }

        /** Appends a copy of what was written {@code distance} bytes ago; the copy may run into itself. */
        void copyBack(final int distance, final int count) throws UnsoundException {
            ensure(count);
            if (distance >= count) {
                System.arraycopy(array, length - distance, array, length, count);
            } else {
                for (int i = length; i < length + count; i++) {
                    array[i] = array[i - distance];
                }
            }
            length += count;
        }

        void clear() {
            length = 0;
            if (array.length > RETAINED_BYTES) {
                array = new byte[0];
            }
        }
    }

    /**
     * Undoes one coding. The input may be the result of the last call, and stays whole.
     *
     * @return false if the input is no sound encoding or gives too much; the result is then not defined.
     */
    public boolean decode(final ContentCoding coding, final byte[] in, final int offset, final int length) {
        full = false;
        current ^= 1;
        final Output out = outputs[current];
        out.clear();
        return switch (coding) {
            case IDENTITY -> copy(in, offset, length, out);
            case GZIP -> deflate.gzip(in, offset, offset + length, out);
            case DEFLATE -> deflate.deflate(in, offset, offset + length, out);
            case BR -> brotli.decode(in, offset, offset + length, out);
            case ZSTD -> zstd().decode(in, offset, offset + length, out);
        };
    }

    /** Creates the decoder on first need: its tables are large and its coding rare in requests. */
    private ZstdDecoder zstd() {
        if (zstd == null) {
            zstd = new ZstdDecoder();
        }
        return zstd;
    }

    private boolean copy(final byte[] in, final int offset, final int length, final Output out) {
        if (length > maxBytes) {
            full = true;
            return false;
        }
        out.array = Arrays.copyOfRange(in, offset, offset + length);
        out.length = length;
        return true;
    }

    /** {@return whether the last coding that could not be undone had given all that it may} */
    public boolean isFull() {
        return full;
    }

    /** {@return the array that holds the last result from index 0} */
    public byte[] bytes() {
        return outputs[current].array;
    }

    /** {@return the last result's length in bytes} */
    public int length() {
        return outputs[current].length;
    }
}
