package io.ouli.redact.vector;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSet;

/** Makes the vector searchers; not to be touched unless {@code jdk.incubator.vector} is among the process's modules. */
public final class VectorSearchers {
    private VectorSearchers() {
    }

    /** {@return whether packed pairs suit a set: one or two literals of two bytes and more} */
    public static boolean packedPairSuits(final LiteralSet literals) {
        return literals.size() >= 1
                && literals.size() <= PackedPairSearcher.MAX_LITERALS
                && literals.minLength() >= PackedPairSearcher.MIN_LENGTH;
    }

    /**
     * Makes a searcher for one or two literals.
     *
     * @param automaton searches hostile texts, and ends of texts.
     */
    public static LiteralSearcher packedPair(final LiteralSet literals, final LiteralSearcher automaton) {
        return new PackedPairSearcher(literals, automaton);
    }

    /** {@return whether Teddy suits a set: up to 16 literals of two bytes and more} */
    public static boolean teddySuits(final LiteralSet literals) {
        return literals.size() >= 1
                && literals.size() <= TeddySearcher.MAX_LITERALS
                && literals.minLength() >= TeddySearcher.MIN_LENGTH;
    }

    /**
     * Makes a searcher for up to 16 short literals.
     *
     * @param automaton searches hostile texts, and short ones.
     */
    public static LiteralSearcher teddy(final LiteralSet literals, final LiteralSearcher automaton) {
        return new TeddySearcher(literals, automaton);
    }
}
