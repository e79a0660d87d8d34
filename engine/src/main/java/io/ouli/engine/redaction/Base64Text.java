package io.ouli.engine.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Base64 and base64url inside other text: where it may stand, what it says at each of its four alignments, and how to
 * change bytes of it without moving anything.
 *
 * <p>A run is a stretch of letters, digits and {@code + / - _}. Line breaks inside long lines of base64 (MIME, PEM,
 * also as {@code \n} inside JSON) belong to it.
 */
final class Base64Text {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    /** Shorter runs need not hold eight characters that begin at a multiple of eight. */
    private static final int MIN_WORDS_RUN = 2 * Long.BYTES - 1;
    /** Runs from here on have eight characters before or after any eight of theirs. */
    private static final int MIN_RUN_THAT_GOES_ON = 3 * Long.BYTES - 1;
    private static final char FIRST_CHARACTER = '+';
    private static final byte[] VALUES = new byte[256];
    private static final byte[] STANDARD = alphabet('+', '/');
    private static final byte[] URL = alphabet('-', '_');
    /** Characters in a line before a line break counts as part of the base64. */
    private static final int MIN_LINE = 32;

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < 64; i++) {
            VALUES[STANDARD[i]] = (byte) i;
            VALUES[URL[i]] = (byte) i;
        }
    }

    /** Characters of the run, line breaks left out; their places in the text beside them. */
    private byte[] sextets = new byte[256];
    private int[] places = new int[256];
    private int count;
    private int end;
    private boolean wrapped;
    private boolean url;

    private static byte[] alphabet(final char value62, final char value63) {
        final String text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + value62 + value63;
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Finds the next run of at least {@code minLength} characters.
     *
     * @return the index of its first character, or -1.
     */
    static int findRun(final byte[] text, final int from, final int to, final int minLength) {
        return minLength >= MIN_WORDS_RUN
                ? findLongRun(text, from, to, minLength)
                : findShortRun(text, from, to, minLength);
    }

    /**
     * Looks at eight bytes of every so many that a run cannot lie between. A run that is long enough goes on for eight
     * more before or after them; few stretches of a text are so long, so few are looked at byte by byte.
     */
    private static int findLongRun(final byte[] text, final int from, final int to, final int minLength) {
        final int stride = minLength - Long.BYTES + 1;
        final boolean goesOn = minLength >= MIN_RUN_THAT_GOES_ON;
        int i = from;
        while (i <= to - Long.BYTES) {
            if (isBroken(text, i) || goesOn
                    && (i - Long.BYTES < from || isBroken(text, i - Long.BYTES))
                    && (i + 2 * Long.BYTES > to || isBroken(text, i + Long.BYTES))) {
                i += stride;
                continue;
            }
            int end = i;
            while (end < to && VALUES[text[end] & 0xff] >= 0 && end - i < minLength) {
                end++;
            }
            int start = i;
            while (start > from && VALUES[text[start - 1] & 0xff] >= 0) {
                start--;
            }
            if (end - start >= minLength) {
                return start;
            }
            // What follows begins after the byte that ended this one.
            i = end + stride;
        }
        return -1;
    }

    /** {@return true if one of eight bytes is below '+', such as a blank or a quote; any other may be base64} */
    private static boolean isBroken(final byte[] text, final int at) {
        final long word = (long) LONG.get(text, at);
        return (word - FIRST_CHARACTER * ONES & ~word & HIGHS) != 0;
    }

    private static int findShortRun(final byte[] text, final int from, final int to, final int minLength) {
        int start = from;
        while (to - start >= minLength) {
            // Looked at from its far end, most stretches are dismissed by a few of their bytes.
            int i = start + minLength - 1;
            while (i >= start && VALUES[text[i] & 0xff] >= 0) {
                i--;
            }
            if (i < start) {
                return start;
            }
            start = i + 1;
        }
        return -1;
    }

    /** Reads the run that begins at an index. */
    void read(final byte[] text, final int start, final int to) {
        count = 0;
        wrapped = false;
        url = false;
        int lineStart = start;
        int i = start;
        while (i < to) {
            final int value = VALUES[text[i] & 0xff];
            if (value >= 0) {
                if (count == sextets.length) {
                    sextets = Arrays.copyOf(sextets, count << 1);
                    places = Arrays.copyOf(places, count << 1);
                }
                url |= text[i] == '-' || text[i] == '_';
                sextets[count] = (byte) value;
                places[count++] = i++;
            } else {
                final int next = i - lineStart >= MIN_LINE ? afterLineBreak(text, i, to) : i;
                if (next == i || next == to || VALUES[text[next] & 0xff] < 0) {
                    break;
                }
                wrapped = true;
                i = next;
                lineStart = next;
            }
        }
        end = i;
    }

    private static int afterLineBreak(final byte[] text, final int at, final int to) {
        int i = at;
        while (i < to) {
            if (text[i] == '\r' || text[i] == '\n') {
                i++;
            } else if (text[i] == '\\' && i + 1 < to && (text[i + 1] == 'n' || text[i + 1] == 'r')) {
                i += 2;
            } else {
                break;
            }
        }
        return i;
    }

    /** {@return the index after the run} */
    int end() {
        return end;
    }

    /** {@return how many characters the run has} */
    int count() {
        return count;
    }

    /** {@return whether the run has line breaks in it} */
    boolean wrapped() {
        return wrapped;
    }

    /**
     * Decodes the run from its character {@code phase} on.
     *
     * @param out has room for 3 bytes for each 4 characters.
     * @return how many bytes it got.
     */
    int decode(final int phase, final byte[] out) {
        int written = 0;
        int i = phase;
        while (i + 4 <= count) {
            final int bits = sextets[i] << 18 | sextets[i + 1] << 12 | sextets[i + 2] << 6 | sextets[i + 3];
            out[written++] = (byte) (bits >> 16);
            out[written++] = (byte) (bits >> 8);
            out[written++] = (byte) bits;
            i += 4;
        }
        if (count - i >= 2) {
            out[written++] = (byte) (sextets[i] << 2 | sextets[i + 1] >> 4);
            if (count - i == 3) {
                out[written++] = (byte) (sextets[i + 1] << 4 | sextets[i + 2] >> 2);
            }
        }
        return written;
    }

    /**
     * Encodes changed bytes. Only characters that change are replaced: neighbours' bits, line breaks and whatever else
     * is between stay as they are.
     *
     * @param decoded what {@link #decode} gave, changed.
     * @param length  how many bytes.
     * @param edits   takes a replacement of the same length for each stretch of characters that change.
     */
    void encode(final int phase, final byte[] decoded, final int length, final Edits edits) {
        final byte[] alphabet = url ? URL : STANDARD;
        int i = phase;
        while (i < count) {
            final int first = i;
            while (i < count && (i == first || places[i] == places[i - 1] + 1)
                    && sextet(i, phase, decoded, length) != sextets[i]) {
                i++;
            }
            if (i == first) {
                i++;
            } else {
                final byte[] replacement = new byte[i - first];
                for (int j = first; j < i; j++) {
                    replacement[j - first] = alphabet[sextet(j, phase, decoded, length)];
                }
                edits.add(places[first], places[first] + replacement.length, replacement);
            }
        }
    }

    /** {@return six bits of the decoded bytes; those after the last byte stay as the text has them} */
    private int sextet(final int index, final int phase, final byte[] decoded, final int length) {
        final int bit = (index - phase) * 6;
        final int at = bit >> 3;
        final int shift = bit & 7;
        if (at >= length) {
            return sextets[index];
        }
        final int firstByte = (decoded[at] & 0xff) << 8;
        if (shift <= 2) {
            return firstByte >> 10 - shift & 0x3f;
        }
        if (at + 1 < length) {
            return (firstByte | decoded[at + 1] & 0xff) >> 10 - shift & 0x3f;
        }
        final int kept = (1 << shift - 2) - 1;
        return firstByte >> 10 - shift & 0x3f & ~kept | sextets[index] & kept;
    }

    /**
     * {@return the characters that {@code bytes} fully decide in base64 when {@code before} bytes (0 to 2) stand before
     * them in their group of three}
     */
    static byte[] inner(final byte[] bytes, final int before, final boolean urlAlphabet) {
        final byte[] alphabet = urlAlphabet ? URL : STANDARD;
        final int firstCharacter = (before * 8 + 5) / 6;
        final int endCharacter = (before + bytes.length) * 8 / 6;
        final byte[] result = new byte[endCharacter - firstCharacter];
        for (int i = 0; i < result.length; i++) {
            int value = 0;
            for (int bit = 0; bit < 6; bit++) {
                final int at = (firstCharacter + i) * 6 + bit - before * 8;
                value = value << 1 | bytes[at >> 3] >> 7 - (at & 7) & 1;
            }
            result[i] = alphabet[value];
        }
        return result;
    }
}
