package io.ouli.engine.fingerprint;

import java.util.Arrays;

/**
 * The Q and V fields of a query or a form: decoded parameters sorted by name, equal names in their order.
 *
 * <pre>
 * b=2&amp;a=%31+x&amp;a   becomes   Q a, V "1 x", Q a, Q b, V 2
 * </pre>
 *
 * <p>A parameter without {@code =} has no value field, so {@code a} and {@code a=} differ. Empty pieces are nothing. A
 * name or value with a broken escape is not decoded at all; its tag is in lower case, and it sorts behind the decoded.
 *
 * <p>All names are read before anything is written. So a value is written once, where it belongs, and nothing is read
 * that was just written in other words, which the processor would wait for.
 */
final class ParameterForm {
    private static final int STRIDE = 4;
    /** Tag and length of a field. */
    private static final int HEAD = 5;
    private static final int ESCAPE = 3;
    /** What may be written behind a field, for the next one to cover. */
    private static final int PAD_BYTES = 2 * Words.BYTES;
    private static final int TAG_SHIFT = Long.SIZE - Byte.SIZE;
    private static final int LOWER_CASE = 0x20;
    private static final long LOWS = ~Words.HIGHS;
    private static final long EQUALS_SIGNS = '=' * Words.ONES;
    private static final long PERCENT_SIGNS = '%' * Words.ONES;
    private static final long PLUS_SIGNS = '+' * Words.ONES;
    private static final int PLUS_TO_SPACE = '+' ^ ' ';

    private final ParameterPieces pieces = new ParameterPieces();
    /** For each parameter: start and end of its name, decoded; start and end of its value, which may be behind it. */
    private final IntList parameters = new IntList();
    /** For each parameter: the tag of its name, then the name's beginning. */
    private long[] prefixes = new long[16];
    private final NameOrders orders = new NameOrders();
    /** A value's field that placeholders are looked for in. */
    private final ByteSink valueField = new ByteSink();
    private byte[] source;
    private int sourceStart;

    /** Writes the fields of {@code bytes[start..end)}, the text behind the question mark or the form's body. */
    void write(
            final byte[] bytes,
            final int start,
            final int end,
            final byte[][] ignoredNames,
            final Placeholders placeholders,
            final ByteSink out) {
        source = bytes;
        sourceStart = start;
        pieces.read(bytes, start, end - start);
        collect(ignoredNames);
        final int count = parameters.size / STRIDE;
        final int[] order = orders.sort(pieces.text.array, parameters.array, prefixes, STRIDE, count);
        final int first = orders.first();
        final int most = end - start + 2 * HEAD * count + PAD_BYTES;
        out.ensure(most);
        for (int i = 0; i < count; i++) {
            final int record = order == null ? i * STRIDE : order[first + i];
            writeName(record, out);
            if (placeholders.isEmpty()) {
                writeValue(record, out);
            } else {
                writeValue(record, placeholders, out);
                out.ensure(most);
            }
        }
        source = null;
    }

    /** Notes the parameters that count. */
    private void collect(final byte[][] ignoredNames) {
        final byte[] in = pieces.text.array;
        final int[] ends = pieces.ends.array;
        final int count = pieces.ends.size;
        parameters.clear();
        int at = 0;
        for (int i = 0; i < count; i++) {
            final int end = ends[i];
            if (at < end) {
                final long word = Words.get(in, at);
                final int bits = Long.numberOfTrailingZeros(firstZero(word ^ EQUALS_SIGNS)) & -Byte.SIZE;
                final long name = word & (1L << bits) - 1;
                final int nameEnd = at + (bits >>> 3);
                if (bits < Long.SIZE && nameEnd < end && !isToBeDecoded(name) && ignoredNames.length == 0) {
                    add(at, nameEnd, nameEnd + 1, end, 'Q', Long.reverseBytes(name));
                } else {
                    addAny(at, end, ignoredNames);
                }
            }
            at = end + 1;
        }
    }

    /** Adds a piece of which it is not known that its name is short and needs no decoding. */
    private void addAny(final int start, final int end, final byte[][] ignoredNames) {
        final byte[] in = pieces.text.array;
        final int nameStop = findEquals(in, start, end);
        int nameEnd = decodeName(start, nameStop);
        int tag = 'Q';
        if (nameEnd < 0) {
            nameEnd = nameStop;
            tag |= LOWER_CASE;
        }
        for (final byte[] ignored : ignoredNames) {
            if (Arrays.equals(in, start, nameEnd, ignored, 0, ignored.length)) {
                return;
            }
        }
        add(start, nameEnd, nameStop + 1, end, tag, Words.prefix(in, start, nameEnd));
    }

    private void add(
            final int nameStart, final int nameEnd, final int valueStart, final int end, final long tag,
            final long namePrefix) {
        final int record = parameters.reserve(STRIDE);
        final int[] records = parameters.array;
        records[record] = nameStart;
        records[record + 1] = nameEnd;
        records[record + 2] = valueStart;
        records[record + 3] = end;
        final int index = record / STRIDE;
        if (index == prefixes.length) {
            prefixes = Arrays.copyOf(prefixes, 2 * index);
        }
        prefixes[index] = tag << TAG_SHIFT | namePrefix >>> Byte.SIZE;
    }

