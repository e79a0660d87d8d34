package io.ouli.redact;

import java.util.ArrayList;
import java.util.List;

/** Every searcher that can search for a set, on the JVM and with the module flags that the test runs with. */
final class Searchers {
    private Searchers() {
    }

    static List<LiteralSearcher> all(final LiteralSet literals) {
        final List<LiteralSearcher> searchers = new ArrayList<>();
        final Trie trie = new Trie(literals);
        searchers.add(new DenseAutomaton(trie));
        searchers.add(new SparseAutomaton(trie));
        searchers.add(LiteralSearchers.forSet(literals));
        return searchers;
    }
}
