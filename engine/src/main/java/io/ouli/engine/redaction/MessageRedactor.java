package io.ouli.engine.redaction;

import io.ouli.engine.Limits;
import io.ouli.engine.http.Headers;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseParser;
import io.ouli.engine.http.TrailerSection;
import java.util.Arrays;
import java.util.List;

/**
 * Redacts requests and responses by one policy. For one thread; a message that needs no change allocates nothing.
 *
 * <p>What a call gave stands in the accessors until the next call. A message is searched whole first, and written anew
 * only where something is found.
 */
public final class MessageRedactor {
    private static final int[] NO_MARKS = {};
    private static final byte[] NO_BYTES = {};
    /** A coded body whose coded bytes were changed may decode to something else, and is looked at once more. */
    private static final int CODED_ATTEMPTS = 2;

    private final RedactionPolicy policy;
    private final List<HeaderRule> requestHeaders;
    private final HeadBuilder builder = new HeadBuilder();
    private final SecretFinder finder;
    private final FieldRedactor fields;
    private final HeadBuilder trailerBuilder = new HeadBuilder();
    private final FieldRedactor trailerFields;
    /** Made when the first trailers come that a rule may name. */
    private TrailerSection trailerSection;
    private final BodyRedactor bodies;
    private final BodyDecoder decoder;
    private final boolean storing;
    private final RequestParser requestParser = new RequestParser();
    private final ResponseParser responseParser = new ResponseParser();
    private final RequestHead requestHead = new RequestHead(Limits.MAX_HEADERS);
    private final ResponseHead responseHead = new ResponseHead(Limits.MAX_HEADERS);
    private final BodyView body = new BodyView();
    private int[] marks = NO_MARKS;

    /** @param storing whether messages will be stored: then one that cannot be searched is an error. */
    MessageRedactor(
            final RedactionPolicy policy,
            final List<HeaderRule> requestHeaders,
            final RedactionListener listener,
            final boolean storing) {
        this.policy = policy;
        this.storing = storing;
        decoder = policy.newBodyDecoder();
        this.requestHeaders = requestHeaders;
        finder = new SecretFinder(policy.secrets, policy.placeholder, listener);
        fields = new FieldRedactor(policy, finder, builder, listener);
        trailerFields = new FieldRedactor(policy, finder, trailerBuilder, listener);
        bodies = new BodyRedactor(policy, finder, listener);
    }

    /**
     * Redacts a request, as it is fingerprinted and stored.
     *
     * @param head       the parsed head.
     * @param content    holds the body after transfer decoding.
     * @param offset     of its first byte.
     * @param length     in bytes, 0 without a body.
     * @return true if it changed: {@link #head} and {@link #body} give the redacted request; false: the original
     * stands.
     * @throws RedactionException if it will be stored, and its body cannot be decoded, or inflates to more than can be
     *                            searched.
     */
    public boolean redactRequest(final RequestHead head, final byte[] content, final int offset, final int length) {
        if (requestHeaders.isEmpty() && policy.changesOnlyRequestHeaders()) {
            return false;
        }
        final Headers headers = head.headers();
        redactBody(headers, content, offset, length, NO_MARKS);
        if (!body.changed
                && !policy.namesSecret(head.bytes(), head.methodStart(), head.methodEnd())
                && !fields.mayChangeQuery(head.bytes(), head.targetStart(), head.targetEnd())
                && !fields.mayChange(headers, requestHeaders, head.targetStart(), head.end())) {
            return false;
        }
        // A placeholder may be longer than a secret; a head that would get too long so gets shortened ones.
        return writeRequest(head, true) || writeRequest(head, false);
    }

    private boolean writeRequest(final RequestHead head, final boolean mayGrow) {
        final byte[] bytes = head.bytes();
        builder.clear();
        boolean changed = fields.method(bytes, head.methodStart(), head.methodEnd());
        builder.append(' ');
        changed |= fields.target(bytes, head.targetStart(), head.targetEnd(), mayGrow);
        final int lineEnd = head.targetEnd() + " HTTP/1.1\r\n".length();
        builder.append(bytes, head.targetEnd(), lineEnd);
        changed |= fields.fields(head.headers(), requestHeaders, body, mayGrow);
        if (!changed && !body.changed) {
            return false;
        }
        final int length = requestParser.parse(builder.bytes(), 0, builder.length(), requestHead);
        if (length == builder.length()) {
            return true;
        }
        requestParser.reset();
        if (mayGrow) {
            return false;
        }
        if (body.length > Limits.MAX_REQUEST_BYTES) {
            throw new RedactionException("redacted, and with its coding undone, its body is longer than "
                    + Limits.MAX_REQUEST_BYTES + " bytes; send less in one request, or go without secrets and rules"
                    + " for bodies");
        }
        throw new RedactionException("a redacted request is no request any more: " + requestParser.fault().reason()
                + "; use another placeholder, or redact the field by its name");
    }

