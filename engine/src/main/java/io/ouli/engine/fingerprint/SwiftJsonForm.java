package io.ouli.engine.fingerprint;

import io.ouli.engine.Limits;
import java.util.Arrays;

/**
 * The canonical JSON of {@link JsonForm} where no part is ignored or replaced, and faster.
 *
 * <p>It reads a copy of the document behind which zeros stand, which no sound JSON holds: so no step asks whether the
 * document ends. All state of the loop stands in local variables. An object out of order is put in order when it
 * closes, where it lies. That moves nested objects more than once, so there is a budget for it; a document beyond it is
 * left to the slower way, which is linear for any, and so is one that is not sound. Objects like one before are written
 * in order at once, by {@link AlikeObjects}.
 */
final class SwiftJsonForm {
    private static final int MAX_DEPTH = Limits.MAX_JSON_DEPTH;
    /** Zeros behind the document, and room behind what is written, for whole words to be read and written. */
    private static final int PAD_BYTES = 64;
    private static final int STEP_BYTES = 4 * Words.BYTES;
    /** A range up to this length is copied word by word. */
    private static final int FEW_BYTES = 4 * STEP_BYTES;
    /** How often the bytes of a document may be moved, on average, and what a small one may move at least. */
    private static final int MOVES = 8;
    private static final int LEAST_BUDGET = 1 << 12;
    /** Member: key start, key end. A member begins one byte, the quote, before its key, and ends where a comma is. */
    private static final int MEMBER = 2;
    private static final int INITIAL_MEMBERS = 64;
    private static final int RETAINED_MEMBERS = 1 << 16;
    private static final long SPACES = Words.ONES * ' ';
    private static final int TRUE = 'e' << 24 | 'u' << 16 | 'r' << 8 | 't';
    private static final int NULL = 'l' << 24 | 'l' << 16 | 'u' << 8 | 'n';
    private static final int FALS = 's' << 24 | 'l' << 16 | 'a' << 8 | 'f';

    private final ByteSink text = new ByteSink();
    /** What {@link JsonStrings#mark} makes of the text and the zeros behind it, for {@link #alike}. */
    private final ByteSink marks = new ByteSink();
    private final ByteSink out;
    private final ByteSink spare;
    private final KeySorter sorter = new KeySorter();
    private final AlikeObjects alike = new AlikeObjects();
    /** Of each container around the innermost: its first member, whether it is out of order, whether an object. */
    private final long[] around = new long[MAX_DEPTH];
    /** Members of open objects; those of an object inside another follow the member that holds it. */
    private int[] members = new int[INITIAL_MEMBERS * MEMBER];
    private long[] prefixes = new long[INITIAL_MEMBERS];
    /**
     * Of each key of up to eight bytes its length; of a longer one 0. What a closed object leaves behind in these two
     * is a guess at the keys of the next one, which saves to look for their ends: objects of a list are alike.
     */
    private int[] lengths = new int[INITIAL_MEMBERS];
    /** The object that was sorted last, by its first member and their count, and the order that came of it. */
    private int sortedFirst;
    private int sortedCount;
    private int[] order;
    private long budget;
    private ByteSink result;
    /** Where the innermost container began in the document, if it is an object and has held none yet; else -1. */
    private int leaf;
    /** Behind the object that was written last by {@link #alike}. */
    private int behind;

    /** Creates a form that writes into one of two arrays, and uses both. */
    SwiftJsonForm(final ByteSink out, final ByteSink spare) {
        this.out = out;
        this.spare = spare;
    }

    /**
     * Makes a document canonical.
     *
     * @return false if it is not sound, or is left to the slower way.
     */
    boolean canonicalise(final byte[] bytes, final int from, final int to) {
        final int length = to - from;
        if (length > Integer.MAX_VALUE / 4) {
            return false;
        }
        text.clear();
        text.ensure(length + PAD_BYTES);
        System.arraycopy(bytes, from, text.array, 0, length);
        Arrays.fill(text.array, length, length + PAD_BYTES, (byte) 0);
        marks.clear();
        marks.ensure(length + PAD_BYTES);
        JsonStrings.mark(text.array, length + PAD_BYTES, marks.array);
        out.clear();
        spare.clear();
        // The number 1.5 and a comma become 15e-1 and a comma: nothing grows by more than a half.
        out.ensure(length + (length >>> 1) + PAD_BYTES);
        if (prefixes.length > RETAINED_MEMBERS) {
            grow(INITIAL_MEMBERS);
        }
        leaf = -1;
        alike.clear();
        budget = (long) MOVES * length + LEAST_BUDGET;
        result = out;
        return read(text.array, length);
    }

    /** {@return the canonical document, one of the two arrays} */
    ByteSink result() {
        return result;
    }