    /** {@return where the first equals sign is, or {@code end}} */
    private static int findEquals(final byte[] in, final int start, final int end) {
        for (int at = start; at < end; at += Words.BYTES) {
            final long found = firstZero(Words.get(in, at) ^ EQUALS_SIGNS);
            if (found != 0) {
                return Math.min(end, at + (Long.numberOfTrailingZeros(found) >>> 3));
            }
        }
        return end;
    }

    /**
     * Decodes a name where it stands.
     *
     * @return its end, or -1 if an escape is broken: then the name is as it came.
     */
    private int decodeName(final int start, final int end) {
        final byte[] in = pieces.text.array;
        int to = start;
        for (int i = start; i < end; i++) {
            int b = in[i];
            if (b == '+') {
                b = ' ';
            } else if (b == '%') {
                b = Percent.decode(in, i, end);
                if (b < 0) {
                    System.arraycopy(source, sourceStart + start, in, start, end - start);
                    return -1;
                }
                i += ESCAPE - 1;
            }
            in[to++] = (byte) b;
        }
        return to;
    }

    private void writeName(final int record, final ByteSink out) {
        final byte[] to = out.array;
        final int at = out.length;
        final int start = parameters.array[record];
        final int length = parameters.array[record + 1] - start;
        final long prefix = prefixes[record / STRIDE];
        if (length < Words.BYTES) {
            // Tag and length, which is in the last of its four bytes; then the name, which is whole in its prefix.
            Words.put(to, at, prefix >>> TAG_SHIFT | (long) length << Integer.SIZE);
            Words.put(to, at + HEAD, Long.reverseBytes(prefix << Byte.SIZE));
        } else {
            to[at] = (byte) (prefix >>> TAG_SHIFT);
            Words.putInt(to, at + 1, length);
            System.arraycopy(pieces.text.array, start, to, at + HEAD, length);
        }
        out.length = at + HEAD + length;
    }

    /**
     * Writes the value's field, if there is a value: as it came if an escape is broken.
     *
     * <p>Of a word's escapes one is decoded in the word. Steps are of fixed length where they can be, so that the next
     * one needs not wait for this one.
     */
    private void writeValue(final int record, final ByteSink out) {
        final int start = parameters.array[record + 2];
        final int end = parameters.array[record + 3];
        if (start > end) {
            return;
        }
        final byte[] in = pieces.text.array;
        final byte[] to = out.array;
        final int begin = out.length + HEAD;
        int at = begin;
        int i = start;
        while (i < end) {
            final long word = Words.get(in, i);
            final long spaced = withSpaces(word);
            final long escapes = firstZero(word ^ PERCENT_SIGNS);
            Words.put(to, at, spaced);
            final int plain = Long.numberOfTrailingZeros(escapes) >>> 3;
            if (escapes == 0 || i + plain >= end) {
                i += Words.BYTES;
                at += Words.BYTES;
                continue;
            }
            if (plain > Words.BYTES - ESCAPE) {
                i += plain;
                at += plain;
                continue;
            }
            final int bits = plain * Byte.SIZE;
            // Where a piece ends is an ampersand, which is no digit.
            final int decoded = Percent.decode((int) (word >>> bits + Byte.SIZE));
            if (decoded < 0) {
                out.field('V' | LOWER_CASE, source, sourceStart + start, end - start);
                return;
            }
            Words.put(to, at + plain, spaced >>> bits >>> 2 * Byte.SIZE & -1L << Byte.SIZE | decoded);
            final long more = firstZero(word >>> bits >>> ESCAPE * Byte.SIZE ^ PERCENT_SIGNS);
            if (more == 0) {
                i += Words.BYTES;
                at += Words.BYTES - ESCAPE + 1;
            } else {
                final int between = Long.numberOfTrailingZeros(more) >>> 3;
                i += plain + ESCAPE + between;
                at += plain + 1 + between;
            }
        }
        at += end - i;
        to[begin - HEAD] = 'V';
        Words.putInt(to, begin - HEAD + 1, at - begin);
        out.length = at;
    }

    private void writeValue(final int record, final Placeholders placeholders, final ByteSink out) {
        final int start = parameters.array[record + 2];
        final int end = parameters.array[record + 3];
        if (start <= end) {
            valueField.clear();
            valueField.ensure(HEAD + end - start + PAD_BYTES);
            writeValue(record, valueField);
            if (!placeholders.writeField(valueField.array, HEAD, valueField.length, out)) {
                out.put(valueField.array, 0, valueField.length);
            }
        }
    }

    /** {@return a number whose lowest bit that is set is the high bit of the first byte that is 0; 0 if none is} */
    private static long firstZero(final long word) {
        return word - Words.ONES & ~word & Words.HIGHS;
    }

    /**
     * {@return whether a percent or plus sign may be in a word: none of the characters from one to the other is not}
     */
    private static boolean isToBeDecoded(final long word) {
        final long low = word & LOWS;
        return (low + (0x80 - '%') * Words.ONES & ~(low + (0x7f - '+') * Words.ONES) & ~word & Words.HIGHS) != 0;
    }

    /** {@return a word with spaces for its plus signs} */
    private static long withSpaces(final long word) {
        final long others = word ^ PLUS_SIGNS;
        final long pluses = ~((others & LOWS) + LOWS | others) & Words.HIGHS;
        return word ^ (pluses >>> Byte.SIZE - 1) * PLUS_TO_SPACE;
    }
}
