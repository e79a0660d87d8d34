package io.ouli.engine.redaction;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSearchers;
import io.ouli.redact.LiteralSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells of most texts, at the speed of a search, that they hold nothing that JSON rules name, so that the walk over
 * them is spared: a rule needs a member of a certain name, and that name stands nowhere in quotes.
 *
 * <p>A name may also be written with escapes; where one stands for a character of a name, the text is walked.
 * Immutable, safe for use by several threads.
 */
final class JsonRuleFilter {
    /** Null if there is a rule that needs no name, such as one for an array's second element. */
    private final LiteralSearcher names;
    /** By byte: whether it is in a name that is looked for. */
    private final boolean[] inNames = new boolean[256];

    JsonRuleFilter(final List<JsonRule> rules) {
        final List<byte[]> quoted = new ArrayList<>();
        boolean namesSuffice = true;
        for (final JsonRule rule : rules) {
            final byte[] name = name(rule);
            if (name == null) {
                namesSuffice = false;
            } else {
                for (final byte value : name) {
                    inNames[value & 0xff] = true;
                }
                final byte[] literal = new byte[name.length + 2];
                literal[0] = '"';
                System.arraycopy(name, 0, literal, 1, name.length);
                literal[name.length + 1] = '"';
                quoted.add(literal);
            }
        }
        names = namesSuffice ? LiteralSearchers.forSet(LiteralSet.of(quoted)) : null;
    }

    /** {@return the longest name that must be in a text for a rule to concern it, or null if there is none} */
    private static byte[] name(final JsonRule rule) {
        byte[] longest = null;
        for (final byte[] segment : rule.segments()) {
            // Digits may be an element's index, which is not written down.
            if (segment != null
                    && (rule.anywhere() || !isIndex(segment))
                    && (longest == null || segment.length >= longest.length)) {
                longest = segment;
            }
        }
        return longest;
    }

    private static boolean isIndex(final byte[] segment) {
        boolean digits = segment.length > 0;
        for (final byte value : segment) {
            digits &= value >= '0' && value <= '9';
        }
        return digits;
    }

    /**
     * {@return false if no rule concerns {@code text[from, to)}; true if one may}
     *
     * @param firstEscape the index before which there is no backslash.
     */
    boolean mayConcern(final byte[] text, final int from, final int to, final int firstEscape) {
        return names == null
                || names.find(text, from, to) != LiteralSearcher.NONE
                || mayWriteANameWithEscapes(text, firstEscape, to);
    }

    private boolean mayWriteANameWithEscapes(final byte[] text, final int from, final int to) {
        int i = Escapes.nextBackslash(text, from, to);
        while (i < to) {
            final long unit = Escapes.unit(text, i, to);
            if (unit != 0) {
                final int value = Escapes.singleByte(unit);
                // What stands for several bytes is beyond ASCII, and any such name may be it.
                if (value < 0 ? holdsBeyondAscii() : inNames[value]) {
                    return true;
                }
            }
            i = Escapes.nextBackslash(text, i + (unit == 0 ? 1 : Escapes.length(unit)), to);
        }
        return false;
    }

    private boolean holdsBeyondAscii() {
        for (int value = 0x80; value < inNames.length; value++) {
            if (inNames[value]) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return names == null ? "no name to look for" : names.name() + " for " + names.literals().size() + " names";
    }
}
