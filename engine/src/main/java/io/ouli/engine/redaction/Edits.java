package io.ouli.engine.redaction;

import java.util.Arrays;

/**
 * Replacements in one text, collected first and applied together; used again for each text, by one thread.
 *
 * <p>Replacements may come in any order and overlap: those that overlap become one, with the replacement of the
 * leftmost, so that no part of anything that was to go stays.
 */
final class Edits {
    private int count;
    private int[] starts = new int[8];
    private int[] ends = new int[8];
    private byte[][] replacements = new byte[8][];
    private boolean inOrder = true;

    void clear() {
        Arrays.fill(replacements, 0, count, null);
        count = 0;
        inOrder = true;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    int start(final int index) {
        return starts[index];
    }

    int end(final int index) {
        return ends[index];
    }

    byte[] replacement(final int index) {
        return replacements[index];
    }

    /** Replaces {@code [start, end)} of the text. */
    void add(final int start, final int end, final byte[] replacement) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count << 1);
            ends = Arrays.copyOf(ends, count << 1);
            replacements = Arrays.copyOf(replacements, count << 1);
        }
        inOrder &= count == 0 || start >= ends[count - 1];
        starts[count] = start;
        ends[count] = end;
        replacements[count] = replacement;
        count++;
    }

    /** Sorts the replacements and joins those that overlap. */
    void settle() {
        if (inOrder) {
            return;
        }
        final long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            keys[i] = (long) starts[i] << 32 | i;
        }
        Arrays.sort(keys);
        final int[] sortedStarts = new int[count];
        final int[] sortedEnds = new int[count];
        final byte[][] sortedReplacements = new byte[count][];
        int kept = -1;
        for (final long key : keys) {
            final int i = (int) key;
            if (kept >= 0 && starts[i] < sortedEnds[kept]) {
                sortedEnds[kept] = Math.max(sortedEnds[kept], ends[i]);
            } else {
                kept++;
                sortedStarts[kept] = starts[i];
                sortedEnds[kept] = ends[i];
                sortedReplacements[kept] = replacements[i];
            }
        }
        starts = sortedStarts;
        ends = sortedEnds;
        replacements = sortedReplacements;
        count = kept + 1;
        inOrder = true;
    }

    /**
     * {@return {@code text[from, to)} with the replacements in it}
     *
     * @param marks   positions from {@code from} on, ascending, to be moved along; those inside something replaced stay
     *                inside its replacement.
     * @param mayGrow whether a replacement may be longer than what it replaces; if not, it is cut.
     */
    byte[] apply(final byte[] text, final int from, final int to, final int[] marks, final boolean mayGrow) {
        settle();
        long length = to - from;
        for (int i = 0; i < count; i++) {
            length += replacementLength(i, mayGrow) - (ends[i] - starts[i]);
        }
        final byte[] result = new byte[Math.toIntExact(length)];
        int read = from;
        int written = 0;
        int mark = 0;
        for (int i = 0; i < count; i++) {
            mark = move(marks, mark, starts[i] - from, written - (read - from));
            System.arraycopy(text, read, result, written, starts[i] - read);
            written += starts[i] - read;
            final int replacement = replacementLength(i, mayGrow);
            System.arraycopy(replacements[i], 0, result, written, replacement);
            while (mark < marks.length && marks[mark] <= ends[i] - from) {
                marks[mark] = written + (marks[mark] == ends[i] - from
                        ? replacement : Math.min(replacement, marks[mark] - (starts[i] - from)));
                mark++;
            }
            written += replacement;
            read = ends[i];
        }
        move(marks, mark, Integer.MAX_VALUE, written - (read - from));
        System.arraycopy(text, read, result, written, to - read);
        return result;
    }

    private int replacementLength(final int index, final boolean mayGrow) {
        final int length = replacements[index].length;
        return mayGrow ? length : Math.min(length, ends[index] - starts[index]);
    }

    private static int move(final int[] marks, final int first, final int before, final int by) {
        int mark = first;
        while (mark < marks.length && marks[mark] < before) {
            marks[mark++] += by;
        }
        return mark;
    }
}