    private void redactBody(
            final Headers headers,
            final byte[] content,
            final int offset,
            final int length,
            final int[] positions) {
        body.original(content, offset, length);
        if (length == 0 || !policy.looksIntoBodies()) {
            return;
        }
        final String coding = HeadBuilder.contentEncoding(headers);
        if (coding == null) {
            body.take(redactPlain(headers, content, offset, offset + length, positions, 0));
            return;
        }
        boolean settled = false;
        for (int attempt = 0; attempt < CODED_ATTEMPTS && !settled; attempt++) {
            settled = redactCoded(headers, coding, positions);
        }
    }

    /**
     * Redacts a body without content coding; of a compressed file what is in it.
     *
     * @param depth how many compressed files it was in.
     * @return null if it stands.
     */
    private byte[] redactPlain(
            final Headers headers,
            final byte[] content,
            final int from,
            final int to,
            final int[] positions,
            final int depth) {
        // First what is in a file: taken out of its bytes as they are, a secret would leave a file that none can read.
        final byte[] file = redactFile(headers, content, from, to, positions, depth);
        if (file != null) {
            return file;
        }
        final byte[] clean = bodies.redact(headers, content, from, to, positions);
        // A file whose bytes were changed may hold something else.
        final byte[] changed = clean == null ? null : redactFile(headers, clean, 0, clean.length, positions, depth);
        return changed != null ? changed : clean;
    }

    private byte[] redactFile(
            final Headers headers,
            final byte[] content,
            final int from,
            final int to,
            final int[] positions,
            final int depth) {
        final String coding = CompressedFile.coding(content, from, to);
        if (coding == null) {
            return null;
        }
        if (depth == Limits.MAX_CONTENT_CODINGS) {
            if (storing) {
                throw new RedactionException("its body has more than " + depth + " compressed files in one another,"
                        + " which are not searched; ask for less, or go without secrets and rules for bodies");
            }
            return null;
        }
        final int[] moved = positions.clone();
        final byte[] plain = decode(coding, content, from, to, moved);
        final byte[] clean = plain == null ? null : redactPlain(headers, plain, 0, plain.length, moved, depth + 1);
        if (clean == null) {
            return null;
        }
        final byte[] file = CompressedFile.write(coding, clean);
        for (int i = 0; i < positions.length; i++) {
            positions[i] = clean.length == 0
                    ? file.length
                    : (int) ((long) moved[i] * file.length / clean.length);
        }
        // What surrounds the text may be a secret too, if it is one of three zeros.
        final byte[] outer = finder.redact(file, 0, file.length, positions, true);
        return outer != null ? outer : file;
    }

    /**
     * Redacts what a coded body decodes to, or else its bytes as they are.
     *
     * @return false if these changed.
     */
    private boolean redactCoded(final Headers headers, final String coding, final int[] positions) {
        final int end = body.offset + body.length;
        final int[] moved = positions.clone();
        final byte[] plain = decode(coding, body.bytes, body.offset, end, moved);
        final byte[] clean = plain == null ? null : redactPlain(headers, plain, 0, plain.length, moved, 0);
        if (clean != null) {
            body.decoded = true;
            System.arraycopy(moved, 0, positions, 0, moved.length);
            body.take(clean);
            return true;
        }
        // What no decoder reads, such as bytes after the end of a stream, is stored all the same.
        final byte[] outer = plain == null
                ? bodies.redact(headers, body.bytes, body.offset, end, positions)
                : finder.redact(body.bytes, body.offset, end, positions, true);
        body.take(outer);
        return outer == null;
    }

    /** Decodes a body; a request that is only looked up, and cannot be decoded, counts as it came. */
    private byte[] decode(
            final String coding, final byte[] content, final int from, final int to, final int[] positions) {
        try {
            return decoder.decode(coding, content, from, to, positions);
        } catch (final RedactionException e) {
            if (storing) {
                throw e;
            }
            return null;
        }
    }

    /** {@return whether a body is looked into as a compressed file, whatever its Content-Encoding} */
    public static boolean isCompressedFile(final byte[] body, final int offset, final int length) {
        return CompressedFile.coding(body, offset, offset + length) != null;
    }

    /** Lets go of the last message's body, which may be large. */
    public void forget() {
        body.original(NO_BYTES, 0, 0);
    }

    /** {@return the redacted request's head} */
    public RequestHead head() {
        return requestHead;
    }

    /** {@return what holds the body: that of the redacted message, or the original's if only the head changed} */
    public byte[] body() {
        return body.bytes;
    }

