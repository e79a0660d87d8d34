package io.ouli.engine.fingerprint;

/**
 * A member of an {@link ObjectShape}, or what ends the object: what stands before its value, and what value was found.
 *
 * <p>Fields and links rather than tables, because no index is checked on the way.
 */
final class AlikeMember {
    /** What stands before a value takes at most so many bytes, as three words. */
    static final int BYTES = 3 * Words.BYTES;
    /** Of the suffix of a number such as 15e-1, that is e-1, how many bits of {@link #code} it has. */
    static final int SUFFIX_BITS = 24;
    static final int PLACES_BITS = 3;

    /** The words expected before the value, with zeros where they do not count, and which bits of them count. */
    long expected0;
    long expected1;
    long expected2;
    long mask0;
    long mask1;
    long mask2;
    /** How many bytes are expected. */
    int expectedBytes;
    /** The member behind this one as they are found; null behind what ends the object. */
    AlikeMember next;

    /** The words to be written before the value. */
    long written0;
    long written1;
    long written2;
    int writtenBytes;
    /** The member behind this one in their order; null behind the last. */
    AlikeMember following;

    /** Where the value is that was found: in the document, or, as the complement, among the values spelled anew. */
    int start;
    /**
     * How many bytes the value has, if it is to be copied as it stands. Of a number that is not, less than 0:
     * <pre>
     * 1  digits before the point (4)  places behind it (3)  what is written behind both, such as e-2 (24)
     * </pre>
     */
    int code;

    /** Expects a range of a document. */
    void expect(final byte[] in, final int from, final int to) {
        expectedBytes = to - from;
        mask0 = mask(expectedBytes);
        mask1 = mask(expectedBytes - Words.BYTES);
        mask2 = mask(expectedBytes - 2 * Words.BYTES);
        expected0 = Words.get(in, from) & mask0;
        expected1 = Words.get(in, from + Words.BYTES) & mask1;
        expected2 = Words.get(in, from + 2 * Words.BYTES) & mask2;
    }

    /** Writes what stands in a range, and zeros up to its end, of which only so many bytes count. */
    void write(final byte[] spelling, final int bytes) {
        written0 = Words.get(spelling, 0);
        written1 = Words.get(spelling, Words.BYTES);
        written2 = Words.get(spelling, 2 * Words.BYTES);
        writtenBytes = bytes;
    }

    private static long mask(final int bytes) {
        return bytes <= 0 ? 0 : bytes >= Words.BYTES ? -1 : -1L >>> (Words.BYTES - bytes) * Byte.SIZE;
    }
}
