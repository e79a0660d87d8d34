package io.ouli.engine.fingerprint;

/**
 * The Q and V fields of a query or a form: decoded parameters sorted by name, equal names in their order.
 *
 * <pre>
 * b=2&amp;a=%31+x&amp;a   becomes   Q a, V "1 x", Q a, Q b, V 2
 * </pre>
 *
 * <p>A parameter without {@code =} has no value field, so {@code a} and {@code a=} differ. Empty pieces are nothing. A
 * name or value with a broken escape is not decoded at all; its tag is in lower case, and it sorts behind the decoded.
 */
final class ParameterForm {
    private static final int STRIDE = 4;
    private static final int NO_VALUE = -1;
    /** Tag and length of a field. */
    private static final int HEAD = 5;
    private static final int ESCAPE = 3;
    private static final int TAG_SHIFT = Long.SIZE - Byte.SIZE;
    private static final long LOWS = ~Words.HIGHS;
    private static final int PLUS_TO_SPACE = '+' ^ ' ';

    /** The fields of each parameter as they came, one after the other, as they are to be written. */
    private final ByteSink text = new ByteSink();
    /** For each parameter: name start (behind its head), name end, that again or NO_VALUE, end of its fields. */
    private final IntList parameters = new IntList();
    /** For each parameter: the tag of its name, then the name's beginning. */
    private long[] prefixes = new long[16];
    private final KeySorter sorter = new KeySorter();

    /** Writes the fields of {@code bytes[start..end)}, the text behind the question mark or the form's body. */
    void write(
            final byte[] bytes,
            final int start,
            final int end,
            final byte[][] ignoredNames,
            final Placeholders placeholders,
            final ByteSink out) {
        text.clear();
        parameters.clear();
        boolean ordered = true;
        long before = -1;
        int at = start;
        while (at < end) {
            if (bytes[at] == '&') {
                at++;
                continue;
            }
            final int count = parameters.size / STRIDE;
            at = add(bytes, at, end, ignoredNames) + 1;
            if (parameters.size / STRIDE > count) {
                ordered &= prefixes[count] > before; // No tag has its high bit set, so these are no negative numbers.
                before = prefixes[count];
            }
        }
        if (ordered && placeholders.isEmpty()) {
            out.put(text.array, 0, text.length);
        } else {
            writeInOrder(placeholders, out);
        }
    }

    private void writeInOrder(final Placeholders placeholders, final ByteSink out) {
        final int count = parameters.size / STRIDE;
        final int[] records = parameters.array;
        final int[] order = sorter.sort(text.array, records, prefixes, 0, STRIDE, count);
        final boolean asTheyAre = placeholders.isEmpty();
        for (int i = 0; i < count; i++) {
            final int record = order[i];
            final int from = records[record] - HEAD;
            final int end = records[record + 3];
            final int value = records[record + 2];
            if (asTheyAre || value == NO_VALUE) {
                out.put(text.array, from, end - from);
            } else {
                out.put(text.array, from, value - from);
                if (!placeholders.writeField(text.array, value + HEAD, end, out)) {
                    out.put(text.array, value, end - value);
                }
            }
        }
    }

    /** Adds the piece at {@code from}, which is not empty. @return where it ends. */
    private int add(final byte[] bytes, final int from, final int end, final byte[][] ignoredNames) {
        final int nameStart = text.length + HEAD;
        final int nameStop = decode(bytes, from, end, 'Q', -1);
        final int nameEnd = text.length;
        // Before the value is written: the name is still one store of eight bytes, which this read is given at once.
        final long prefix = (long) text.array[nameStart - HEAD] << TAG_SHIFT
                | Words.prefix(text.array, nameStart, nameEnd) >>> Byte.SIZE;
        final boolean hasValue = nameStop < end && bytes[nameStop] == '=';
        final int stop = hasValue ? decode(bytes, nameStop + 1, end, 'V', 0) : nameStop;
        for (final byte[] ignored : ignoredNames) {
            if (java.util.Arrays.equals(text.array, nameStart, nameEnd, ignored, 0, ignored.length)) {
                text.length = nameStart - HEAD;
                return stop;
            }
        }
        final int record = parameters.reserve(STRIDE);
        final int[] records = parameters.array;
        records[record] = nameStart;
        records[record + 1] = nameEnd;
        records[record + 2] = hasValue ? nameEnd : NO_VALUE;
        records[record + 3] = text.length;
        final int index = record / STRIDE;
        if (index == prefixes.length) {
            prefixes = java.util.Arrays.copyOf(prefixes, 2 * index);
        }
        prefixes[index] = prefix;
        return stop;
    }

    /**
     * Writes a part's field, eight bytes at a step: as far as there is no escape, and the plus signs as spaces.
     *
     * @param ofName -1 if {@code =} ends the part, as it does a name; else 0.
     * @return where the part ends.
     */
    private int decode(final byte[] bytes, final int from, final int end, final int tag, final long ofName) {
        text.ensure(end - from + HEAD + Words.BYTES);
        final byte[] to = text.array;
        final int start = text.length + HEAD;
        int at = start;
        int i = from;
        while (i < end) {
            final long word = word(bytes, i);
            final long low = word & LOWS;
            final long ascii = ~word & Words.HIGHS;
            final long stops = (within(low, '%', '&') | within(low, '=', '=') & ofName) & ascii;
            final long pluses = within(low, '+', '+') & ascii;
            Words.put(to, at, word ^ (pluses >>> Byte.SIZE - 1) * PLUS_TO_SPACE);
            final int plain = Math.min(Long.numberOfTrailingZeros(stops) >>> 3, end - i);
            i += plain;
            at += plain;
            if (plain < Words.BYTES && i < end) {
                if (bytes[i] != '%') {
                    break;
                }
                final int value = Percent.decode(bytes, i, end);
                if (value < 0) {
                    return keep(bytes, from, end, tag | 0x20, ofName);
                }
                to[at++] = (byte) value;
                i += ESCAPE;
            }
        }
        to[start - HEAD] = (byte) tag;
        Words.putInt(to, start - HEAD + 1, at - start);
        text.length = at;
        return i;
    }

    /** Writes the field of a part with a broken escape: as it came. @return where the part ends. */
    private int keep(final byte[] bytes, final int from, final int end, final int tag, final long ofName) {
        int stop = from;
        while (stop < end && bytes[stop] != '&' && (ofName == 0 || bytes[stop] != '=')) {
            stop++;
        }
        text.field(tag, bytes, from, stop - from);
        return stop;
    }

    /** Returns a number with the high bit of each byte from {@code first} to {@code last}; no others' high bits. */
    private static long within(final long low, final int first, final int last) {
        return low + (0x80 - first) * Words.ONES & ~(low + (0x7f - last) * Words.ONES);
    }

    /** Returns eight bytes; zeros where the array has ended. */
    private static long word(final byte[] bytes, final int at) {
        final int left = bytes.length - at;
        if (left >= Words.BYTES) {
            return Words.get(bytes, at);
        }
        if (bytes.length >= Words.BYTES) {
            return Words.get(bytes, bytes.length - Words.BYTES) >>> (Words.BYTES - left) * Byte.SIZE;
        }
        long word = 0;
        for (int i = 0; i < left; i++) {
            word |= (bytes[at + i] & 0xffL) << i * Byte.SIZE;
        }
        return word;
    }
}