    /** {@return where the body begins in {@link #body}} */
    public int bodyOffset() {
        return body.offset;
    }

    /** {@return the body's length in bytes} */
    public int bodyLength() {
        return body.length;
    }

    /**
     * Redacts a response that was not parsed yet, see {@link #redactResponse(ResponseHead, byte[], int, int, int[],
     * int)}.
     *
     * @param bytes      holds the head: status line, fields and the empty line.
     * @param headOffset of its first byte.
     * @param headLength in bytes.
     */
    public boolean redactResponse(
            final byte[] bytes,
            final int headOffset,
            final int headLength,
            final byte[] content,
            final int offset,
            final int length,
            final int[] chunkLengths,
            final int chunkCount) {
        if (responseParser.parse(bytes, headOffset, headOffset + headLength, responseHead) != headLength) {
            responseParser.reset();
            throw new RedactionException("a response's head cannot be read, so nothing of it is stored");
        }
        return redactResponse(responseHead, content, offset, length, chunkLengths, chunkCount);
    }

    /**
     * Redacts a response, as it is stored. Content-Length follows the body; a body whose content coding had to be
     * undone loses its Content-Encoding.
     *
     * @param head         the parsed head.
     * @param content      holds the body after transfer decoding, whole, chunks in a row.
     * @param offset       of its first byte.
     * @param length       in bytes.
     * @param chunkLengths the chunks' lengths in bytes; they sum up to {@code length}, or there are none.
     * @param chunkCount   how many.
     * @return true if it changed: {@link #responseBytes}, {@link #body} and {@link #chunkLength} give the redacted
     *         response; false: the original stands.
     * @throws RedactionException if its body cannot be decoded, or inflates to more than can be searched.
     */
    public boolean redactResponse(
            final ResponseHead head,
            final byte[] content,
            final int offset,
            final int length,
            final int[] chunkLengths,
            final int chunkCount) {
        body.original(content, offset, length);
        if (policy.leavesResponsesAlone()) {
            return false;
        }
        marks = chunkCount == 0 ? NO_MARKS : ends(chunkLengths, chunkCount);
        final byte[] bytes = head.bytes();
        final Headers headers = head.headers();
        redactBody(headers, content, offset, length, marks);
        if (!body.changed
                && !fields.mayChange(headers, policy.responseHeaders, head.reasonStart(), head.end())) {
            return false;
        }
        builder.clear();
        builder.append(bytes, head.start(), head.reasonStart());
        boolean changed = fields.text(bytes, head.reasonStart(), head.reasonEnd(), true);
        builder.appendLineEnd();
        changed |= fields.fields(headers, policy.responseHeaders, body, true);
        return changed || body.changed;
    }

    private static int[] ends(final int[] lengths, final int count) {
        final int[] ends = Arrays.copyOf(lengths, count);
        for (int i = 1; i < count; i++) {
            ends[i] += ends[i - 1];
        }
        return ends;
    }

    /** {@return what holds the redacted response's head, from index 0 on} */
    public byte[] responseBytes() {
        return builder.bytes();
    }

    /** {@return the length in bytes of the redacted response's head} */
    public int responseHeadLength() {
        return builder.length();
    }

    /**
     * {@return the length in bytes of a chunk of the redacted response} It may be 0, when all of the chunk was part of
     * something that became shorter: such a chunk is left out of the wire form, where it would end the body.
     */
    public int chunkLength(final int chunk) {
        return marks[chunk] - (chunk == 0 ? 0 : marks[chunk - 1]);
    }

    /**
     * Redacts the trailer section of the response that {@link #redactResponse} was last given: field lines, each with
     * its CRLF. Digests in it are left as they are.
     *
     * @return the new section, or null if it stands.
     */
    public byte[] redactTrailers(final byte[] bytes, final int offset, final int length) {
        if (length == 0) {
            return null;
        }
        trailerBuilder.clear();
        final boolean changed = namesTrailers(bytes, offset, length)
                ? trailerFields.trailers(trailerSection.fields(), policy.responseHeaders)
                : trailerFields.text(bytes, offset, offset + length, true);
        if (body.changed) {
            trailerFields.tellOfDigests(bytes, offset, offset + length);
        }
        return changed ? Arrays.copyOf(trailerBuilder.bytes(), trailerBuilder.length()) : null;
    }

    /** {@return whether rules may name a trailer, which is then read; in a recording of old there may be no fields} */
    private boolean namesTrailers(final byte[] bytes, final int offset, final int length) {
        if (policy.responseHeaders.isEmpty()) {
            return false;
        }
        if (trailerSection == null) {
            trailerSection = new TrailerSection();
        }
        return trailerSection.read(bytes, offset, length) == null;
    }
}
