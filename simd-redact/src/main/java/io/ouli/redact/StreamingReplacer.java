package io.ouli.redact;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Replaces the literals of a set in a text that comes in parts, wherever a literal may be split.
 *
 * <p>The result is that of one pass over the whole text: what might still become a match stays behind, at most one byte
 * less than the longest literal, until more comes or the text ends. For one thread; may be used again after
 * {@link #finish}.
 */
public final class StreamingReplacer {
    /** Takes the result, part by part. */
    @FunctionalInterface
    public interface Output {
        /** Takes bytes that are valid during the call only. */
        void accept(byte[] bytes, int offset, int length);
    }

    private final LiteralSearcher searcher;
    private final byte[] replacement;
    private final Output output;
    private byte[] window = {};
    private int held;

    /** Creates a replacer with one replacement for all literals. */
    public StreamingReplacer(final LiteralSearcher searcher, final byte[] replacement, final Output output) {
        this.searcher = searcher;
        this.replacement = replacement.clone();
        this.output = output;
    }

    /** Takes the next part of the text. */
    public void feed(final byte[] bytes, final int offset, final int length) {
        reserve(length);
        System.arraycopy(bytes, offset, window, held, length);
        held += length;
        drain(false);
    }

    /** Takes the next part of the text, from memory outside the heap. */
    public void feed(final MemorySegment memory, final long offset, final int length) {
        reserve(length);
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, window, held, length);
        held += length;
        drain(false);
    }

    private void reserve(final int length) {
        if (window.length - held < length) {
            final byte[] larger = Arrays.copyOf(window, Math.max(Math.addExact(held, length), window.length << 1));
            Arrays.fill(window, (byte) 0);
            window = larger;
        }
    }

    /** Ends the text: nothing stays behind. */
    public void finish() {
        drain(true);
    }

    private void drain(final boolean last) {
        final int maxLength = searcher.literals().maxLength();
        // A literal that begins before this index lies whole in the window, if it is one at all.
        final int settled = last ? held : Math.max(0, held - maxLength + 1);
        int position = 0;
        while (position < settled) {
            final long match = searcher.find(window, position, held);
            final int start = match == LiteralSearcher.NONE ? held : LiteralSearcher.position(match);
            final int copyEnd = Math.min(start, settled);
            emit(window, position, copyEnd);
            position = copyEnd;
            if (start >= settled) {
                break;
            }
            emit(replacement, 0, replacement.length);
            position = start + searcher.literals().length(LiteralSearcher.literal(match));
        }
        System.arraycopy(window, position, window, 0, held - position);
        // What moved down may be half of a secret; it must not stay behind in memory.
        Arrays.fill(window, held - position, held, (byte) 0);
        held -= position;
    }

    private void emit(final byte[] bytes, final int from, final int to) {
        if (to > from) {
            output.accept(bytes, from, to - from);
        }
    }
}
