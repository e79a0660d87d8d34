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
    /** What a byte of a piece is, if it is not itself or ends something. */
    private static final byte END = 1;
    private static final byte CODED = 2;
    private static final byte[] CLASSES = new byte[256];

    static {
        CLASSES['&'] = END;
        CLASSES['='] = END;
        CLASSES['%'] = CODED;
        CLASSES['+'] = CODED;
    }

    private final ByteSink text = new ByteSink();
    /** For each parameter: name start (its tag's), name end, value start (its tag's) or NO_VALUE, value end. */
    private final IntList parameters = new IntList();
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
        int from = start;
        while (from < end) {
            int to = from;
            while (to < end && CLASSES[bytes[to] & 0xff] == 0) {
                to++;
            }
            final int nameEnd = to;
            int kinds = 0;
            for (; to < end && bytes[to] != '&'; to++) {
                kinds |= CLASSES[bytes[to] & 0xff];
            }
            if (to > from) {
                add(bytes, from, nameEnd, to, kinds, ignoredNames);
            }
            from = to + 1;
        }
        final int count = parameters.size / STRIDE;
        final int[] records = parameters.array;
        final int[] order = sorter.sort(text.array, records, 0, STRIDE, count);
        for (int i = 0; i < count; i++) {
            final int record = order[i];
            writePart(records[record], records[record + 1], out);
            if (records[record + 2] != NO_VALUE) {
                writeValue(records[record + 2], records[record + 3], placeholders, out);
            }
        }
    }

    /**
     * Adds a piece.
     *
     * @param plainEnd the first byte that ends a name or is not itself, or {@code to}.
     * @param kinds    what {@link #CLASSES} says of all from there on.
     */
    private void add(
            final byte[] bytes,
            final int from,
            final int plainEnd,
            final int to,
            final int kinds,
            final byte[][] ignoredNames) {
        int equals = plainEnd;
        if ((kinds & CODED) != 0) {
            while (equals < to && bytes[equals] != '=') {
                equals++;
            }
        }
        final int nameStart = text.length;
        decode(bytes, from, equals, 'Q', equals > plainEnd);
        final int nameEnd = text.length;
        for (final byte[] ignored : ignoredNames) {
            if (java.util.Arrays.equals(text.array, nameStart + 1, nameEnd, ignored, 0, ignored.length)) {
                text.length = nameStart;
                return;
            }
        }
        final int record = parameters.reserve(STRIDE);
        parameters.array[record] = nameStart;
        parameters.array[record + 1] = nameEnd;
        parameters.array[record + 2] = equals == to ? NO_VALUE : nameEnd;
        if (equals < to) {
            decode(bytes, equals + 1, to, 'V', (kinds & CODED) != 0);
        }
        parameters.array[record + 3] = text.length;
    }

    /** Writes a part with its tag before it, so that the tag takes part in the order. */
    private void decode(final byte[] bytes, final int start, final int end, final int tag, final boolean coded) {
        text.put(tag);
        if (!coded) {
            text.put(bytes, start, end - start);
            return;
        }
        text.ensure(end - start);
        final byte[] to = text.array;
        int at = text.length;
        for (int i = start; i < end; i++) {
            final byte b = bytes[i];
            if (b == '%') {
                final int value = Percent.decode(bytes, i, end);
                if (value < 0) {
                    to[text.length - 1] |= 0x20;
                    text.put(bytes, start, end - start);
                    return;
                }
                to[at++] = (byte) value;
                i += 2;
            } else {
                to[at++] = b == '+' ? (byte) ' ' : b;
            }
        }
        text.length = at;
    }

    private void writePart(final int start, final int end, final ByteSink out) {
        out.field(text.array[start], text.array, start + 1, end - start - 1);
    }

    private void writeValue(final int start, final int end, final Placeholders placeholders, final ByteSink out) {
        if (placeholders.isEmpty() || !placeholders.writeField(text.array, start + 1, end, out)) {
            writePart(start, end, out);
        }
    }
}