    private boolean read(final byte[] in, final int end) {
        byte[] to = out.array;
        int length = 0;
        int at = 0;
        int depth = 0;
        int closing = 0;
        int first = 0;
        int count = 0;
        boolean disordered = false;
        while (true) {
            at = skipSpace(in, at);
            if (closing == '}') {
                final int keyStart = length + 1;
                if (in[at] != '"') {
                    return false;
                }
                final long word = Words.get(in, at + 1);
                final int guess = lengths[count];
                Words.put(to, keyStart, word);
                to[length] = '"';
                if (prefix(word, guess) == prefixes[count] && in[at + 1 + guess] == '"') {
                    at += guess + 2;
                    length = keyStart + guess;
                } else {
                    at = key(in, at, end, keyStart, count);
                    to = out.array;
                    length = out.length;
                }
                to[length++] = '"';
                disordered |= member(to, first, count++, keyStart, length - 1);
                at = skipSpace(in, at);
                if (in[at] != ':') {
                    return false;
                }
                to[length++] = ':';
                at = skipSpace(in, at + 1);
            }
            final byte begin = in[at];
            if (begin == '"') {
                to[length] = '"';
                final int plain = copyPlain(in, at + 1, to, length + 1);
                length += 1 + plain;
                at += 1 + plain;
                if (in[at] == '"') {
                    to[length++] = '"';
                    at++;
                } else {
                    at = rest(in, at, end, length);
                    length = out.length;
                }
            } else if (begin == '{' && depth < MAX_DEPTH && writeAlike(in, at, end, closing == ']', length)) {
                at = behind;
                length = out.length;
            } else if (begin == '{' || begin == '[') {
                if (depth == MAX_DEPTH) {
                    return false;
                }
                leaf = begin == '{' ? at : -1;
                around[depth++] = (long) first << 2 | (disordered ? 2 : 0) | (closing == '}' ? 1 : 0);
                closing = begin + 2;
                first = count;
                disordered = false;
                to[length++] = begin;
                at = skipSpace(in, at + 1);
                if (in[at] != closing) {
                    continue;
                }
            } else if (begin >= 'a') {
                final int letters = letters(Words.get(in, at));
                if (letters == 0) {
                    return false;
                }
                Words.put(to, length, Words.get(in, at));
                length += letters;
                at += letters;
            } else {
                at = number(in, at, end, length);
                if (at < 0) {
                    return false;
                }
                to = out.array;
                length = out.length;
            }
            while (true) {
                at = skipSpace(in, at);
                if (depth == 0) {
                    result.length = length;
                    return at == end;
                }
                final byte next = in[at];
                if (next == ',') {
                    break;
                }
                if (next != closing || disordered && !sort(length, first, count, depth == 1)) {
                    return false;
                }
                learnLeaf(in);
                to = result.array;
                to[length++] = next;
                at++;
                count = first;
                final long outer = around[--depth];
                first = (int) (outer >>> 2);
                disordered = (outer & 2) != 0;
                closing = depth == 0 ? 0 : (outer & 1) != 0 ? '}' : ']';
            }
            to[length++] = ',';
            at++;
        }
    }

    /**
     * Writes objects that are like one before.
     *
     * @return whether the first one is; they end at {@link #behind}.
     */
    private boolean writeAlike(
            final byte[] in, final int at, final int end, final boolean list, final int length) {
        out.length = length;
        leaf = -1;
        behind = alike.write(in, marks.array, at, end, list, out);
        return behind >= 0;
    }

    private void learnLeaf(final byte[] in) {
        if (leaf >= 0) {
            alike.learn(in, leaf);
            leaf = -1;
        }
    }

    private int number(final byte[] in, final int at, final int end, final int length) {
        out.length = length;
        return JsonNumber.write(in, at, end, out);
    }

    /**
     * Writes the rest of a string that has more in it than plain ASCII.
     *
     * @return behind it, or where a zero stands.
     */
    private int rest(final byte[] in, final int at, final int end, final int length) {
        out.length = length;
        final int behind = JsonStrings.writeRest(in, at, end, out);
        return behind < 0 ? end + 1 : behind; // At the end itself the document would seem to be whole.
    }

    /**
     * Writes a key that is not the one guessed, but for its closing quote.
     *
     * @return behind it, or where a zero is.
     */
    private int key(final byte[] in, final int start, final int end, final int keyStart, final int index) {
        final int plain = copyPlain(in, start + 1, out.array, keyStart);
        int at = start + 1 + plain;
        out.length = keyStart + plain;
        if (in[at] == '"') {
            at++;
        } else {
            at = rest(in, at, end, out.length);
            out.length = Math.max(keyStart, out.length - 1);
        }
        final int bytes = out.length - keyStart;
        prefixes[index] = Words.prefix(out.array, keyStart, out.length);
        lengths[index] = bytes <= Words.BYTES ? bytes : 0;
        sortedCount = 0;
        return at;
    }

