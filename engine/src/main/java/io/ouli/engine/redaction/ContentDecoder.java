package io.ouli.engine.redaction;

import java.util.Arrays;
import java.util.Locale;

/**
 * Undoes the content coding of a body so that it can be searched; allocates, for bodies that are coded.
 *
 * <p>Of a damaged body it gives what came before the damage: a secret in there is a secret all the same.
 */
final class ContentDecoder {
    private final int maxLength;

    /** Creates a decoder that gives up beyond {@code maxLength} bytes: 4 MB of gzip can hold 4 GB. */
    ContentDecoder(final int maxLength) {
        this.maxLength = maxLength;
    }

    /**
     * Decodes a body.
     *
     * @param coding its Content-Encoding.
     * @param marks  positions in the coded body, ascending; each is moved to where what was readable by then ends.
     * @return the decoded body, or null if a coding is not known, or nothing could be read, or it is too long.
     */
    byte[] decode(final String coding, final byte[] body, final int from, final int to, final int[] marks) {
        final int[] moved = marks.clone();
        final String[] codings = coding.toLowerCase(Locale.ROOT).split(",");
        byte[] current = Arrays.copyOfRange(body, from, to);
        for (int i = codings.length - 1; i >= 0 && current != null; i--) {
            current = decodeOne(codings[i].strip(), current, moved);
        }
        if (current != null) {
            System.arraycopy(moved, 0, marks, 0, marks.length);
        }
        return current;
    }

    private byte[] decodeOne(final String coding, final byte[] body, final int[] marks) {
        return switch (coding) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> new InflatedText(body, marks, maxLength).gzip();
            case "deflate" -> new InflatedText(body, marks, maxLength).deflate();
            default -> null;
        };
    }
}
