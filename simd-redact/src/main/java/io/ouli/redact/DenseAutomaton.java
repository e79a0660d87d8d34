package io.ouli.redact;

import java.util.Arrays;

/**
 * The automaton as one table: a row for each node, a column for each class of bytes, one load for each byte of text.
 *
 * <p>An entry is the next node's row offset; bit 31 says that the node has an output.
 */
final class DenseAutomaton extends Automaton {
    private static final int HAS_OUTPUT = 1 << 31;

    private final int[] table;
    private final byte[] classOf;
    private final int classCount;

    DenseAutomaton(final Trie trie) {
        super(trie);
        classOf = trie.classOf;
        classCount = trie.classCount;
        table = new int[trie.nodeCount * classCount];
        for (final int node : trie.breadthFirst) {
            final int row = node * classCount;
            // A node behaves like the one of its longest proper suffix, but for its own children.
            System.arraycopy(table, trie.fail[node] * classCount, table, row, classCount);
            for (int child = trie.firstChild[node]; child != Trie.NO_NODE; child = trie.nextSibling[child]) {
                table[row + (classOf[trie.label[child] & 0xff] & 0xff)] =
                        child * classCount | (trie.output[child] >= 0 ? HAS_OUTPUT : 0);
            }
        }
    }

    @Override
    public long find(final byte[] text, final int from, final int to) {
        final int[] transitions = table;
        final byte[] classes = classOf;
        int row = 0;
        int i = from;
        while (i < to) {
            final int end = Blocks.end(i, to);
            for (; i < end; i++) {
                row = transitions[row + (classes[text[i] & 0xff] & 0xff)];
                if (row < 0) {
                    return settle(text, i, to, (row & ~HAS_OUTPUT) / classCount);
                }
            }
        }
        return NONE;
    }

    @Override
    int step(final int node, final byte value) {
        return (table[node * classCount + (classOf[value & 0xff] & 0xff)] & ~HAS_OUTPUT) / classCount;
    }

    @Override
    public String name() {
        return "automaton (dense, " + depth.length + " nodes)";
    }

    @Override
    public void close() {
        Arrays.fill(table, 0);
        Arrays.fill(classOf, (byte) 0);
    }
}
