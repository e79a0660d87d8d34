package io.ouli.redact;

/**
 * Ranks byte values by how rare they are in what HTTP carries, mostly JSON, so that a search looks for the byte of a
 * literal that the text has least of.
 */
public final class RareBytes {
    /** From the most frequent on; what is not listed is rarer. */
    private static final String FREQUENT =
            " etaoinsrl\"cdu,:m0pf1hg2b_y-./35v4{}k9687w[]EASTIxRCNDO\\OLPqzjMFUBHGV()=W;YKXJQZ'+*&%#@!?<>|$^~`\n\r\t";
    private static final int[] RANKS = new int[256];
    private static final int UNLISTED_ASCII = 4;

    static {
        for (int value = 0; value < 256; value++) {
            // Text in other scripts is full of the bytes above ASCII; control characters are in nothing but binaries.
            RANKS[value] = value >= 0x80 ? 60 : UNLISTED_ASCII;
        }
        for (int i = FREQUENT.length() - 1; i >= 0; i--) {
            RANKS[FREQUENT.charAt(i)] = UNLISTED_ASCII + 2 * (FREQUENT.length() - i);
        }
    }

    private RareBytes() {
    }

    /** {@return how frequent a byte is taken to be; the smaller, the rarer} */
    public static int rank(final byte value) {
        return RANKS[value & 0xff];
    }

    /**
     * Returns the offset of a literal's rarest byte.
     *
     * @param limit  offsets from here on are not considered.
     * @param except an offset whose byte value is not considered, or -1.
     * @return the offset, or -1 if there is none left.
     */
    public static int rarest(final LiteralSet literals, final int literal, final int limit, final int except) {
        int best = -1;
        for (int i = 0; i < Math.min(limit, literals.length(literal)); i++) {
            final boolean excluded = except >= 0 && literals.at(literal, i) == literals.at(literal, except);
            if (!excluded && (best < 0 || rank(literals.at(literal, i)) < rank(literals.at(literal, best)))) {
                best = i;
            }
        }
        return best;
    }
}
