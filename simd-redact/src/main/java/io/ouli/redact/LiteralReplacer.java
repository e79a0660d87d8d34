package io.ouli.redact;

import java.util.Arrays;

/**
 * Replaces every literal of a set in one pass; the replacement is never searched again.
 *
 * <p>Searches first and copies only on a hit, into a buffer that is used again. For one thread.
 */
public final class LiteralReplacer {
    private final LiteralSearcher searcher;
    private final byte[][] replacements;
    private byte[] buffer = {};
    private int length;

    /** Creates a replacer with one replacement for all literals. */
    public LiteralReplacer(final LiteralSearcher searcher, final byte[] replacement) {
        this(searcher, same(searcher, replacement));
    }

    /** Creates a replacer with a replacement for each literal, by its index. */
    public LiteralReplacer(final LiteralSearcher searcher, final byte[][] replacements) {
        if (replacements.length != searcher.literals().size()) {
            throw new IllegalArgumentException("a replacement for each literal is needed");
        }
        this.searcher = searcher;
        this.replacements = replacements.clone();
    }

    private static byte[][] same(final LiteralSearcher searcher, final byte[] replacement) {
        final byte[][] all = new byte[searcher.literals().size()][];
        Arrays.fill(all, replacement);
        return all;
    }

    /**
     * Replaces the literals in {@code text[from, to)}.
     *
     * @return true if there was one: the result is in {@link #buffer}; false: the text stands as it is.
     */
    public boolean replace(final byte[] text, final int from, final int to) {
        long match = searcher.find(text, from, to);
        if (match == LiteralSearcher.NONE) {
            return false;
        }
        length = 0;
        int position = from;
        while (match != LiteralSearcher.NONE) {
            final int literal = LiteralSearcher.literal(match);
            final int start = LiteralSearcher.position(match);
            append(text, position, start);
            append(replacements[literal], 0, replacements[literal].length);
            position = start + searcher.literals().length(literal);
            match = searcher.find(text, position, to);
        }
        append(text, position, to);
        return true;
    }

    private void append(final byte[] bytes, final int from, final int to) {
        final int count = to - from;
        if (buffer.length - length < count) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(length, count), buffer.length << 1));
        }
        System.arraycopy(bytes, from, buffer, length, count);
        length += count;
    }

    /** {@return the result of the last {@link #replace} that found something; it begins at 0} */
    public byte[] buffer() {
        return buffer;
    }

    /** {@return the result's length in bytes} */
    public int length() {
        return length;
    }
}
