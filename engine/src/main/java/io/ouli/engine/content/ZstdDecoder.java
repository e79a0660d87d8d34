package io.ouli.engine.content;

import java.util.Arrays;

import static io.ouli.engine.content.UnsoundException.require;

/**
 * Undoes Zstandard (RFC 8878): several frames, skippable ones, checksums; no dictionaries.
 *
 * <p>Written for Ouli because the Java libraries for it need {@code sun.misc.Unsafe} or native code.
 */
final class ZstdDecoder {
    private static final int MAGIC = 0xFD2FB528;
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;
    private static final int MAX_BLOCK_BYTES = 128 << 10;
    private static final int BLOCK_RAW = 0;
    private static final int BLOCK_RUN = 1;
    private static final int BLOCK_COMPRESSED = 2;
    private static final int LITERALS_RAW = 0;
    private static final int LITERALS_RUN = 1;
    private static final int LITERALS_COMPRESSED = 2;

    private final HuffmanTable huffman = new HuffmanTable();
    private final ZstdSequences sequences = new ZstdSequences();
    private final byte[] literals = new byte[MAX_BLOCK_BYTES];
    private int literalCount;
    private byte[] in;
    private int at;
    private int end;

    boolean decode(final byte[] bytes, final int start, final int limit, final ContentDecoder.Output out) {
        in = bytes;
        at = start;
        end = limit;
        try {
            require(at < end);
            while (at < end) {
                final int magic = (int) number(4);
                if ((magic & ~0xf) == SKIPPABLE_MAGIC) {
                    final long size = number(4);
                    require(size <= end - at);
                    at += (int) size;
                } else {
                    require(magic == MAGIC);
                    frame(out);
                }
            }
            return true;
        } catch (final UnsoundException unsound) {
            return false;
        }
    }

    /** Reads up to eight bytes as a little-endian number. */
    private long number(final int bytes) throws UnsoundException {
        require(end - at >= bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in[at++] & 0xffL) << 8 * i;
        }
        return value;
    }

    private void frame(final ContentDecoder.Output out) throws UnsoundException {
        final int descriptor = (int) number(1);
        require((descriptor & 8) == 0);
        final boolean single = (descriptor & 0x20) != 0;
        long window = 0;
        if (!single) {
            final int code = (int) number(1);
            final long base = 1L << 10 + (code >>> 3);
            window = base + base / 8 * (code & 7);
        }
        require(number((1 << (descriptor & 3)) >>> 1) == 0);
        final int sizeFlag = descriptor >>> 6;
        final int sizeBytes = sizeFlag == 0 ? single ? 1 : 0 : 1 << sizeFlag;
        final long size = number(sizeBytes) + (sizeBytes == 2 ? 256 : 0);
        final int maxBlock = (int) Math.min(single ? Math.max(size, 0) : window, MAX_BLOCK_BYTES);
        huffman.clear();
        sequences.clear();
        final int frameStart = out.length;
        boolean last = false;
        while (!last) {
            final int header = (int) number(3);
            last = (header & 1) != 0;
            final int blockStart = out.length;
            block(header >>> 1 & 3, header >>> 3, maxBlock, frameStart, out);
            require(out.length - blockStart <= MAX_BLOCK_BYTES);
        }
        require(sizeBytes == 0 || out.length - frameStart == size);
        if ((descriptor & 4) != 0) {
            require((int) number(4) == (int) XxHash64.of(out.array, frameStart, out.length));
        }
    }

    private void block(
            final int type, final int size, final int maxBlock, final int frameStart, final ContentDecoder.Output out)
            throws UnsoundException {
        require(size <= maxBlock);
        switch (type) {
            case BLOCK_RAW -> {
                require(size <= end - at);
                out.append(in, at, size);
                at += size;
            }
            case BLOCK_RUN -> out.appendRun((byte) number(1), size);
            case BLOCK_COMPRESSED -> {
                require(size <= end - at);
                final int blockEnd = at + size;
                literals(blockEnd);
                sequences.execute(in, at, blockEnd, literals, literalCount, frameStart, out);
                at = blockEnd;
            }
            default -> throw UnsoundException.INSTANCE;
        }
    }

    /** Reads the literals section of a block. */
    private void literals(final int blockEnd) throws UnsoundException {
        require(at < blockEnd);
        final int type = in[at] & 3;
        final int format = in[at] >>> 2 & 3;
        if (type == LITERALS_RAW || type == LITERALS_RUN) {
            final int headerBytes = (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
            require(blockEnd - at >= headerBytes);
            literalCount = (int) number(headerBytes) >>> (headerBytes == 1 ? 3 : 4);
            final int bytes = type == LITERALS_RAW ? literalCount : 1;
            require(literalCount <= MAX_BLOCK_BYTES && bytes <= blockEnd - at);
            if (type == LITERALS_RAW) {
                System.arraycopy(in, at, literals, 0, literalCount);
            } else {
                Arrays.fill(literals, 0, literalCount, in[at]);
            }
            at += bytes;
            return;
        }
        final int sizeBits = format < 2 ? 10 : format == 2 ? 14 : 18;
        final int headerBytes = (4 + 2 * sizeBits + 7) / 8;
        require(blockEnd - at >= headerBytes);
        final long header = number(headerBytes) >>> 4;
        literalCount = (int) (header & (1 << sizeBits) - 1);
        final int compressed = (int) (header >>> sizeBits);
        require(literalCount <= MAX_BLOCK_BYTES && compressed <= blockEnd - at);
        final int sectionEnd = at + compressed;
        if (type == LITERALS_COMPRESSED) {
            at = huffman.read(in, at, sectionEnd);
        }
        require(!huffman.isEmpty());
        if (format == 0) {
            huffman.decode(in, at, sectionEnd, literals, 0, literalCount);
        } else {
            fourStreams(sectionEnd);
        }
        at = sectionEnd;
    }

    private void fourStreams(final int sectionEnd) throws UnsoundException {
        require(sectionEnd - at >= 6);
        int from = at + 6;
        final int each = (literalCount + 3) / 4;
        require(each * 3 <= literalCount);
        for (int i = 0; i < 4; i++) {
            final int to = i == 3 ? sectionEnd : from + (int) number(2);
            require(to <= sectionEnd);
            huffman.decode(in, from, to, literals, i * each, i == 3 ? literalCount : (i + 1) * each);
            from = to;
        }
    }
}
