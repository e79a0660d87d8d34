package io.ouli.engine.fingerprint;

import io.ouli.engine.http.Headers;

/**
 * The H and V fields: the header fields that count, sorted by name in lower case, repeated ones in their order.
 *
 * <p>{@code content-type} is written in one spelling; {@code accept} is a list, each of whose elements is a V field of
 * its own, however it was spread over fields. Every other value is taken as it came.
 */
final class HeaderForm {
    private static final byte[] CONTENT_TYPE = MediaType.ascii("content-type");
    private static final byte[] ACCEPT = MediaType.ascii("accept");
    private static final int STRIDE = 3;

    private final ByteSink names = new ByteSink();
    /** For each field that counts: start and end of its name in {@link #names}, its index. */
    private final IntList fields = new IntList();
    private final KeySorter sorter = new KeySorter();
    private final MediaType mediaType = new MediaType();
    private final KnownValues knownLists = new KnownValues();
    /** Without the boundary's value, and with it. */
    private final KnownValues[] knownTypes = {new KnownValues(), new KnownValues()};

    static byte toLower(final byte value) {
        return value >= 'A' && value <= 'Z' ? (byte) (value | 0x20) : value;
    }

    /**
     * Writes the fields.
     *
     * @param dropBoundary whether the body's form makes the content type's boundary irrelevant.
     */
    void write(
            final Headers headers, final FingerprintPolicy policy, final boolean dropBoundary, final ByteSink out) {
        names.clear();
        fields.clear();
        for (int i = 0; i < headers.count(); i++) {
            if (policy.countsHeader(headers, i)) {
                collect(headers, i);
            }
        }
        final int count = fields.size / STRIDE;
        final int[] records = fields.array;
        final int[] order = sorter.sort(names.array, records, 0, STRIDE, count);
        for (int i = 0; i < count; i++) {
            final int record = order[i];
            if (i == 0 || KeySorter.compare(names.array, records, order[i - 1], record) != 0) {
                out.field('H', names.array, records[record], records[record + 1] - records[record]);
            }
            value(headers, records[record + 2], policy.headerPlaceholders, dropBoundary, out);
        }
    }

    private void collect(final Headers headers, final int index) {
        final byte[] bytes = headers.bytes();
        fields.add(names.length);
        for (int i = headers.nameStart(index); i < headers.nameEnd(index); i++) {
            names.put(toLower(bytes[i]));
        }
        fields.add(names.length);
        fields.add(index);
    }

    private void value(
            final Headers headers,
            final int index,
            final Placeholders placeholders,
            final boolean dropBoundary,
            final ByteSink out) {
        final byte[] bytes = headers.bytes();
        final int start = headers.valueStart(index);
        final int end = headers.valueEnd(index);
        if (!placeholders.isEmpty() && placeholders.writeField(bytes, start, end, out)) {
            return;
        }
        if (headers.nameIs(index, ACCEPT)) {
            if (!knownLists.write(bytes, start, end, out)) {
                final int begin = out.length;
                list(bytes, start, end, out);
                knownLists.learn(bytes, start, end, out, begin);
            }
        } else if (headers.nameIs(index, CONTENT_TYPE)) {
            final KnownValues known = knownTypes[dropBoundary ? 0 : 1];
            if (!known.write(bytes, start, end, out)) {
                final int begin = out.length;
                type(bytes, start, end, dropBoundary, out);
                known.learn(bytes, start, end, out, begin);
            }
        } else {
            out.field('V', bytes, start, end - start);
        }
    }

    private void type(
            final byte[] bytes, final int start, final int end, final boolean dropBoundary, final ByteSink out) {
        if (mediaType.parse(bytes, start, end)) {
            final int field = out.beginField('V');
            mediaType.write(true, dropBoundary, out);
            out.endField(field);
        } else {
            out.field('v', bytes, start, end - start);
        }
    }

    /** Writes a V field for each media range between commas that stand outside quotes; a v field for what is none. */
    private void list(final byte[] bytes, final int start, final int end, final ByteSink out) {
        int from = start;
        boolean quoted = false;
        for (int i = start; i < end; i++) {
            if (bytes[i] == '"') {
                quoted = !quoted;
            } else if (quoted && bytes[i] == '\\') {
                i++;
            } else if (!quoted && bytes[i] == ',') {
                element(bytes, from, i, out);
                from = i + 1;
            }
        }
        element(bytes, from, end, out);
    }

    private void element(final byte[] bytes, final int from, final int to, final ByteSink out) {
        int start = from;
        int end = to;
        while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) {
            start++;
        }
        while (end > start && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
            end--;
        }
        if (start == end) {
            return;
        }
        if (mediaType.parse(bytes, start, end)) {
            final int field = out.beginField('V');
            mediaType.write(false, false, out);
            out.endField(field);
        } else {
            out.field('v', bytes, start, end - start);
        }
    }
}