    /**
     * Notes a member.
     *
     * @return whether it stands behind one that it should stand before.
     */
    private boolean member(
            final byte[] to, final int first, final int index, final int keyStart, final int keyEnd) {
        if (index + 2 == prefixes.length) {
            grow(2 * prefixes.length);
        }
        final int at = index * MEMBER;
        members[at] = keyStart;
        members[at + 1] = keyEnd;
        if (index == first) {
            return false;
        }
        final long prefix = prefixes[index];
        final long before = prefixes[index - 1];
        return Long.compareUnsigned(before, prefix) >= 0
                && (before != prefix || KeySorter.compare(to, members, at - MEMBER, at) > 0);
    }

    private void grow(final int capacity) {
        prefixes = Arrays.copyOf(prefixes, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        members = Arrays.copyOf(members, capacity * MEMBER);
    }

    /**
     * Sorts the members of an object that ends at {@code length}; those of the outermost one into the other array,
     * which is the result then.
     *
     * @return false if that would be more than the budget allows.
     */
    private boolean sort(final int length, final int first, final int count, final boolean outermost) {
        final int start = members[first * MEMBER] - 1;
        budget -= length - start;
        if (budget < 0) {
            return false;
        }
        members[count * MEMBER] = length + 2;
        if (first != sortedFirst || count != sortedCount) {
            order = sorter.sort(out.array, members, prefixes, first * MEMBER, MEMBER, count - first);
            sortedFirst = first;
            sortedCount = count;
        }
        spare.ensure(length + PAD_BYTES);
        final int shift;
        final byte[] from;
        final byte[] to;
        if (outermost) {
            from = out.array;
            to = spare.array;
            to[0] = '{';
            shift = 0;
            result = spare;
        } else {
            from = spare.array;
            to = out.array;
            copy(to, start, from, 0, length - start);
            shift = start;
        }
        int at = start;
        for (int i = 0; i < count - first; i++) {
            final int member = order[i];
            final int begin = members[member] - 1;
            final int bytes = members[member + MEMBER] - 2 - begin;
            copy(from, begin - shift, to, at, bytes);
            at += bytes;
            to[at++] = ',';
        }
        return true;
    }

    /** Copies a range and perhaps a few bytes more, which are still to be written, or are behind the end. */
    private static void copy(final byte[] from, final int fromAt, final byte[] to, final int toAt, final int count) {
        if (count > FEW_BYTES) {
            System.arraycopy(from, fromAt, to, toAt, count);
            return;
        }
        for (int i = 0; i < count; i += STEP_BYTES) {
            Words.copyFour(from, fromAt + i, to, toAt + i);
        }
    }

    /** As {@link Words#prefix}, of a key that begins with this word. */
    private static long prefix(final long word, final int length) {
        final long kept = length >= Words.BYTES ? word : word & (1L << length * Byte.SIZE) - 1;
        return Long.reverseBytes(kept);
    }

    /** {@return the length of the literal with which a word begins, or 0} */
    static int letters(final long word) {
        final int four = (int) word;
        if (four == TRUE || four == NULL) {
            return 4;
        }
        return four == FALS && (byte) (word >>> Integer.SIZE) == 'e' ? 5 : 0;
    }

    private static int copyPlain(final byte[] in, final int start, final byte[] to, final int length) {
        int done = 0;
        while (true) {
            final long word = Words.get(in, start + done);
            final long next = Words.get(in, start + done + Words.BYTES);
            Words.put(to, length + done, word);
            Words.put(to, length + done + Words.BYTES, next);
            final long found = JsonStrings.special(word);
            final long foundNext = JsonStrings.special(next);
            if ((found | foundNext) != 0) {
                // Without a branch that nobody could foretell: 64 zeros mean that nothing was found in the word.
                final int bits = Long.numberOfTrailingZeros(found);
                return done + (bits + (Long.numberOfTrailingZeros(foundNext) & -(bits >>> 6)) >>> 3);
            }
            done += 2 * Words.BYTES;
        }
    }

    private static int skipSpace(final byte[] in, final int at) {
        return in[at] > ' ' ? at : skipSpaces(in, at);
    }

    private static int skipSpaces(final byte[] in, final int start) {
        int at = start;
        while (true) {
            final byte b = in[at];
            if (b == ' ') {
                at += Long.numberOfTrailingZeros(Words.get(in, at) ^ SPACES) >>> 3;
            } else if (b == '\n' || b == '\r' || b == '\t') {
                at++;
            } else {
                return at;
            }
        }
    }
}
