package io.ouli.engine.redaction;

import io.ouli.engine.Limits;
import io.ouli.engine.content.ContentCoding;
import io.ouli.engine.content.ContentDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Undoes the content coding of a body so that it can be searched; allocates, for bodies that are coded.
 *
 * <p>Of a gzip or deflate stream that was cut off it gives what came: a secret in there is a secret all the same. A
 * fingerprint is stricter, which is why it has a decoder of its own. A body that holds more than may be decoded, that
 * is damaged, or under a coding that is not known, is an error and not passed over: nothing could be said of what is
 * in it. Text under the name of a coding is none of these; there are servers that send it.
 */
public final class BodyDecoder {
    private final int maxLength;
    private ContentDecoder decoder;

    /** Creates a decoder that gives up beyond {@code maxLength} bytes: 4 MB of gzip can hold 4 GB. */
    public BodyDecoder(final int maxLength) {
        this.maxLength = maxLength;
    }

    /**
     * Decodes a body.
     *
     * @param codings its Content-Encoding.
     * @param marks   positions in the coded body, ascending; each is moved to where what was readable by then ends, or
     *                in proportion where the coding does not tell.
     * @return the decoded body, or null if it is text as it came, in spite of its codings.
     * @throws RedactionException if it cannot be decoded, or there is more in it than may be.
     */
    public byte[] decode(
            final String codings, final byte[] body, final int from, final int to, final int[] marks) {
        final byte[] decoded = tryDecode(codings, body, from, to, marks);
        if (decoded == null && !PlainText.is(body, from, to)) {
            throw new RedactionException("its body cannot be decoded, being damaged or under a content coding that is"
                    + " not known, and so not be searched; ask for it without one, or go without secrets and rules for"
                    + " bodies");
        }
        return decoded;
    }

    /** The same, but null for whatever cannot be decoded. */
    private byte[] tryDecode(
            final String codings, final byte[] body, final int from, final int to, final int[] marks) {
        final int[] moved = marks.clone();
        final String[] names = codings.split(",");
        byte[] current = names.length > Limits.MAX_CONTENT_CODINGS ? null : Arrays.copyOfRange(body, from, to);
        for (int i = names.length - 1; i >= 0 && current != null; i--) {
            final byte[] name = names[i].strip().getBytes(StandardCharsets.ISO_8859_1);
            final ContentCoding coding = ContentCoding.of(name, 0, name.length);
            current = name.length == 0 ? current : coding == null ? null : decode(coding, current, moved);
        }
        if (current != null) {
            System.arraycopy(moved, 0, marks, 0, marks.length);
        }
        return current;
    }

    /**
     * Decodes a body that is a gzip or Zstandard file itself, whatever Content-Encoding says.
     *
     * @return what is in it, or null if it is no such file, or nothing could be read.
     * @throws RedactionException if there is more in it than may be decoded.
     */
    public byte[] decodeFile(final byte[] body, final int from, final int to, final int[] marks) {
        final String coding = CompressedFile.coding(body, from, to);
        return coding == null ? null : tryDecode(coding, body, from, to, marks);
    }

    private byte[] decode(final ContentCoding coding, final byte[] body, final int[] marks) {
        return switch (coding) {
            case IDENTITY -> body;
            case GZIP, DEFLATE -> inflate(coding, body, marks);
            case BR, ZSTD -> decodeWhole(coding, body, marks);
        };
    }

    private byte[] inflate(final ContentCoding coding, final byte[] body, final int[] marks) {
        final InflatedText text = new InflatedText(body, marks, maxLength);
        final byte[] decoded = coding == ContentCoding.GZIP ? text.gzip() : text.deflate();
        if (text.isTooLong()) {
            throw tooLong();
        }
        return decoded;
    }

    private byte[] decodeWhole(final ContentCoding coding, final byte[] body, final int[] marks) {
        if (decoder == null) {
            decoder = new ContentDecoder(maxLength);
        }
        if (!decoder.decode(coding, body, 0, body.length)) {
            if (decoder.isFull()) {
                throw tooLong();
            }
            return null;
        }
        for (int i = 0; i < marks.length; i++) {
            marks[i] = (int) ((long) marks[i] * decoder.length() / Math.max(1, body.length));
        }
        return Arrays.copyOf(decoder.bytes(), decoder.length());
    }

    private RedactionException tooLong() {
        return new RedactionException("its body inflates to more than " + maxLength + " bytes, beyond which it is not"
                + " searched; ask for less at once, or go without secrets and rules for bodies");
    }
}
