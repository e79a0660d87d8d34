package io.ouli.engine.fingerprint;

import io.ouli.engine.Limits;
import io.ouli.engine.content.ContentCoding;
import io.ouli.engine.content.ContentDecoder;
import io.ouli.engine.http.Headers;

/**
 * The body's part of the canonical form: content decoding, then the form that its media type asks for.
 *
 * <p>After {@link #read}, the body's bytes stand in {@link #array}; nothing is copied when they count as they came.
 */
final class BodyForm {
    /** Kinds of body; the first byte of a B field. */
    static final byte NONE = 0;
    static final byte RAW = 'r';
    static final byte TEMPLATE = 't';
    static final byte JSON = 'j';
    static final byte JSON_LINES = 'n';
    static final byte FORM = 'f';
    static final byte MULTIPART = 'm';

    private static final byte[] CONTENT_TYPE = MediaType.ascii("content-type");
    private static final byte[] CONTENT_ENCODING = MediaType.ascii("content-encoding");
    private static final byte[][] JSON_TYPES = {MediaType.ascii("application/json"), MediaType.ascii("text/json")};
    private static final byte[] JSON_SUFFIX = MediaType.ascii("+json");
    private static final byte[][] JSON_LINES_TYPES = {
        MediaType.ascii("application/x-ndjson"), MediaType.ascii("application/ndjson"),
        MediaType.ascii("application/jsonl"), MediaType.ascii("application/jsonlines"),
        MediaType.ascii("application/x-jsonlines"), MediaType.ascii("application/json-lines")};
    private static final byte[] FORM_TYPE = MediaType.ascii("application/x-www-form-urlencoded");
    private static final byte[] MULTIPART_PREFIX = MediaType.ascii("multipart/");

    private final ContentDecoder decoder = new ContentDecoder(Limits.MAX_DECODED_BYTES);
    private final MediaType mediaType = new MediaType();
    private final JsonForm json = new JsonForm();
    private final ParameterForm parameters = new ParameterForm();
    private final MultipartForm multipart = new MultipartForm();
    private final ByteSink boundary = new ByteSink();
    private final ByteSink content = new ByteSink();
    private final ByteSink codings = new ByteSink();
    /** Codings in the order in which they were applied: start and end in {@link #codings}. */
    private final IntList codingBounds = new IntList();

    private FingerprintPolicy policy;
    private byte kind;
    private byte[] array = {};
    private int offset;
    private int length;
    private boolean decoded;

    /** Makes a body canonical. */
    void read(
            final Headers headers,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final FingerprintPolicy fingerprintPolicy) {
        policy = fingerprintPolicy;
        use(RAW, body, bodyOffset, bodyLength);
        decoded = true;
        codings.clear();
        if (bodyLength == 0 || policy.ignoresBody) {
            kind = NONE;
            return;
        }
        decoded = decode(headers);
        if (length == 0) {
            kind = NONE;
            return;
        }
        if (decoded) {
            transform(headers);
        }
        if (kind == RAW && !policy.bodyPlaceholders.isEmpty()) {
            replaceVolatiles();
        }
    }

    private void use(final byte newKind, final byte[] bytes, final int from, final int count) {
        kind = newKind;
        array = bytes;
        offset = from;
        length = count;
    }

    /**
     * Undoes the content codings, the last one first.
     *
     * @return false, and the body as it came, if one cannot be.
     */
    private boolean decode(final Headers headers) {
        int index = headers.find(CONTENT_ENCODING, 0);
        if (index < 0) {
            return true;
        }
        codingBounds.clear();
        for (; index >= 0; index = headers.find(CONTENT_ENCODING, index + 1)) {
            listCodings(headers.bytes(), headers.valueStart(index), headers.valueEnd(index));
        }
        final byte[] body = array;
        final int bodyOffset = offset;
        final int bodyLength = length;
        int rounds = 0;
        for (int i = codingBounds.size - 2; i >= 0; i -= 2) {
            final ContentCoding coding =
                    ContentCoding.of(codings.array, codingBounds.array[i], codingBounds.array[i + 1]);
            if (coding == ContentCoding.IDENTITY) {
                continue;
            }
            if (coding == null
                    || ++rounds > Limits.MAX_CONTENT_CODINGS
                    || !decoder.decode(coding, array, offset, length)) {
                use(RAW, body, bodyOffset, bodyLength);
                return false;
            }
            use(RAW, decoder.bytes(), 0, decoder.length());
        }
        return true;
    }

