package io.ouli.engine.scan;

import java.util.BitSet;

/**
 * The shape of one vendor's credentials: a prefix that nothing else begins with, then characters of a set.
 *
 * @param rule       names it.
 * @param confidence that something of this shape is a secret.
 * @param prefix     what it begins with.
 * @param set        what goes on after the prefix.
 * @param min        characters after the prefix, at least.
 * @param max        characters after the prefix, at most; what is longer is something else.
 * @param chance     bits a character that they must have, or 0: words may begin with the prefix too.
 * @param expression RE2 that matches it.
 */
record TokenShape(
        String rule,
        Confidence confidence,
        String prefix,
        BitSet set,
        int min,
        int max,
        double chance,
        String expression) {
    /** RE2's most for a repetition. */
    private static final int MAX_REPEAT = 1_000;

    /**
     * Makes a shape.
     *
     * @param characters as inside the brackets of an expression: {@code A-Za-z0-9_-}.
     */
    static TokenShape of(
            final String rule, final String prefix, final String characters, final int min, final int max) {
        final String repeat = min == max ? "{" + min + "}" : "{" + min + "," + (max > MAX_REPEAT ? "" : max) + "}";
        return new TokenShape(rule, Confidence.HIGH, prefix, set(characters), min, max, 0,
                prefix.replace(".", "\\.") + "[" + characters + "]" + repeat);
    }

    /** {@return the same shape for text that must look like chance as well} */
    TokenShape withChance(final double bits) {
        return new TokenShape(rule, confidence, prefix, set, min, max, bits, expression);
    }

    TokenShape with(final Confidence other) {
        return new TokenShape(rule, other, prefix, set, min, max, chance, expression);
    }

    TokenShape withExpression(final String other) {
        return new TokenShape(rule, confidence, prefix, set, min, max, chance, other);
    }

    private static BitSet set(final String characters) {
        final BitSet set = new BitSet();
        for (int i = 0; i < characters.length(); i++) {
            if (i + 2 < characters.length() && characters.charAt(i + 1) == '-') {
                set.set(characters.charAt(i), characters.charAt(i + 2) + 1);
                i += 2;
            } else {
                set.set(characters.charAt(i));
            }
        }
        return set;
    }

    /** {@return where the token that begins at {@code start} with the prefix ends, or -1 if it is none} */
    int end(final byte[] text, final int start, final int to) {
        final int first = start + prefix.length();
        int end = first;
        while (end < to && set.get(text[end] & 0xff)) {
            end++;
        }
        final int length = end - first;
        final boolean fits = length >= min && length <= max;
        return fits && (chance == 0 || Chance.mixed(text, first, end) && Chance.bits(text, first, end) >= chance)
                ? end : -1;
    }
}
