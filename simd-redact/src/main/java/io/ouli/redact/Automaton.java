package io.ouli.redact;

import java.util.Arrays;

/**
 * Aho and Corasick's automaton with leftmost matching: the specification of every other searcher, and the one they fall
 * back on, since its speed does not depend on the text.
 *
 * <p>Worked example, literals {@code abcd}, {@code bc}, {@code c}, text {@code xabce}. Reading {@code c} leads to the
 * node {@code abc}, whose output is {@code bc} (the longest literal among its suffixes): a candidate at 2. It is not
 * final yet, since the node's own text began at 1, before the candidate, and {@code abcd} might still come. {@code e}
 * leads to the root, whose text begins at 5, after the candidate: nothing that begins earlier can come any more, and
 * {@code bc} at 2 is the answer. A candidate is replaced by one that begins earlier, or at the same place and ends
 * later; in {@link LiteralSet.Order#LISTED} the latter is right too: the trie leaves out what an earlier one shadows.
 */
abstract class Automaton implements LiteralSearcher {
    /** Entries of the dense table beyond which the sparse form is used: 4 MiB, what a second-level cache can hold. */
    private static final int MAX_DENSE_ENTRIES = 1 << 20;

    private final LiteralSet literals;
    /** By node: the longest literal that ends there, or -1. */
    final int[] output;
    /** By node: how many bytes its text has. */
    final int[] depth;

    Automaton(final Trie trie) {
        literals = trie.literals;
        output = Arrays.copyOf(trie.output, trie.nodeCount);
        depth = Arrays.copyOf(trie.depth, trie.nodeCount);
    }

    /** {@return the automaton of a set, in the form that suits its size} */
    static Automaton of(final LiteralSet literals) {
        final Trie trie = new Trie(literals);
        return (long) trie.nodeCount * trie.classCount <= MAX_DENSE_ENTRIES
                ? new DenseAutomaton(trie)
                : new SparseAutomaton(trie);
    }

    @Override
    public final LiteralSet literals() {
        return literals;
    }

    /** {@return the node that {@code value} leads to} */
    abstract int step(int node, byte value);

    /** Decides what the match is, from the first node with an output on; {@code index} is that of its last byte. */
    final long settle(final byte[] text, final int index, final int to, final int firstNode) {
        int literal = output[firstNode];
        int start = index + 1 - literals.length(literal);
        int node = firstNode;
        for (int i = index + 1; i < to && i - depth[node] <= start; i++) {
            node = step(node, text[i]);
            final int candidate = output[node];
            if (candidate >= 0) {
                final int candidateStart = i + 1 - literals.length(candidate);
                if (candidateStart <= start) {
                    start = candidateStart;
                    literal = candidate;
                }
            }
        }
        return LiteralSearcher.match(start, literal);
    }
}
