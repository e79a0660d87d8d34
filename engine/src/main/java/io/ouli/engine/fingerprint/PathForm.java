package io.ouli.engine.fingerprint;

/**
 * The P field: a path in the normal form of RFC 3986, so that every spelling of one path gives one field.
 *
 * <pre>
 * /a/%7Euser//b/./c/../d%2fe   becomes   /a/~user/b/d%2Fe
 * </pre>
 *
 * <p>Only unreserved characters are decoded; all that a path cannot hold is encoded; slashes in a row are one; then dot
 * segments go. A path with a broken escape or a {@code #} has no normal form and is kept as it came, under the tag
 * {@code p}.
 */
final class PathForm {
    private PathForm() {
    }

    /** Writes the field for the path {@code bytes[start..end)}; an empty path is {@code /}. */
    static void write(final byte[] bytes, final int start, final int end, final ByteSink out) {
        if (isNormal(bytes, start, end)) {
            out.field('P', bytes, start, end - start);
            return;
        }
        for (int i = start; i < end; i++) {
            final byte b = bytes[i];
            if (b == '#' || b == '%' && Percent.decode(bytes, i, end) < 0) {
                out.field('p', bytes, start, end - start);
                return;
            }
        }
        final int field = out.beginField('P');
        out.ensure(3 * (end - start) + 1);
        if (start == end) {
            out.put('/');
        }
        normalise(bytes, start, end, out);
        removeDotSegments(out, field);
        out.endField(field);
    }

    /** {@return whether the path is its own normal form for certain, as most are; false where a dot follows a slash} */
    private static boolean isNormal(final byte[] bytes, final int start, final int end) {
        boolean slash = false;
        for (int i = start; i < end; i++) {
            final byte b = bytes[i];
            if (!Percent.isPath(b) || slash && (b == '/' || b == '.')) {
                return false;
            }
            slash = b == '/';
        }
        return start < end && bytes[start] == '/';
    }

    private static void normalise(final byte[] bytes, final int start, final int end, final ByteSink out) {
        int last = -1;
        for (int i = start; i < end; i++) {
            int b = bytes[i] & 0xff;
            if (b == '%') {
                b = Percent.decode(bytes, i, end);
                i += 2;
                if (!Percent.isUnreserved(b)) {
                    Percent.encode(b, out);
                    last = -1;
                    continue;
                }
            } else if (!Percent.isPath(b)) {
                Percent.encode(b, out);
                last = -1;
                continue;
            }
            if (b != '/' || last != '/') {
                out.put(b);
            }
            last = b;
        }
    }

    /** Removes {@code .} and {@code ..} segments in place: the write index never overtakes the read index. */
    private static void removeDotSegments(final ByteSink out, final int start) {
        final byte[] bytes = out.array;
        final int end = out.length;
        int to = start;
        int from = start;
        while (from < end) {
            assert bytes[from] == '/';
            int next = from + 1;
            while (next < end && bytes[next] != '/') {
                next++;
            }
            final int length = next - from;
            final boolean dot = length == 2 && bytes[from + 1] == '.';
            final boolean dots = length == 3 && bytes[from + 1] == '.' && bytes[from + 2] == '.';
            if (dots) {
                while (to > start && bytes[--to] != '/') {
                    continue;
                }
            }
            if (!dot && !dots) {
                if (to != from) {
                    System.arraycopy(bytes, from, bytes, to, length);
                }
                to += length;
            } else if (next == end) {
                bytes[to++] = '/';
            }
            from = next;
        }
        if (to == start) {
            bytes[to++] = '/';
        }
        out.length = to;
    }
}
