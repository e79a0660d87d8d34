package io.ouli.engine.fingerprint;

/**
 * A copy of a query or a form, and where its pieces end.
 *
 * <p>All ends are found before anything else is: so no look at a piece waits for what was found in the one before.
 */
final class ParameterPieces {
    /** So many bytes behind the text may be read, whatever they are. */
    static final int PAD_BYTES = Words.BYTES;

    private static final int HALF_BYTES = 4 * Words.BYTES;
    private static final int BLOCK_BYTES = 2 * HALF_BYTES;
    private static final long AMPERSANDS = '&' * Words.ONES;
    private static final long LOWS = ~Words.HIGHS;
    /** Moves the high bits of a word's bytes, times this, to its highest byte; the first byte's bit is the lowest. */
    private static final long GATHER = 0x0002040810204081L;

    /** The text, from 0 on; behind it an ampersand. */
    final ByteSink text = new ByteSink();
    /** Where the ampersands are, and the text's end. */
    final IntList ends = new IntList();

    void read(final byte[] bytes, final int start, final int length) {
        text.clear();
        ends.clear();
        text.ensure(length + BLOCK_BYTES + PAD_BYTES);
        final byte[] in = text.array;
        System.arraycopy(bytes, start, in, 0, length);
        in[length] = '&';
        for (int at = 0; at < length; at += BLOCK_BYTES) {
            final int left = length - at;
            long found = ampersands(in, at);
            if (left > HALF_BYTES) {
                found |= ampersands(in, at + HALF_BYTES) << HALF_BYTES;
            }
            if (left < BLOCK_BYTES) {
                found &= (1L << left) - 1;
            }
            note(found, at);
        }
        ends.add(length);
    }

    /** {@return a bit for each byte of half a block} */
    private static long ampersands(final byte[] in, final int at) {
        return ampersands(Words.get(in, at))
                | ampersands(Words.get(in, at + Words.BYTES)) << Words.BYTES
                | ampersands(Words.get(in, at + 2 * Words.BYTES)) << 2 * Words.BYTES
                | ampersands(Words.get(in, at + 3 * Words.BYTES)) << 3 * Words.BYTES;
    }

    private static long ampersands(final long word) {
        final long others = word ^ AMPERSANDS;
        final long found = ~((others & LOWS) + LOWS | others) & Words.HIGHS;
        return found * GATHER >>> Long.SIZE - Byte.SIZE;
    }

    private void note(final long found, final int at) {
        ends.ensure(BLOCK_BYTES);
        final int[] to = ends.array;
        int size = ends.size;
        for (long left = found; left != 0; left &= left - 1) {
            to[size++] = at + Long.numberOfTrailingZeros(left);
        }
        ends.size = size;
    }
}
