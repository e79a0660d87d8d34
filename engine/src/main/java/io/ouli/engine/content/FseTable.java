package io.ouli.engine.content;

import static io.ouli.engine.content.UnsoundException.require;

/** A decoding table of Zstandard's finite state entropy code; RFC 8878, 4.1. */
final class FseTable {
    private static final int MAX_SYMBOLS = 256;

    /** For each state: its symbol, the count of bits that lead to the next state, and what is added to them. */
    final byte[] symbols;
    final byte[] bits;
    final short[] bases;
    int accuracyLog;
    private final int maxAccuracyLog;
    private final short[] probabilities = new short[MAX_SYMBOLS];
    private final int[] next = new int[MAX_SYMBOLS];

    FseTable(final int maxAccuracyLog) {
        this.maxAccuracyLog = maxAccuracyLog;
        symbols = new byte[1 << maxAccuracyLog];
        bits = new byte[1 << maxAccuracyLog];
        bases = new short[1 << maxAccuracyLog];
    }

    /** Makes the table of a distribution that the format itself defines. */
    static FseTable of(final int accuracyLog, final int... distribution) {
        final FseTable table = new FseTable(accuracyLog);
        for (int i = 0; i < distribution.length; i++) {
            table.probabilities[i] = (short) distribution[i];
        }
        table.accuracyLog = accuracyLog;
        try {
            table.build(distribution.length);
        } catch (final UnsoundException impossible) {
            throw new IllegalArgumentException(impossible);
        }
        return table;
    }

    /** Makes the table with one symbol and no bits. */
    void setSingle(final int symbol) {
        accuracyLog = 0;
        symbols[0] = (byte) symbol;
        bits[0] = 0;
        bases[0] = 0;
    }

    /**
     * Reads a distribution and builds its table.
     *
     * @return the index behind the description.
     */
    int read(final byte[] in, final int start, final int end, final int maxSymbols) throws UnsoundException {
        require(start < end);
        accuracyLog = (in[start] & 0xf) + 5;
        require(accuracyLog <= maxAccuracyLog);
        long at = 4;
        int remaining = 1 << accuracyLog;
        int symbol = 0;
        while (remaining > 0) {
            require(symbol < maxSymbols);
            final int width = Integer.SIZE - Integer.numberOfLeadingZeros(remaining + 1);
            int value = bits(in, start, end, at, width);
            at += width;
            final int lowMask = (1 << width - 1) - 1;
            final int threshold = (1 << width) - 1 - (remaining + 1);
            if ((value & lowMask) < threshold) {
                at--;
                value &= lowMask;
            } else if (value > lowMask) {
                value -= threshold;
            }
            final int probability = value - 1;
            remaining -= Math.abs(probability);
            probabilities[symbol++] = (short) probability;
            for (int repeat = probability == 0 ? 3 : 0; repeat == 3;) {
                repeat = bits(in, start, end, at, 2);
                at += 2;
                require(symbol + repeat <= maxSymbols);
                for (int i = 0; i < repeat; i++) {
                    probabilities[symbol++] = 0;
                }
            }
        }
        require(remaining == 0);
        final long behind = start + (at + 7) / 8;
        require(behind <= end);
        build(symbol);
        return (int) behind;
    }

    private static int bits(final byte[] in, final int start, final int end, final long from, final int count) {
        int value = 0;
        final long first = start + (from >>> 3);
        for (int i = 0; i < 3 && first + i < end; i++) {
            value |= (in[(int) first + i] & 0xff) << 8 * i;
        }
        return value >>> (from & 7) & (1 << count) - 1;
    }

    private void build(final int symbolCount) throws UnsoundException {
        final int size = 1 << accuracyLog;
        int high = size;
        for (int s = 0; s < symbolCount; s++) {
            if (probabilities[s] == -1) {
                require(high > 0);
                symbols[--high] = (byte) s;
                next[s] = 1;
            }
        }
        final int step = (size >> 1) + (size >> 3) + 3;
        int position = 0;
        for (int s = 0; s < symbolCount; s++) {
            if (probabilities[s] > 0) {
                next[s] = probabilities[s];
                for (int i = 0; i < probabilities[s]; i++) {
                    symbols[position] = (byte) s;
                    do {
                        position = position + step & size - 1;
                    } while (position >= high && high > 0);
                }
            }
        }
        require(position == 0);
        for (int i = 0; i < size; i++) {
            final int n = next[symbols[i] & 0xff]++;
            bits[i] = (byte) (accuracyLog - (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(n)));
            bases[i] = (short) ((n << bits[i]) - size);
        }
    }

    int symbol(final int state) {
        return symbols[state] & 0xff;
    }

    int nextState(final int state, final BackwardBits in) {
        return bases[state] + (int) in.read(bits[state]);
    }
}
