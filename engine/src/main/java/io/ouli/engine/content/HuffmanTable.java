package io.ouli.engine.content;

import static io.ouli.engine.content.UnsoundException.require;

/** Zstandard's Huffman code of literals: its tree's description and its streams; RFC 8878, 4.2. */
final class HuffmanTable {
    private static final int MAX_BITS = 11;
    private static final int MAX_WEIGHT_LOG = 6;

    private final byte[] symbols = new byte[1 << MAX_BITS];
    private final byte[] lengths = new byte[1 << MAX_BITS];
    private final int[] weights = new int[256];
    private final FseTable weightTable = new FseTable(MAX_WEIGHT_LOG);
    private final BackwardBits bits = new BackwardBits();
    private int maxBits;

    /** Forgets the tree of the frame before. */
    void clear() {
        maxBits = 0;
    }

    boolean isEmpty() {
        return maxBits == 0;
    }

    /**
     * Reads a tree's description.
     *
     * @return the index behind it.
     */
    int read(final byte[] in, final int start, final int end) throws UnsoundException {
        require(start < end);
        final int header = in[start] & 0xff;
        final int count;
        final int behind;
        if (header >= 128) {
            count = header - 127;
            behind = start + 1 + (count + 1) / 2;
            require(behind <= end);
            for (int i = 0; i < count; i++) {
                final int pair = in[start + 1 + i / 2] & 0xff;
                weights[i] = (i & 1) == 0 ? pair >>> 4 : pair & 0xf;
            }
        } else {
            behind = start + 1 + header;
            require(behind <= end);
            count = readWeights(in, start + 1, behind);
        }
        build(count);
        return behind;
    }

    /** Decodes weights from two states that take turns until the bits are used up. */
    private int readWeights(final byte[] in, final int start, final int end) throws UnsoundException {
        final int stream = weightTable.read(in, start, end, MAX_BITS + 2);
        bits.wrap(in, stream, end);
        int state = (int) bits.read(weightTable.accuracyLog);
        int other = (int) bits.read(weightTable.accuracyLog);
        require(bits.left() >= 0);
        int count = 0;
        while (true) {
            require(count < 254);
            weights[count++] = weightTable.symbol(state);
            final int next = weightTable.nextState(state, bits);
            if (bits.left() < 0) {
                weights[count++] = weightTable.symbol(other);
                return count;
            }
            state = other;
            other = next;
        }
    }

    /** Builds the decoding table; the last symbol's weight is what fills the code to a power of two. */
    private void build(final int count) throws UnsoundException {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            require(weights[i] <= MAX_BITS + 1);
            sum += weights[i] == 0 ? 0 : 1 << weights[i] - 1;
        }
        require(sum > 0);
        maxBits = Integer.SIZE - Integer.numberOfLeadingZeros(sum);
        final int left = (1 << maxBits) - sum;
        if (maxBits > MAX_BITS || Integer.bitCount(left) != 1) {
            maxBits = 0;
            throw UnsoundException.INSTANCE;
        }
        weights[count] = Integer.numberOfTrailingZeros(left) + 1;
        int at = 0;
        for (int weight = 1; weight <= maxBits; weight++) {
            for (int symbol = 0; symbol <= count; symbol++) {
                if (weights[symbol] == weight) {
                    for (int i = 0; i < 1 << weight - 1; i++) {
                        symbols[at] = (byte) symbol;
                        lengths[at++] = (byte) (maxBits + 1 - weight);
                    }
                }
            }
        }
    }

    /** Decodes one stream that must hold exactly the symbols {@code out[outStart..outEnd)}. */
    void decode(
            final byte[] in, final int start, final int end, final byte[] out, final int outStart, final int outEnd)
            throws UnsoundException {
        bits.wrap(in, start, end);
        for (int i = outStart; i < outEnd; i++) {
            final int code = bits.peek(maxBits);
            out[i] = symbols[code];
            bits.skip(lengths[code]);
        }
        require(bits.left() == 0);
    }
}
