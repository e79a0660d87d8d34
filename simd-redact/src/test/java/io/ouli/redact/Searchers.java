package io.ouli.redact;

import io.ouli.redact.vector.VectorSearchers;
import java.util.ArrayList;
import java.util.List;

/** Every searcher that can search for a set, on the JVM and with the module flags that the test runs with. */
final class Searchers {
    private Searchers() {
    }

    static List<LiteralSearcher> all(final LiteralSet literals) {
        final List<LiteralSearcher> searchers = new ArrayList<>();
        final Trie trie = new Trie(literals);
        final LiteralSearcher automaton = new DenseAutomaton(trie);
        searchers.add(automaton);
        searchers.add(new SparseAutomaton(trie));
        searchers.add(LiteralSearchers.forSet(literals));
        if (literals.minLength() >= SamplingSearcher.MIN_LENGTH) {
            searchers.add(new SamplingSearcher(literals, automaton));
        }
        if (literals.size() > 0 && literals.size() <= RareByteSearcher.MAX_LITERALS) {
            searchers.add(new RareByteSearcher(literals, automaton));
        }
        if (LiteralSearchers.vectorsInUse()) {
            if (VectorSearchers.packedPairSuits(literals)) {
                searchers.add(VectorSearchers.packedPair(literals, automaton));
            }
            if (VectorSearchers.teddySuits(literals)) {
                searchers.add(VectorSearchers.teddy(literals, automaton));
            }
        }
        return searchers;
    }
}