    private void listCodings(final byte[] bytes, final int start, final int end) {
        int at = start;
        while (at < end) {
            final int from = codings.length;
            for (; at < end && bytes[at] != ','; at++) {
                if (bytes[at] != ' ' && bytes[at] != '\t') {
                    codings.put(HeaderForm.toLower(bytes[at]));
                }
            }
            at++;
            if (codings.length > from) {
                codingBounds.add(from);
                codingBounds.add(codings.length);
                codings.put(',');
            }
        }
    }

    private void transform(final Headers headers) {
        final int index = headers.find(CONTENT_TYPE, 0);
        if (index < 0 || headers.find(CONTENT_TYPE, index + 1) >= 0) {
            return;
        }
        final boolean sound =
                mediaType.parse(headers.bytes(), headers.valueStart(index), headers.valueEnd(index));
        if (isOneOf(JSON_TYPES) || mediaType.typeEndsWith(JSON_SUFFIX)) {
            final int from = skipByteOrderMark();
            if (json.canonicalise(array, from, offset + length, policy.ignoredJson, policy.bodyPlaceholders)) {
                use(JSON, json.result().array, 0, json.result().length);
            }
        } else if (mediaType.typeIs(FORM_TYPE)) {
            content.clear();
            parameters.write(
                    array, offset, offset + length, policy.ignoredForm, policy.bodyPlaceholders, content);
            use(FORM, content.array, 0, content.length);
        } else if (isOneOf(JSON_LINES_TYPES)) {
            lines();
        } else if (sound && mediaType.typeStartsWith(MULTIPART_PREFIX) && mediaType.boundary(boundary)) {
            content.clear();
            if (multipart.write(array, offset, offset + length, boundary, content)) {
                use(MULTIPART, content.array, 0, content.length);
            }
        }
    }

    private int skipByteOrderMark() {
        final boolean marked = length >= 3
                && array[offset] == (byte) 0xef
                && array[offset + 1] == (byte) 0xbb
                && array[offset + 2] == (byte) 0xbf;
        return marked ? offset + 3 : offset;
    }

    private boolean isOneOf(final byte[][] types) {
        for (final byte[] type : types) {
            if (mediaType.typeIs(type)) {
                return true;
            }
        }
        return false;
    }

    private void replaceVolatiles() {
        content.clear();
        if (policy.bodyPlaceholders.replace(array, offset, offset + length, content)) {
            use(TEMPLATE, content.array, 0, content.length);
        }
    }

    /** Makes each line canonical and ends it with a line feed; empty lines are nothing. */
    private void lines() {
        content.clear();
        final int end = offset + length;
        int from = skipByteOrderMark();
        while (from < end) {
            int to = from;
            boolean blank = true;
            while (to < end && array[to] != '\n') {
                blank &= array[to] == ' ' || array[to] == '\t' || array[to] == '\r';
                to++;
            }
            if (!blank) {
                if (!json.canonicalise(array, from, to, policy.ignoredJson, policy.bodyPlaceholders)) {
                    return;
                }
                content.put(json.result().array, 0, json.result().length);
                content.put('\n');
            }
            from = to + 1;
        }
        use(JSON_LINES, content.array, 0, content.length);
    }

    /** {@return whether the body's boundary does not count, so that it must not count in the content type either} */
    boolean dropsBoundary() {
        return kind == MULTIPART;
    }

    /** Writes the head of the fields E and B; the body's bytes follow from {@link #array}. */
    void writeHead(final ByteSink out) {
        if (!decoded) {
            out.field('E', codings.array, 0, Math.max(0, codings.length - 1));
        }
        if (kind != NONE) {
            out.fieldHead('B', length + 1);
            out.put(kind);
        } else {
            length = 0;
        }
    }

    byte[] array() {
        return array;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }
}
