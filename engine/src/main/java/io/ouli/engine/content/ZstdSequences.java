package io.ouli.engine.content;

import static io.ouli.engine.content.UnsoundException.require;

/** The sequences of a Zstandard block: runs of literals and copies of what was written before; RFC 8878, 3.1.1.3.2. */
final class ZstdSequences {
    private static final int MODE_PREDEFINED = 0;
    private static final int MODE_SINGLE = 1;
    private static final int MODE_TABLE = 2;
    private static final int MAX_OFFSET_CODE = 31;

    private static final int[] LITERAL_BASES = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512,
        1024, 2048, 4096, 8192, 16384, 32768, 65536};
    private static final int[] LITERAL_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16};
    private static final int[] MATCH_BASES = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771,
        65539};
    private static final int[] MATCH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2,
        2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    private static final FseTable LITERAL_DEFAULT = FseTable.of(
            6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
            -1, -1);
    private static final FseTable OFFSET_DEFAULT = FseTable.of(
            5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1);
    private static final FseTable MATCH_DEFAULT = FseTable.of(
            6, 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1);

    private final FseTable literalOwn = new FseTable(9);
    private final FseTable offsetOwn = new FseTable(8);
    private final FseTable matchOwn = new FseTable(9);
    private final BackwardBits bits = new BackwardBits();
    private final int[] recent = new int[3];
    private FseTable literals;
    private FseTable offsets;
    private FseTable matches;
    private int at;

    /** Begins a frame: no tables to repeat, the first recent offsets. */
    void clear() {
        literals = null;
        offsets = null;
        matches = null;
        recent[0] = 1;
        recent[1] = 4;
        recent[2] = 8;
    }

    /**
     * Executes a block's sequences.
     *
     * @param in           holds the section {@code in[start..end)}.
     * @param text         holds the block's literals from index 0.
     * @param textLength   how many there are.
     * @param frameStart   where the frame's output begins; copies reach back no further.
     */
    void execute(
            final byte[] in,
            final int start,
            final int end,
            final byte[] text,
            final int textLength,
            final int frameStart,
            final ContentDecoder.Output out)
            throws UnsoundException {
        require(start < end);
        final int count = readCount(in, start, end);
        if (count == 0) {
            require(at == end);
            out.append(text, 0, textLength);
            return;
        }
        readTables(in, end);
        bits.wrap(in, at, end);
        int literalState = (int) bits.read(literals.accuracyLog);
        int offsetState = (int) bits.read(offsets.accuracyLog);
        int matchState = (int) bits.read(matches.accuracyLog);
        int used = 0;
        for (int i = 0; i < count; i++) {
            final int offsetCode = offsets.symbol(offsetState);
            final int matchCode = matches.symbol(matchState);
            final int literalCode = literals.symbol(literalState);
            final long offsetValue = (1L << offsetCode) + bits.read(offsetCode);
            final int matchLength = MATCH_BASES[matchCode] + (int) bits.read(MATCH_BITS[matchCode]);
            final int literalLength = LITERAL_BASES[literalCode] + (int) bits.read(LITERAL_BITS[literalCode]);
            if (i + 1 < count) {
                literalState = literals.nextState(literalState, bits);
                matchState = matches.nextState(matchState, bits);
                offsetState = offsets.nextState(offsetState, bits);
            }
            require(bits.left() >= 0 && literalLength <= textLength - used);
            out.append(text, used, literalLength);
            used += literalLength;
            final int offset = offset(offsetValue, literalLength == 0);
            require(offset <= out.length - frameStart);
            out.copyBack(offset, matchLength);
        }
        require(bits.left() == 0);
        out.append(text, used, textLength - used);
    }

    private int readCount(final byte[] in, final int start, final int end) throws UnsoundException {
        final int first = in[start] & 0xff;
        at = start + (first < 128 ? 1 : first < 255 ? 2 : 3);
        require(at <= end);
        if (first < 128) {
            return first;
        }
        if (first < 255) {
            return (first - 128 << 8) + (in[start + 1] & 0xff);
        }
        return (in[start + 1] & 0xff) + ((in[start + 2] & 0xff) << 8) + 0x7f00;
    }

    private void readTables(final byte[] in, final int end) throws UnsoundException {
        require(at < end);
        final int modes = in[at++] & 0xff;
        require((modes & 3) == 0);
        literals = table(modes >>> 6, in, end, LITERAL_DEFAULT, literalOwn, literals, LITERAL_BASES.length);
        offsets = table(modes >>> 4 & 3, in, end, OFFSET_DEFAULT, offsetOwn, offsets, MAX_OFFSET_CODE + 1);
        matches = table(modes >>> 2 & 3, in, end, MATCH_DEFAULT, matchOwn, matches, MATCH_BASES.length);
    }

    private FseTable table(
            final int mode,
            final byte[] in,
            final int end,
            final FseTable predefined,
            final FseTable own,
            final FseTable last,
            final int maxSymbols)
            throws UnsoundException {
        switch (mode) {
            case MODE_PREDEFINED -> {
                return predefined;
            }
            case MODE_SINGLE -> {
                require(at < end && (in[at] & 0xff) < maxSymbols);
                own.setSingle(in[at++] & 0xff);
                return own;
            }
            case MODE_TABLE -> {
                at = own.read(in, at, end, maxSymbols);
                return own;
            }
            default -> {
                require(last != null);
                return last;
            }
        }
    }

    /** Turns an offset's value into an offset: the values 1 to 3 name recent ones. */
    private int offset(final long value, final boolean noLiterals) throws UnsoundException {
        if (value > 3) {
            require(value - 3 <= Integer.MAX_VALUE);
            recent[2] = recent[1];
            recent[1] = recent[0];
            recent[0] = (int) (value - 3);
            return recent[0];
        }
        final int which = (int) value - 1 + (noLiterals ? 1 : 0);
        if (which == 0) {
            return recent[0];
        }
        final int offset = which == 3 ? recent[0] - 1 : recent[which];
        require(offset > 0);
        if (which > 1) {
            recent[2] = recent[1];
        }
        recent[1] = recent[0];
        recent[0] = offset;
        return offset;
    }
}
